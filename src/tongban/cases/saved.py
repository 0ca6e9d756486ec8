"""What was saved (四个减): counted when a case is submitted, from the very plan that its person saw; for a case, an item,
a bundle or the city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Count, Q, QuerySet, Sum

from tongban.base.actors import Actor
from tongban.cases import spaces
from tongban.cases.models import Case, Saved
from tongban.engine import compose
from tongban.engine.plan import Verdict

VERDICTS = (*(verdict.value for verdict in Verdict), "optional")
COUNTED = ("asked", "shared", *VERDICTS, "visits_before", "visits", "days_before", "days")


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of what was saved. ``asked`` papers fell away (``cancelled`` … ``produced``), were asked for once only
    (``shared``), need not be given (``optional``), or were brought (``upload``); days are working days, one after the other before."""

    cases: int
    items: int
    asked: int
    shared: int
    cancelled: int
    certificate: int
    verified: int
    commitment: int
    produced: int
    upload: int
    optional: int
    visits_before: int
    visits: int
    days_before: int
    days: int

    @property
    def spared(self) -> int:
        """Papers that nobody had to bring."""
        return self.asked - self.upload


def record(*, case: Case, parts: Sequence[compose.Own], bundle: str, now: datetime) -> None:
    """Count a case that is being submitted, each of its items by itself."""
    Saved.objects.bulk_create(
        Saved(
            case=case,
            city=case.city,
            item=part.code,
            bundle=bundle,
            asked=part.asked,
            shared=part.shared,
            visits_before=part.visits[0],
            visits=part.visits[1],
            days_before=part.days[0],
            days=part.days[1],
            at=now,
            **{verdict: part.verdicts.get(verdict, 0) for verdict in VERDICTS},
        )
        for part in parts
    )


def of_numbers(numbers: Sequence[str]) -> Totals:
    """What these cases saved: a few rows, added up here; the database takes longer to be told the sum than to have it."""
    rows = list(Saved.objects.filter(case__number__in=numbers).values("case_id", *COUNTED))
    sums = {name: sum(row[name] for row in rows) for name in COUNTED}
    return Totals(cases=len({row["case_id"] for row in rows}), items=len(rows), **sums)


def of_space(by: Actor) -> Totals:
    """What the cases saved that are in the space that ``by`` acts in, as far as their power reaches."""
    return _totals(Saved.objects.filter(case__in=Case.objects.filter(spaces.within(by))))


def of_city(city: str, *, since: datetime | None = None) -> Totals:
    """What all cases of a city saved that were submitted at this node."""
    return _totals(_since(Saved.objects.filter(city=city), since))


def by_item(city: str, *, at_most: int, codes: Iterable[str] | None = None) -> list[tuple[str, Totals]]:
    """The items of a city that saved most papers, each with its sums."""
    rows = Saved.objects.filter(city=city) if codes is None else Saved.objects.filter(city=city, item__in=list(codes))
    return _grouped(rows, "item", at_most)


def by_bundle(city: str) -> list[tuple[str, Totals]]:
    """The bundles of a city that were applied for, each with its sums, most papers first."""
    return _grouped(Saved.objects.filter(city=city).exclude(bundle=""), "bundle", 100)


def _since(rows: QuerySet[Saved], since: datetime | None) -> QuerySet[Saved]:
    return rows.filter(Q(at__gte=since)) if since else rows


def _sums() -> dict[str, Any]:
    told: dict[str, Any] = {name: Sum(name, default=0) for name in COUNTED}
    return {"cases": Count("case", distinct=True), "items": Count("id"), **{f"n_{k}": v for k, v in told.items()}}


def _totals(rows: QuerySet[Saved]) -> Totals:
    return _read(rows.aggregate(**_sums()))


def _grouped(rows: QuerySet[Saved], name: str, at_most: int) -> list[tuple[str, Totals]]:
    found = rows.values(name).annotate(**_sums()).order_by("-n_asked", name)[:at_most]
    return [(row[name], _read(row)) for row in found]


def _read(row: dict[str, Any]) -> Totals:
    return Totals(cases=row["cases"], items=row["items"], **{name: row[f"n_{name}"] for name in COUNTED})
