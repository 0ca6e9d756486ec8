"""Items that nobody wrote before, applied for together by somebody of the small city, and the offices that do their parts."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from tongban.base.actors import SYSTEM, Actor
from tongban.cases import queries as stored
from tongban.catalog import actions as catalog
from tongban.engine import items as engine
from tongban.engine import lifecycle
from tongban.engine.items import Material, Outcome, Step, Tariff
from tongban.engine.plan import Promise, StepKind
from tongban.engine.tests.services import item, text_field, words
from tongban.identity import queries as identity
from tongban.identity.models import Officer
from tongban.journeys import apply, draft, find, handle, signing
from tongban.journeys.handle.giving import reach

CITY = "330100"
OFFICES = ("market-supervision", "urban-management", "fire-rescue", "health", "ecology")
VALUES = {"matter": '"演示事项"', "subject": "applicant.name", "content": '"准予"', "decided_on": "today"}


def made(code: str, office: str, *, needs: tuple[str, ...] = (), days: int = 3, **changes: Any) -> engine.Item:
    """An item whose outcome is the paper ``made-<code>``, and that asks for those of the items it ``needs``."""
    papers = tuple(Material(type=f"made-{each}", title=words(f"{each} 的结果"), cites=("《演示法》第一条",)) for each in needs)
    form = (text_field("joint.name"), text_field(f"joint.{code.replace('-', '')}"))
    outcome = Outcome(title=words("回执"), certificate="matter-receipt", produces=(f"made-{code}",), values=VALUES)
    fee = Tariff(key="fee", title=words("费用"), payee=office, fen=100, cites=("《演示法》第二条",))
    plain: dict[str, Any] = {
        "office": office,
        "form": form,
        "materials": papers,
        "outcome": outcome,
        "fees": (fee,),
        "promise": Promise(working_days=days),
    }
    return item(code, **{**plain, **changes})


def restaurant() -> list[engine.Item]:
    """The food permit and the sign need the licence, the opening needs food and fire; the rules alone decide the opening."""
    rules = (
        Step(key="rules", kind=StepKind.COMPUTED, office="health", title=words("核定")),
        Step(key="issue", kind=StepKind.ISSUE, office="health", title=words("发证"), needs=("rules",)),
    )
    return [
        made("joint-licence", OFFICES[0], days=1),
        made("joint-food", OFFICES[3], needs=("joint-licence",), days=5),
        made("joint-sign", OFFICES[1], needs=("joint-licence",)),
        made("joint-fire", OFFICES[2], days=4),
        made("joint-opening", OFFICES[3], needs=("joint-food", "joint-fire"), steps=rules),
    ]


def crossing(seed: str, many: int = 5) -> list[engine.Item]:
    """So many items, each of which needs the outcome of any of those before it; written into the list in any order."""
    draw, found = random.Random(seed), list[engine.Item]()
    for n in range(many):
        before = [each.code for each in found]
        needs = tuple(draw.sample(before, draw.randint(0, min(2, len(before)))))
        found.append(made(f"crossing-{n}", draw.choice(OFFICES), needs=needs, days=draw.randint(1, 9)))
    draw.shuffle(found)
    return found


class Together:
    """Somebody who applies for several items in one draft."""

    def __init__(self, items: list[engine.Item], by: Actor, clock: Any, *, bundle: str = "") -> None:
        self.items, self.by, self.clock = items, by, clock
        for each in items:
            body = engine.body(each)
            catalog.publish(city=CITY, body=body, effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
        refs = [find.guide(CITY, each.code, now=clock.now).ref for each in items]
        self.id = draft.begin(refs, by=by, now=clock.now, bundle=bundle, title=words("演示一件事") if bundle else None)

    def sheet(self) -> draft.Sheet:
        return draft.sheet(self.id, by=self.by, now=self.clock.now)

    def fill(self) -> draft.Sheet:
        sheet = self.sheet()
        while question := sheet.next_question:
            sheet = draft.answer(self.id, question=question, raw="演示", version=None, by=self.by, now=self.clock.now)
        return sheet

    def submit(self) -> str:
        assert self.fill().ready
        digest = signing.lock(self.id, by=self.by, now=self.clock.now)
        for each in signing.waiting(by=self.by, now=self.clock.now):
            signing.sign(each.party, digest=digest, by=self.by, now=self.clock.now)
        return apply.submit(self.id, by=self.by, now=self.clock.now).number


class Desks:
    """The officers of the demonstration: whoever may do the next step does it."""

    def __init__(self, number: str, clock: Any, work: Any) -> None:
        self.number, self.clock, self.work = number, clock, work
        self.staff = [identity.officer_actor(each) for each in Officer.objects.select_related("office").order_by("username")]

    @property
    def state(self) -> lifecycle.Case:
        return stored.state(stored.by_number(self.number))

    def whoever(self, key: str) -> Actor:
        step = self.state.step(key)
        assert step is not None
        return next(by for by in self.staff if lifecycle.may(by, step, reach(by)))

    def accept(self) -> None:
        first = next(s for s in self.state.steps if s.kind is StepKind.ACCEPT and s.state is lifecycle.StepState.OPEN)
        handle.accept(number=self.number, by=self.whoever(first.key), now=self.clock.forward(minutes=1))
        self.work()

    def examine(self, part: str, outcome: str = "passed") -> None:
        key, now = f"{part}.examine", self.clock.forward(minutes=1)
        handle.finish(number=self.number, step=key, outcome=outcome, text="演示意见", by=self.whoever(key), now=now)

    def decide(self, part: str, granted: bool = True) -> None:
        by, now = self.whoever(f"{part}.decide"), self.clock.forward(minutes=1)
        cites = "" if granted else "《演示法》第三条"
        handle.decide(number=self.number, part=part, granted=granted, reasons="演示理由", cites=cites, by=by, now=now)
        self.work()

    def open_steps(self) -> list[lifecycle.Step]:
        return [s for s in self.state.steps if s.state is lifecycle.StepState.OPEN]

    def through(self, until: datetime | None = None) -> list[str]:
        """Everything that desks have to do, in the order in which it comes to them; the keys of the steps done."""
        done: list[str] = []
        while found := [s for s in self.open_steps() if s.kind in (StepKind.EXAMINE, StepKind.DECIDE)]:
            step = found[0]
            (self.examine if step.kind is StepKind.EXAMINE else self.decide)(step.part)
            done.append(step.key)
        return done
