"""Applying for a service as people do, and handling it as offices do, on a real PostgreSQL: whatever is asked is answered,
whatever is missing handed in, whoever may do the next step does it."""

from __future__ import annotations

import io
from functools import cached_property, lru_cache

from msgspec.structs import replace
from PIL import Image, ImageDraw

from tongban.base import memo
from tongban.base.actors import SYSTEM, Actor, Channel, Kind, Warrant
from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.engine.items import Decision
from tongban.engine.plan import StepKind
from tongban.engine.tests.answering import tries
from tongban.identity import queries as identity
from tongban.identity.models import Officer
from tongban.journeys import apply, draft, handle, inspect, moves, pay, signing
from tongban.journeys.handle.giving import reach
from tongban.journeys.inspect import Line, Report
from tongban.payments import actions as payments
from tongban.payments import believing
from tongban.registries import queries as registries
from tongban.registries.models import Place

CITY = "330100"
GOES_WELL = (Decision.EXAMINE, Decision.GRANT)


@lru_cache(maxsize=1)
def page() -> bytes:
    made = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(made).line((20, 20, 350, 260), fill="black", width=4)
    out = io.BytesIO()
    made.save(out, format="JPEG")
    return out.getvalue()


class Refused(AssertionError):
    """The rules say no to whoever applies, whatever they answer."""

    def __init__(self, failed) -> None:
        super().__init__(failed)
        self.failed = failed
        self.rules = [each.rule for each in failed]


class Applicant:
    """Somebody who fills in whatever is asked, mends what is refused, and hands in what is missing. ``told`` are answers
    that they give of themselves: question → answer, as a form sends it."""

    def __init__(self, item, persona, clock, **told) -> None:
        self.told = told
        who = persona("representative")
        firm = persona.people["representative"]["firm"]["uscc"]
        self.by = who if "1" in item.audience else replace(who, entity=firm)
        self.known, self.clock, self.item = persona.people, clock, item
        self.id = draft.start(city=CITY, code=item.code, by=self.by, now=clock.now)

    def look(self):
        """The draft as it stands."""
        return draft.sheet(self.id, by=self.by, now=self.clock.now)

    def fill(self):
        sheet = self.look()
        while sheet.next_question:
            sheet = self.answer(sheet)
        if sheet.plan.failed:
            raise Refused(sheet.plan.failed)
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
        if asked.key in self.told:
            return [self.told[asked.key]]
        return [*self.real(asked), *self.as_in_examples(asked.key), *tries(asked)]

    def real(self, asked):
        """People, firms and places that there are."""
        founder = {name: self.known["founder"][field] for name, field in (("name", "name"), ("id", "id_number"))}
        people = [founder, *([{"name": self.spouse["name"], "id": self.spouse["id_number"]}] if self.spouse else [])]
        firm = self.known["representative"]["firm"]
        holders = [*({"type": "person", **each} for each in people), {"type": "firm", "name": firm["name"], "id": firm["uscc"]}]
        amounts = (1_000_000_00, 100_00, 1_00)
        real = {
            "place": [{"code": str(place.id)} for place in self.places()],
            "person": people,
            "pick": people,
            "people": [[each] for each in people],
            "holders": [[{**each, "amount": fen}] for each in holders for fen in amounts],
        }
        return real.get(asked.widget, [])

    def places(self):
        """One place of every use."""
        return Place.objects.order_by("use", "id").distinct("use")

    def as_in_examples(self, key):
        """What people answer in the item's own examples, those first in which it goes well."""
        well = sorted(self.item.examples, key=lambda each: each.expect.decision not in GOES_WELL)
        return [each.answers[key] for each in well if key in each.answers]

    @cached_property
    def spouse(self):
        """Whom they are married to, as the registry knows; None for nobody."""
        warrant = Warrant(actor=SYSTEM, purpose="test")
        of = registries.person(self.by.subject, warrant=warrant, now=self.clock.now)
        for each in registries.relatives_of(of, warrant=warrant, now=self.clock.now):
            if each.kind == "spouse":
                other = registries.person(each.person, warrant=warrant, now=self.clock.now)
                number = registries.id_number_of(other, warrant=warrant, now=self.clock.now)
                return {"name": other.name, "id_number": number, "mobile": "13900000077"}
        return None

    def submit(self, *others) -> str:
        """Sign, have ``others`` sign too, and hand it in; the number of the case."""
        digest = signing.lock(self.id, by=self.by, now=self.clock.now)
        for who in (self.by, *others):
            for each in signing.waiting(by=who, now=self.clock.now):
                signing.sign(each.party, digest=digest, by=who, now=self.clock.now)
        return apply.submit(self.id, by=self.by, now=self.clock.now).number


class Offices:
    """The officers of the demonstration: whoever may do the next step does it, never two that are to be kept apart."""

    def __init__(self, number, item, clock) -> None:
        self.number, self.item, self.clock = number, item, clock
        staff = [identity.officer_actor(each) for each in Officer.objects.select_related("office")]
        with memo.scope():
            self.staff = [(by, reach(by)) for by in staff]

    def whoever(self, step):
        may = next((by for by, offices in self.staff if lifecycle.may(by, step, offices)), None)
        assert may, f"nobody of the demonstration may do {step.key} ({step.kind}) at {step.office}"
        return may

    def state(self):
        return stored.state(stored.by_number(self.number))

    def work(self, work) -> None:
        work()
        state = self.state()
        if state.status is lifecycle.Status.SUBMITTED:
            accept = next(s for s in state.steps if s.kind is StepKind.ACCEPT)
            handle.accept(number=self.number, by=self.whoever(accept), now=self.clock.now)
        self.systems_answer()
        while step := self.next_step():
            self.do(step)
            self.systems_answer()
            work()

    def systems_answer(self) -> None:
        """Departments' own systems do their steps, as if they had been asked already (their port has tests of its own)."""
        for step in self.state().steps:
            if step.state is lifecycle.StepState.OPEN and step.kind is StepKind.ASK and step.by == "system":
                by = Actor(kind=Kind.AGENCY, id=f"{CITY}:{step.office}", office=step.office, channel=Channel.API)
                command = lifecycle.FinishStep(
                    by=by, node=CITY, circle=moves.NOBODY, step=step.key, outcome=lifecycle.Outcome.ANSWERED, note="0" * 64
                )
                moves.move(number=self.number, command=command, now=self.clock.now)

    def next_step(self):
        open_ones = [s for s in self.state().steps if s.state is lifecycle.StepState.OPEN]
        return next((s for s in open_ones if s.kind not in (StepKind.ISSUE, StepKind.TELL)), None)

    def do(self, step) -> None:
        if step.kind is StepKind.PAY:
            return self.pay()
        return self.officer(step)

    def pay(self) -> None:
        """What is due is paid: the acquirer's message has come."""
        now = self.clock.now
        due = pay.quote(stored.by_number(self.number), now=now)
        parts = [payments.Part(item=x.item, key=x.key, payee=x.payee, title=x.title, fen=x.fen) for x in due.lines]
        order = payments.open_order(
            case=self.number, quote=due.digest, parts=parts, kept=due.kept, acquirer="330100:acquirer", expires_at=now,
            by=SYSTEM, now=now,
        )  # fmt: skip
        said = believing.Said(
            acquirer=order.acquirer, order=str(order.id), number=f"N-{order.id}", fen=order.fen, currency="CNY", at=now
        )
        payments.take(said=said, by=SYSTEM, now=now)
        pay.settle(number=self.number, now=now)

    def officer(self, step) -> None:
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
