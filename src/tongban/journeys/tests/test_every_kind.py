"""One item of every kind, from the first question to the paper in hand, on a real PostgreSQL, by people of the small city.

Which item stands for its kind is drawn by a seed that the day of the small city gives, so that it is the same for all who
run the tests. ``tongban.engine.tests.test_every_item`` does all of them without a database.
"""

from __future__ import annotations

import io
import random

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.catalog import actions as catalog
from tongban.engine import items as engine
from tongban.engine import lifecycle
from tongban.engine.plan import StepKind
from tongban.engine.tests.answering import tries
from tongban.engine.tests.services import repository
from tongban.identity import queries as identity
from tongban.identity.models import Officer
from tongban.journeys import apply, draft, find, handle, inspect, see, signing
from tongban.journeys.handle.giving import reach
from tongban.journeys.inspect import Line, Report
from tongban.registries.models import Place
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db
CITY = "330100"
KINDS = sorted({item.kind for item in repository().items.values()} - {""})


def drawn(kind: str) -> engine.Item:
    """The item that stands for its kind."""
    found = sorted(code for code, item in repository().items.items() if item.kind == kind)
    return repository().items[random.Random(f"{NOW.date()}{kind}").choice(found)]


def page() -> bytes:
    made = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(made).line((20, 20, 350, 260), fill="black", width=4)
    out = io.BytesIO()
    made.save(out, format="JPEG")
    return out.getvalue()


class Applicant:
    """Somebody who fills in whatever is asked, mends what is refused, and hands in what is missing."""

    def __init__(self, item, persona, clock) -> None:
        who = persona("representative")
        firm = persona.people["representative"]["firm"]["uscc"]
        self.by = who if "1" in item.audience else replace(who, entity=firm)
        self.known, self.clock, self.item = persona.people, clock, item
        self.id = draft.start(city=CITY, code=item.code, by=self.by, now=clock.now)

    def fill(self):
        sheet = draft.sheet(self.id, by=self.by, now=self.clock.now)
        while sheet.next_question:
            sheet = self.answer(sheet)
        assert not sheet.plan.failed, sheet.plan.failed
        for paper in sheet.missing:
            draft.upload(
                self.id, material=paper.type, name="p.jpg", content=page(), by=self.by, now=self.clock.now
            )

    def answer(self, sheet):
        asked = next(q for q in sheet.plan.questions if q.key == sheet.next_question)
        for raw in self.offered(asked):
            try:
                return draft.answer(
                    self.id, question=asked.key, raw=raw, version=None, by=self.by, now=self.clock.now
                )
            except Refusal:
                continue
        raise AssertionError(f"nothing answers {asked.key}")

    def offered(self, asked):
        founder = {name: self.known["founder"][field] for name, field in (("name", "name"), ("id", "id_number"))}
        real = {
            "place": [{"code": str(Place.objects.order_by("id").first().id)}],
            "person": [founder],
            "pick": [founder],
            "people": [[founder]],
        }
        return real.get(asked.widget) or tries(asked)

    def submit(self) -> str:
        digest = signing.lock(self.id, by=self.by, now=self.clock.now)
        for each in signing.waiting(by=self.by, now=self.clock.now):
            signing.sign(each.party, digest=digest, by=self.by, now=self.clock.now)
        return apply.submit(self.id, by=self.by, now=self.clock.now).number


class Offices:
    """The officers of the demonstration: whoever may do the next step does it, never two that are to be kept apart."""

    def __init__(self, number, item, clock) -> None:
        self.number, self.item, self.clock = number, item, clock
        self.staff = [identity.officer_actor(each) for each in Officer.objects.select_related("office")]

    def whoever(self, step):
        may = [by for by in self.staff if lifecycle.may(by, step, reach(by))]
        assert may, f"nobody of the demonstration may do {step.key} ({step.kind}) at {step.office}"
        return may[0]

    def state(self):
        return stored.state(stored.by_number(self.number))

    def work(self, work) -> None:
        work()
        state = self.state()
        if state.status is lifecycle.Status.SUBMITTED:
            accept = next(s for s in state.steps if s.kind is StepKind.ACCEPT)
            handle.accept(number=self.number, by=self.whoever(accept), now=self.clock.now)
        while step := self.next_step():
            self.do(step)
            work()

    def next_step(self):
        open_ones = [s for s in self.state().steps if s.state is lifecycle.StepState.OPEN]
        return next((s for s in open_ones if s.kind not in (StepKind.ISSUE, StepKind.TELL)), None)

    def do(self, step) -> None:
        by, now = self.whoever(step), self.clock.now
        if step.kind is StepKind.INSPECT:
            lines = {point.key: Line(found="ok") for point in self.item.checklist}
            said = Report(once="a" * 32, lines=lines, outcome="passed", photos=(("a.jpg", page()),))
            handle.take(number=self.number, step=step.key, by=by, now=now)
            inspect.report(self.number, step.key, said=said, by=by, now=now)
        elif step.kind is StepKind.DECIDE:
            handle.decide(number=self.number, granted=True, reasons="符合规定", cites="", by=by, now=now)
        else:
            outcome = "answered" if step.kind is StepKind.ASK else "passed"
            handle.finish(number=self.number, step=step.key, outcome=outcome, text="符合规定", by=by, now=now)


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_every_kind_is_applied_for_handled_and_decided(kind, persona, clock, work):
    item = drawn(kind)
    catalog.publish(city=CITY, body=engine.body(item), effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
    assert find.guide(CITY, item.code, now=clock.now).item == item
    who = Applicant(item, persona, clock)
    who.fill()
    number = who.submit()
    Offices(number, item, clock).work(work)
    view = see.case(number, by=who.by, now=clock.now)
    assert view.status == "closed" and view.granted, (item.code, view.status)
    assert item.outcome.certificate in {getattr(paper, "type", "") for paper in view.papers}, item.code
