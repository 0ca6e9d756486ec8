"""A guide in somebody's own case: what the few questions that matter come to, with what registries know of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tongban.base.actors import Actor, Kind
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.certificates import queries as certificates
from tongban.engine import compose
from tongban.engine.items import Item
from tongban.engine.plan import Failed, Plan, Verdict
from tongban.journeys import facts as gathering
from tongban.journeys import find

PURPOSE = "guide"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What an item comes to for these answers. ``real``: registries told of the reader themself, and were asked for it."""

    item: Item
    told: compose.Told
    real: bool

    @property
    def plan(self) -> Plan:
        """The plan of the case."""
        return self.told.plan

    @property
    def barred(self) -> tuple[Failed, ...]:
        """What registries told of the reader that stands against it whatever they answer."""
        asked = [question.key for question in self.plan.questions]
        mended = [compose.mended_by([self.item], each, asked) for each in self.told.against]
        return tuple(each for each, key in zip(self.told.against, mended, strict=True) if self.real and key is None)

    @property
    def later(self) -> frozenset[str]:
        """The papers that a registry checks once the reader has filled in."""
        return compose.checked_later([self.item], self.plan.materials)

    @property
    def papers(self) -> tuple[int, int, int]:
        """How many papers are brought, how many at most, and of how many."""
        return _uploads(self.plan) - len(self.later), _uploads(self.told.most), len(self.told.most.materials)


def _uploads(plan: Plan) -> int:
    return sum(each.verdict is Verdict.UPLOAD for each in plan.materials)


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What the outcome looks like: the name of its paper, and what stands in it."""

    name: Words
    fields: tuple[Words, ...]


def sample(guide: find.Guide) -> Sample | None:
    """The sample of an item's outcome; None where it has none, or where its type is not known here."""
    kind = guide.item.outcome.sample
    try:
        found = certificates.type_of(kind) if kind else None
    except NotFound:
        return None
    return Sample(name=found.name, fields=tuple(field.title for field in found.fields)) if found else None


def case(guide: find.Guide, answers: Mapping[str, str], *, by: Actor, now: datetime) -> Case:
    """The reader's case. Who is proven (level 1) is looked up at this node, as their own look; of anybody else it is told
    what is usual."""
    today = day_of(now)
    if not (by.kind is Kind.PERSON and by.level >= 1):
        return Case(item=guide.item, told=compose.told(guide.item, answers, city=guide.ref.city, today=today), real=False)
    asking = gathering.Asking(by=by, city=guide.ref.city, ref="", purpose=PURPOSE, now=now)
    found = gathering.gather([guide.item], facts={}, answers={}, asking=asking)
    told = compose.told(guide.item, answers, city=guide.ref.city, today=today, facts=found.facts)
    return Case(item=guide.item, told=told, real=True)
