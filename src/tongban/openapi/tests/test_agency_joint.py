"""A department's own system takes its part of a joint case over the wire: looks ahead, says what it misses, takes its step,
answers; what others do with the case it neither sees nor disturbs."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from msgspec.structs import replace

from tongban.base.errors import Refusal
from tongban.cases import queries as cases
from tongban.cases.models import Material
from tongban.engine import lifecycle
from tongban.engine.items import Step
from tongban.engine.plan import StepKind
from tongban.exchange.tests.parties import TAX, TAX_KEY
from tongban.jobs import handlers
from tongban.journeys import agency, handle, wishes
from tongban.journeys.tests import peers
from tongban.journeys.tests.together import Desks, Together, made
from tongban.openapi.tests.conftest import clock, officer, persona, work  # noqa: F401

pytestmark = pytest.mark.django_db
STEP = "joint-tax.register"


def shop() -> list:
    """A licence, and a tax registration that the tax office's own system does; fire safety beside them."""
    steps = (
        Step(key="accept", kind=StepKind.ACCEPT, office="window", title=made("x", "tax").title),
        Step(key="register", kind=StepKind.ASK, office="tax", title=made("x", "tax").title, by="system", needs=("accept",)),
        Step(key="decide", kind=StepKind.DECIDE, office="tax", title=made("x", "tax").title, needs=("register",)),
        Step(key="issue", kind=StepKind.ISSUE, office="tax", title=made("x", "tax").title, needs=("decide",)),
    )
    tax = replace(made("joint-tax", "tax", needs=("joint-licence",)), steps=steps, fees=())
    return [made("joint-licence", "market-supervision"), tax, made("joint-fire", "fire-rescue")]


@pytest.fixture
def asked(monkeypatch):
    """What the node sends to the system, and how that answers."""
    sent, mood = [], {"status": 202}

    class Answer:
        def __init__(self) -> None:
            self.status = mood["status"]

    def call(*, peer, method, path, body, purpose, case, now):
        sent.append((peer, path, json.loads(body)))
        return Answer()

    class Grant:
        def filter(self, facts):
            return {k: v for k, v in facts.items() if k.startswith("joint.")}

    monkeypatch.setattr(agency.exchange, "call", call)
    monkeypatch.setattr(agency.peers, "grant", lambda **_: Grant())
    return type("Asked", (), {"sent": sent, "mood": mood})


@pytest.fixture
def desks(persona, clock, work, asked):  # noqa: F811
    now = clock.now = timezone.now()
    peers.agree(now)
    peers.trust_partners(now)
    together = Together(shop(), persona("founder"), clock)
    found = Desks(together.submit(), clock, work)
    found.by = together.by
    return found


def post(desks, what, *, step=STEP, key=TAX_KEY, sender=TAX, **body):
    from django.test import Client

    path = f"/api/agency/{what}/{desks.number}/{step}"
    said = {"case": desks.number, "step": step, **body}
    now = timezone.now()
    return Client().post(**peers.asked(path, said, now=now, key=key, sender=sender, purpose="agency-step", case=desks.number))


def missing(desks, **changed):
    return post(desks, "missing", **{"lines": ["form"], "note": "请写明纳税人类型", "reference": "t-1", **changed})


def test_the_system_is_shown_its_part_before_anybody_accepts_and_nothing_of_the_others(desks, work, asked):  # noqa: F811
    work()
    ((peer, path, body),) = asked.sent
    assert (peer, path, body["case"], body["step"]) == (TAX, "/cases", desks.number, STEP)
    assert body["missing_url"].endswith(f"/api/agency/missing/{desks.number}/{STEP}") and body["answer_by"]
    assert set(body["facts"]) == {"joint.name", "joint.jointtax"}


@pytest.mark.parametrize(("status", "fails"), [(200, False), (404, False), (405, False), (503, True)])
def test_a_system_that_does_not_look_ahead_is_asked_no_more_and_one_that_is_down_is(desks, asked, status, fails, clock):  # noqa: F811
    asked.mood["status"] = status
    if fails:
        with pytest.raises(RuntimeError):
            handlers.show_agency(desks.number, STEP)
    else:
        handlers.show_agency(desks.number, STEP)
    desks.accept()
    asked.sent.clear()
    agency.show(number=desks.number, step=STEP, now=clock.now)
    assert asked.sent == [], "after acceptance it is too late to look ahead"


def test_what_the_system_misses_stands_in_the_one_notice_of_the_window(desks, clock):  # noqa: F811
    assert missing(desks).status_code == 200
    assert missing(desks).json() == {"case": desks.number, "step": STEP, "noted": True}, "said again: noted once"
    assert len(desks.state.missing) == 1
    window = desks.whoever("joint-licence.accept")
    (shown,) = handle.screen(desks.number, by=window, now=clock.now).missing
    assert (shown["text"], shown["lines"]) == ("请写明纳税人类型", ("form",)) and "税务" in shown["by"]
    with pytest.raises(Refusal, match="supplement_leaves_out"):
        handle.ask_supplement(number=desks.number, lines=["made-joint-licence"], text="x", by=window, now=clock.now)
    handle.ask_supplement(number=desks.number, lines=["form"], text="请写明纳税人类型", by=window, now=clock.now)
    late = missing(desks, note="还缺")
    assert late.status_code == 409 and late.json()["code"] == "supplement_already_asked"


def test_after_acceptance_it_is_too_late_to_miss_anything(desks):
    desks.accept()
    late = missing(desks)
    assert late.status_code == 409 and late.json()["code"] == "already_accepted" and desks.state.missing == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"lines": []}, "say_what_is_missing"),
        ({"lines": ["passport"]}, "unknown_line"),
        ({"lines": "form"}, "malformed"),
        ({"note": 7}, "malformed"),
        ({"case": "330100-other"}, "wrong_step"),
    ],
)
def test_nonsense_about_what_is_missing_is_refused_and_changes_nothing(desks, changed, code):
    no = missing(desks, **changed)
    assert 400 <= no.status_code < 500 and no.json()["code"] == code
    assert desks.state.missing == ()


def test_what_the_law_abolished_the_system_cannot_miss(desks):
    Material.objects.filter(case__number=desks.number, type="made-joint-licence").update(verdict="cancelled")
    no = missing(desks, lines=["made-joint-licence"])
    assert no.status_code == 422 and no.json()["code"] == "paper_abolished" and desks.state.missing == ()
    assert missing(desks).status_code == 200


def test_of_another_offices_step_the_system_misses_nothing(desks):
    for step in ("joint-licence.examine", "joint-fire.examine", "joint-tax.nothing"):
        no = missing(desks, step=step)
        assert no.status_code == 403 and no.json()["code"] == "not_its_step"
    assert desks.state.missing == ()


def test_the_step_is_in_the_systems_hands_when_it_took_it_and_answered_it_goes_on(desks, work, asked, clock):  # noqa: F811
    desks.accept()
    desks.examine("joint-licence")
    asked.sent.clear()
    desks.decide("joint-licence")
    work()
    assert {path for _, path, _ in asked.sent} == {"/tasks"}
    step = desks.state.step(STEP)
    assert (step.state, step.assignee) == (lifecycle.StepState.TAKEN, TAX)
    done = post(desks, "steps", outcome="answered", note="已登记", reference="t-9")
    assert done.status_code == 200 and desks.state.step(STEP).outcome == "answered"
    desks.decide("joint-tax")
    desks.through()
    assert cases.by_number(desks.number).status == "closed" and cases.by_number(desks.number).result == "granted"


def test_a_system_that_says_no_has_its_office_refuse_its_part_and_the_others_stand(desks, work):  # noqa: F811
    desks.accept()
    desks.examine("joint-licence")
    desks.decide("joint-licence")
    assert post(desks, "steps", outcome="refused", note="地址不在辖区").status_code == 200
    desks.decide("joint-tax", granted=False)
    desks.through()
    row = cases.by_number(desks.number)
    assert (row.status, row.result) == ("closed", "partly")


def test_an_answer_to_a_part_that_has_ended_says_so(desks, work):  # noqa: F811
    desks.accept()
    wishes.withdraw(number=desks.number, part="joint-tax", by=desks.by, now=desks.clock.now)
    no = post(desks, "steps", outcome="answered", note="已登记")
    assert no.status_code == 409 and no.json()["code"] == "step_dropped"
    assert desks.state.part("joint-fire").gone is None
