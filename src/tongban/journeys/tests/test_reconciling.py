"""What got lost between here and departments' systems is given again: no more often than it must, and none waits for another."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical, keys
from tongban.engine.items import Item, Step
from tongban.engine.lifecycle import StepState
from tongban.engine.plan import StepKind
from tongban.exchange import actions as exchange
from tongban.exchange import client, documents
from tongban.exchange import signatures as wire
from tongban.exchange.keys import node
from tongban.exchange.models import Contract
from tongban.exchange.tests import parties
from tongban.journeys import agency
from tongban.journeys.tests import peers
from tongban.journeys.tests.together import Desks, Together, made

pytestmark = pytest.mark.django_db
ROLES = ("tax", "social-insurance", "housing-fund")


def shop() -> list[Item]:
    """A licence, and what each of three departments registers by its own system beside it."""
    return [made("joint-licence", "market-supervision"), *(_registered(role) for role in ROLES)]


def _registered(role: str) -> Item:
    title = made("x", role).title
    steps = (
        Step(key="accept", kind=StepKind.ACCEPT, office="window", title=title),
        Step(key="register", kind=StepKind.ASK, office=role, title=title, by="system", needs=("accept",)),
        Step(key="decide", kind=StepKind.DECIDE, office=role, title=title, needs=("register",)),
        Step(key="issue", kind=StepKind.ISSUE, office=role, title=title, needs=("decide",)),
    )
    return made(f"joint-{role}", role, steps=steps, fees=())


class Systems:
    """The own systems of three departments, each at its address on loopback. ``says`` is the status each answers with; 0 is
    a system that is down."""

    def __init__(self, clock) -> None:
        self.clock, self.says = clock, dict.fromkeys(ROLES, 202)
        self.asked: Counter[str] = Counter()
        self.keys = {role: keys.new_ed25519() for role in ROLES}
        self.at = {f"http://127.0.0.1:{8100 + n}": role for n, role in enumerate(ROLES)}
        self.pool = client.Pool(loopback=True, transport=httpx.MockTransport(self._answer))

    def trusted(self) -> None:
        now, own = self.clock.now, node().signing
        peers.agree(now)
        rows = [
            parties.listed(agency.peer_of(role), url, parties.row(self.keys[role]), kind="agency")
            for url, role in self.at.items()
        ]
        document = documents.make_trust_list(rows, 1, now + peers.YEAR, [own], peers.HERE)
        exchange.load_trust_list(document=document, anchors=[own.public], by=SYSTEM, now=now)
        for role in ROLES:
            self._agree(role)

    def _agree(self, role: str) -> None:
        grant = documents.Grant(peers.HERE, agency.peer_of(role), agency.RESOURCE, ("joint.name",), (agency.PURPOSE,))
        since, until = self.clock.now - peers.YEAR, self.clock.now + peers.YEAR
        document = documents.make_contract(
            id=uuid.uuid4(), grants=[grant], since=since, until=until, key=node().signing
        )
        signed = documents.countersign(document, self.keys[role])
        exchange.load_contract(document=signed, by=SYSTEM, now=self.clock.now)

    def _answer(self, http: httpx.Request) -> httpx.Response:
        headers = tuple((name.decode(), value.decode()) for name, value in http.headers.raw)
        request = wire.Request(http.method, str(http.url), headers, http.read())
        role = self.at[request.url.removesuffix("/tasks")]
        self.asked[role] += 1
        if not self.says[role]:
            raise httpx.ConnectError("down")
        plain = wire.Response(self.says[role], (("Content-Type", "application/json"),), canonical.dumps({}))
        answer = wire.sign_response(plain, request, self.keys[role], now=self.clock.now).message
        return httpx.Response(answer.status, headers=list(answer.headers), stream=httpx.ByteStream(answer.body))


@pytest.fixture
def systems(persona, clock, monkeypatch):
    """A case that was just accepted: three departments' systems owe their steps, and none was given any yet."""
    found = Systems(clock)
    monkeypatch.setattr(client, "pool", lambda: found.pool)
    found.trusted()
    together = Together(shop(), persona("founder"), clock)
    desks = Desks(together.submit(), clock, lambda: None)
    desks.accept()
    found.state = lambda role: desks.state.step(f"joint-{role}.register").state
    yield found
    found.pool.close()


def run(systems, **later: int) -> dict[str, int]:
    """What each system was asked by one run."""
    systems.asked.clear()
    systems.clock.forward(**later)
    agency.reconcile(now=systems.clock.now)
    return dict(systems.asked)


def test_an_open_step_is_given_and_one_that_was_taken_is_not_given_again_until_hours_of_silence(systems):
    assert run(systems) == {"tax": 1, "social-insurance": 1, "housing-fund": 1}
    assert systems.state("tax") is StepState.TAKEN
    assert run(systems, minutes=2) == {}
    assert run(systems, hours=5) == {}
    assert run(systems, hours=2) == {"tax": 1, "social-insurance": 1, "housing-fund": 1}
    assert run(systems, minutes=2) == {}, "it was asked just now"


@pytest.mark.parametrize("status", [0, 500, 404])
def test_a_system_that_is_down_or_refuses_does_not_stop_the_others(systems, status, caplog):
    systems.says["tax"] = status
    assert run(systems) == {"tax": 1, "social-insurance": 1, "housing-fund": 1}
    assert [systems.state(role) for role in ROLES] == [StepState.OPEN, StepState.TAKEN, StepState.TAKEN]
    assert agency.peer_of("tax") in caplog.text
    systems.says["tax"] = 202
    assert run(systems, minutes=2) == {"tax": 1}
    assert systems.state("tax") is StepState.TAKEN


def test_one_whose_contract_has_ended_does_not_stop_the_others(systems, caplog):
    ended = Contract.objects.get(parties__contains=[agency.peer_of("tax")])
    Contract.objects.filter(hash=ended.hash).update(revoked_at=systems.clock.now)
    assert run(systems) == {"social-insurance": 1, "housing-fund": 1}
    assert "no_contract" in caplog.text


def test_a_run_is_bounded_and_the_next_goes_on_with_what_waited_longest(systems, monkeypatch):
    monkeypatch.setattr(agency, "MOST", 2)
    systems.says.update(dict.fromkeys(ROLES, 503))
    first, second = run(systems), run(systems, minutes=2)
    assert len(first) == 2
    assert (set(ROLES) - set(first)).issubset(second)


def test_a_system_that_fails_again_and_again_is_left_alone_for_the_run(systems, monkeypatch):
    numbers = [(f"330100-{n}", "joint-tax.register", "tax") for n in range(9)]
    monkeypatch.setattr(agency.stored, "owed_by_systems", lambda **_: numbers)
    tried = []

    def tell(*, number, step, now):
        tried.append(number)
        raise RuntimeError("422")

    monkeypatch.setattr(agency, "tell", tell)
    assert agency.reconcile(now=systems.clock.now + timedelta(minutes=1)) == 0
    assert len(tried) == agency.ENOUGH
