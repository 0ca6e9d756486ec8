"""A joint case that another city took in: handed over as one, its parts decided here, and told there as its parties may read."""

from __future__ import annotations

import copy
import uuid
from types import SimpleNamespace

import msgspec
import pytest

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.cases.models import Case
from tongban.engine import lifecycle
from tongban.exchange import actions as exchange
from tongban.exchange.tests.parties import HERE, THERE
from tongban.journeys import apply, draft, lanes, moves, parts, signing, transfer
from tongban.journeys.tests import peers
from tongban.journeys.tests.test_joint_parties import buyer, home, seller  # noqa: F401
from tongban.journeys.tests.together import Desks, Together

pytestmark = pytest.mark.django_db
NUMBER = "310117-20261123-000002"
SUBMITTER = Actor(kind=Kind.PERSON, id="account-there", level=2, person="person-there")
METER, TRANSFER, SUBSIDY = "home-meter", "home-transfer", "home-subsidy"


@pytest.fixture
def offered(buyer, persona, clock):  # noqa: F811
    """What the other city would hand over: three services, two parties, the subsidy the buyer's alone."""
    peers.agree(clock.now)
    shop, who = Together(home(), buyer, clock, bundle="demo-home"), persona.people["representative"]
    sheet = shop.sheet()
    while question := sheet.next_question:
        raw = {"name": who["name"], "id": who["id_number"]} if question == "seller" else "演示"
        sheet = draft.answer(shop.id, question=question, raw=raw, version=None, by=buyer, now=clock.now)
    document = canonical.loads(canonical.dumps(signing.document_of(sheet, now=clock.now)))
    data = {
        "id": str(uuid.uuid4()),
        "content": {
            "document": document,
            "digest": canonical.digest(document),
            "signatures": peers.signed_by_there(document),
            "circle": {"persons": [f"{THERE}:person-there"], "firms": [], "relatives": []},
            "writings": [],
        },
        "files": [],
    }
    data["events"] = history(data["id"], sheet, clock.now)
    return SimpleNamespace(data=data, sheet=sheet, now=clock.now)


def history(case, sheet, now, **changed):
    told, state, plan = [], None, sheet.plan
    terms = {"promise": plan.promise, "legal": plan.legal, "terms": parts.terms(sheet.items), **changed}
    circle = lifecycle.Circle(persons=frozenset({"person-there"}))
    submit = lifecycle.Submit(by=SUBMITTER, node=THERE, circle=circle, case=case, items=sheet.refs, steps=plan.steps, **terms)
    offer = lifecycle.Offer(by=SYSTEM, node=THERE, circle=moves.NOBODY, to=HERE)
    for command in (submit, offer):
        for event in lifecycle.decide(state, command, now):
            state = lifecycle.evolve(state, event)
            told.append(event)
    return msgspec.to_builtins(told)


def send(offered, kind, data, now):
    verified = SimpleNamespace(sender=THERE, name=Words(zh="演示", en="demo"))
    return transfer.apply(SimpleNamespace(id=uuid.uuid4(), kind=kind, case=NUMBER, data=data), verified, now=now)


@pytest.fixture
def told(monkeypatch):
    """What is put out for the other city, by kind, in order."""
    found = []
    put = exchange.put_out
    monkeypatch.setattr(exchange, "put_out", lambda **said: (found.append(said), put(**said))[1])
    return lambda kind: [said["data"] for said in found if said["kind"] == f"case.{kind}"]


@pytest.fixture
def desks(offered, clock, work, told):
    assert send(offered, "case.offered", offered.data, offered.now)["custodian"] == HERE
    return Desks(NUMBER, clock, work)


def mirrored(told):
    """The case as the city that took it in has it: its own first events, and what was told."""
    own = [e for e in stored.events(stored.by_number(NUMBER)) if e.node == THERE]
    events = [msgspec.convert(apply.event_data(e), lifecycle.Event) for e in own]
    for each in told("events"):
        events += msgspec.convert(each["events"], list[lifecycle.Event])
    return lifecycle.replay(events)


def test_it_is_one_custody_of_several_parts_and_both_cities_see_the_same_lanes(desks, told):
    row = stored.by_number(NUMBER)
    assert (row.custodian, row.bundle, row.codes) == (HERE, "demo-home", [TRANSFER, METER, SUBSIDY])
    desks.accept()
    desks.examine(TRANSFER)
    desks.decide(TRANSFER)
    desks.examine(SUBSIDY, "failed")
    desks.decide(SUBSIDY, granted=False)
    desks.through()
    row = stored.by_number(NUMBER)
    assert (row.status, row.result) == ("closed", "partly")
    assert mirrored(told) == stored.state(row), "what was told makes the very same case there"
    assert {p.key: p.state for p in lanes.of(row, now=desks.clock.now)} == {TRANSFER: "granted", METER: "granted", SUBSIDY: "refused"}


def test_each_paper_says_whose_it_is(desks, offered, told):
    desks.accept()
    desks.through()
    papers = [paper for each in told("papers") for paper in each["papers"]]
    keys = {role["title"]["zh"]: role["key"] for role in offered.data["content"]["document"]["roles"]}
    both = set(keys.values())
    assert len(both) == 2
    certificates = [set(p["roles"]) for p in papers if p["identifier"]]
    buyers = next(k for k in both if k.startswith("buyer"))
    assert sorted(map(sorted, certificates)) == sorted(map(sorted, [{buyers}, both, {buyers}]))
    letters = {p["kind"]: set(p["roles"]) for p in papers if not p["identifier"]}
    assert letters["acceptance"] == set(), "to all of them"
    assert {frozenset(p["roles"]) for p in papers if p["kind"] in ("granted", "approved")} == {frozenset(both), frozenset({buyers})}


def ask(desks, wish, with_):
    data = {"wish": wish, "with": with_, "account": "a", "person": "person-there"}
    return send(desks, "case.asked", data, desks.clock.now)


def test_a_part_is_taken_back_from_there_when_all_of_it_agree(desks, offered, told):
    desks.accept()
    roles = [role["key"] for role in offered.data["content"]["document"]["roles"]]
    assert ask(desks, "withdraw", {"part": METER})["refused"] == "not_agreed"
    assert ask(desks, "withdraw", {"part": METER, "agreed": roles[:1]})["refused"] == "not_agreed"
    assert ask(desks, "withdraw", {"part": METER, "agreed": roles}) == {}
    assert ask(desks, "withdraw", {"part": SUBSIDY}) == {}
    state = desks.state
    assert state.part(METER).gone and state.part(SUBSIDY).gone and not state.part(TRANSFER).ended
    assert mirrored(told) == state
    assert [e for e in told("wish-refused") if e["code"] == "not_agreed"]


@pytest.mark.parametrize("wrong", ["terms", "promise", "items", "order"])
def test_parts_that_are_not_this_citys_own_are_refused_whole(offered, wrong):
    data, sheet = copy.deepcopy(offered.data), offered.sheet
    if wrong == "terms":
        data["events"] = history(data["id"], sheet, offered.now, terms={})
    elif wrong == "promise":
        data["events"] = history(data["id"], sheet, offered.now, promise=sheet.plan.legal)
    elif wrong == "items":
        data["content"]["document"]["items"].pop()
    else:
        data["content"]["document"]["items"].reverse()
    if wrong in ("items", "order"):
        content = data["content"]
        content["digest"] = canonical.digest(content["document"])
        content["signatures"] = peers.signed_by_there(content["document"])
    with pytest.raises(Refusal, match="other_plan"):
        send(offered, "case.offered", data, offered.now)
    assert not Case.objects.filter(number=NUMBER).exists()
