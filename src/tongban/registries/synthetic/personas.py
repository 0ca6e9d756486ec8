"""Who plays in a demonstration: chosen from the synthetic people by rule, so that any city has them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db.models import Count, Q, QuerySet

from tongban.base.actors import Warrant
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.registries.models import LegalEntity, Person, Relation
from tongban.registries.queries import people
from tongban.registries.within import within


class PersonaFirm(msgspec.Struct, frozen=True, kw_only=True):
    """The firm somebody in the demonstration acts for."""

    id: UUID
    uscc: str
    name: str


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the demonstration; ``id`` is the registry's. ``mobile`` is empty where there is none."""

    key: str
    id: UUID
    name: str
    id_number: str
    mobile: str
    birth: date
    firm: PersonaFirm | None = None


def personas(city: str, *, warrant: Warrant, now: datetime) -> dict[str, Persona]:
    """Founder, representative (with the firm that gives the founder a mandate), elder, pensioner, minor, guardian,
    second guardian, bride, groom, resident and employee of ``city``; all different people.
    Raises NotFound ``no_persona`` where the registry is too small.

    ``founder``: a woman of 28 to 45 with a mobile who represents and holds nothing. ``representative``: of the first
    firm by USCC whose representative, 30 to 60, represents no other. ``elder``: 80 to 90, holder of a number issued in
    the city. ``pensioner``: 70 to 74, the youngest. ``guardian``, ``second-guardian`` and ``minor``: a mother, the
    father, and their child of 8 to 15.
    ``bride`` and ``groom``: 23 to 35, neither married. ``resident``: a man of 30 to 55. ``employee``: somebody of 25 to
    50 who represents and holds nothing. Of those who fit, the eldest; then by number.
    """
    chosen: dict[str, Persona] = {}
    used: set[UUID] = set()
    for key, person, firm in _choices(city, day_of(now), used):
        if person is None:
            raise NotFound("no_persona", Words(zh=f"找不到演示人物：{key}", en=f"No synthetic person fits: {key}"))
        used.add(person.pk)
        chosen[key] = _persona(key, person, firm, warrant, now)
    return chosen


def _choices(city: str, on: date, used: set[UUID]) -> Iterator[tuple[str, Person | None, LegalEntity | None]]:
    firm = _firm(city, on)
    yield "representative", firm.representative if firm else None, firm
    free = _aged(city, on, 28, 45).filter(sex="female").annotate(n=Count("represents"), held=Count("holdings"))
    yield "founder", _first(free.filter(n=0, held=0), used), None
    yield "elder", _first(_aged(city, on, 80, 90), used), None
    yield "pensioner", _first(_aged(city, on, 70, 74).order_by("-birth", "address__text", "name"), used), None
    family = _family(city, on, used)
    yield "guardian", family.person if family else None, None
    yield "second-guardian", _other_parent(family), None
    yield "minor", family.other if family else None, None
    single = ~Q(relations__kind="spouse") & ~Q(relations_to__kind="spouse")
    yield "bride", _first(_aged(city, on, 23, 35).filter(single, sex="female"), used), None
    yield "groom", _first(_aged(city, on, 23, 35).filter(single, sex="male"), used), None
    yield "resident", _first(_aged(city, on, 30, 55).filter(sex="male"), used), None
    staff = _aged(city, on, 25, 50).annotate(n=Count("represents"), held=Count("holdings"))
    yield "employee", _first(staff.filter(n=0, held=0), used), None


def _aged(city: str, on: date, youngest: int, oldest: int) -> QuerySet[Person]:
    """Living synthetic people of the city with a mobile, from ``youngest`` to ``oldest`` full years, eldest first."""
    rows = Person.objects.filter(within(city), synthetic=True, deceased_on=None).exclude(mobile_lookup="")
    rows = rows.filter(birth__lte=_years_before(on, youngest), birth__gt=_years_before(on, oldest + 1))
    return rows.select_related("key", "address").order_by("birth", "address__text", "name")


def _first(rows: QuerySet[Person], used: set[UUID]) -> Person | None:
    return rows.exclude(pk__in=used).first()


def _firm(city: str, on: date) -> LegalEntity | None:
    able = _aged(city, on, 30, 60).annotate(n=Count("represents")).filter(n=1).order_by()
    rows = LegalEntity.objects.filter(within(city), synthetic=True, status=LegalEntity.Status.ACTIVE)
    rows = rows.filter(representative__in=able.values("pk")).select_related("representative__key")
    return rows.order_by("uscc").first()


def _family(city: str, on: date, used: set[UUID]) -> Relation | None:
    """A mother and her child, whose father is there too."""
    able = _aged(city, on, 28, 60).exclude(pk__in=used).order_by()
    rows = Relation.objects.filter(kind="parent", person__in=able.filter(sex="female").values("pk"))
    fathers = Relation.objects.filter(kind="parent", person__in=able.filter(sex="male").values("pk"))
    rows = rows.filter(other__in=fathers.values("other"))
    rows = rows.filter(other__birth__lte=_years_before(on, 8), other__birth__gt=_years_before(on, 16))
    rows = rows.exclude(person__in=used).select_related("person__key", "other__key")
    return rows.order_by("other__birth", "other__address__text", "other__name", "person__birth").first()


def _other_parent(family: Relation | None) -> Person | None:
    if family is None:
        return None
    rows = Relation.objects.filter(kind="parent", other=family.other_id).exclude(person=family.person_id)
    found = rows.select_related("person__key").order_by("person__birth").first()
    return found.person if found else None


def _persona(key: str, of: Person, firm: LegalEntity | None, warrant: Warrant, now: datetime) -> Persona:
    return Persona(
        key=key, id=of.pk, name=of.name, birth=of.birth,
        id_number=people.id_number_of(of, warrant=warrant, now=now),
        mobile=people.mobile_of(of, warrant=warrant, now=now) or "",
        firm=PersonaFirm(id=firm.pk, uscc=firm.uscc, name=firm.name) if firm else None,
    )


def _years_before(on: date, years: int) -> date:
    """The same day so many years earlier; 29 February reads 28 February."""
    day = 28 if (on.month, on.day) == (2, 29) else on.day
    return on.replace(year=on.year - years, day=day)
