"""The population registry. Each question leaves a row on the trail before its answer is given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db.models import Q

from tongban.base.actors import Warrant
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound, Refusal
from tongban.base.identifiers import person as person_ids
from tongban.base.words import Words
from tongban.engine.plan import Known
from tongban.files import vault
from tongban.registries.models import Person, Relation
from tongban.trail import actions as trail

SOURCE = "population"
ADULT = 18  # 民法典第十七条


class Relative(msgspec.Struct, frozen=True, kw_only=True):
    """A relative as another sees it. ``kind``: spouse, parent, child, guardian, ward."""

    person: UUID
    name: str
    kind: str
    birth: date
    deceased_on: date | None = None
    court_order: str = ""


def person(id: UUID | str, *, warrant: Warrant, now: datetime) -> Person:
    """The person with this registry id. Raises NotFound ``person_unknown``."""
    found = Person.objects.select_related("address", "division", "key").filter(pk=id).first()
    if found is None:
        raise NotFound("person_unknown", Words(zh="登记里没有这个人", en="The registry does not know this person"))
    _told(found, ("name",), warrant, now)
    return found


def person_by_id_number(id_number: str, *, warrant: Warrant, now: datetime) -> Person | None:
    """Who has this resident ID number (GB 11643), or None. Raises Refusal where the number is not well formed."""
    found = _find(person_ids.parse(id_number).value)
    if found is not None:
        _told(found, ("id_number",), warrant, now)
    return found


def match(*, name: str, id_number: str, warrant: Warrant, now: datetime) -> Person | None:
    """The living person whose name and number are both as given, or None: a wrong name, an unknown number, a malformed
    one and a dead person are answered alike, so that nobody learns from it who is registered."""
    try:
        found = _find(person_ids.parse(id_number).value)
    except Refusal:
        return None
    if found is None:
        return None
    _told(found, ("name", "id_number"), warrant, now)
    return found if found.deceased_on is None and found.name == "".join(name.split()) else None


def id_number_of(of: Person, *, warrant: Warrant, now: datetime) -> str:
    """The person's resident ID number, unsealed."""
    _told(of, ("id_number",), warrant, now)
    return vault.unseal(of.key, bytes(of.sealed_number), number_place(of)).decode()


def mobile_of(of: Person, *, warrant: Warrant, now: datetime) -> str | None:
    """The person's mobile number as the population registry has it, unsealed, or None."""
    _told(of, ("mobile",), warrant, now)
    return None if of.sealed_mobile is None else vault.unseal(of.key, bytes(of.sealed_mobile), mobile_place(of)).decode()


def facts_of(
    of: Person, *, warrant: Warrant, now: datetime, only: Collection[str] | None = None
) -> dict[str, Known]:
    """What the registry knows of a person, by data element; ``only`` asks for some of them (and only those are told).

    ``person.name``, ``.id_number``, ``.sex`` (male | female), ``.birth`` (ISO date), ``.age`` (full years),
    ``.division`` (code), ``.division_name``, ``.address`` (text), ``.place`` (place id), ``.mobile``, ``.alive``,
    ``.married``, ``.spouse`` ({name, id}). What is not known is absent.
    """
    asked = [key for key in _FACTS if only is None or key in only]
    found = {key: _FACTS[key](of, now) for key in asked}
    facts = {key: value for key, value in found.items() if value is not None}
    _told(of, [key.removeprefix("person.") for key in facts], warrant, now)
    return {key: Known(value=value, source=SOURCE, as_of=of.as_of.isoformat()) for key, value in facts.items()}


def relatives_of(of: Person, *, warrant: Warrant, now: datetime) -> tuple[Relative, ...]:
    """Spouse, parents, children, guardians and wards of today, oldest first."""
    _told(of, ("relatives",), warrant, now)
    on = day_of(now)
    rows = Relation.objects.filter(_stands(on)).filter(Q(person=of) | Q(other=of)).select_related("person", "other")
    forth = {"spouse": "spouse", "parent": "child", "guardian": "ward"}
    back = {"parent": "parent", "guardian": "guardian"}
    seen = [
        _relative(row.other, forth[row.kind], row.court_order) if row.person_id == of.pk
        else _relative(row.person, back[row.kind], row.court_order)
        for row in rows if row.person_id == of.pk or row.kind in back
    ]
    return tuple(sorted(seen, key=lambda r: (r.birth, str(r.person), r.kind)))


def guardians_of(ward: Person, *, warrant: Warrant, now: datetime) -> tuple[Relative, ...]:
    """Who may act for ``ward`` today: those a court named, and nobody else; else, under 18, the appointed guardians and
    the parents (民法典第二十七条); for an adult nobody but whom a court named (第二十八条). Nobody for the dead."""
    _told(ward, ("guardians",), warrant, now)
    return tuple(_relative(row.person, "guardian", row.court_order) for row in _guardians(ward, day_of(now)))


def ward_of(guardian: UUID | str, ward: UUID | str, *, on: date) -> Person | None:
    """The ward if this guardian may act for them on a day. Leaves no row: asked at every request of a guardian who has
    chosen to act for them, and that choice has left one."""
    found = Person.objects.filter(pk=ward).first()
    if found is None or not any(str(row.person_id) == str(guardian) for row in _guardians(found, on)):
        return None
    return found


def guardians_by_id(ward: UUID | str, *, on: date) -> list[UUID]:
    """Registry ids of who may act for somebody on a day, to tell them of that person's matters. Leaves no row."""
    found = Person.objects.filter(pk=ward).first()
    return [row.person_id for row in _guardians(found, on)] if found else []


def _guardians(ward: Person, on: date) -> list[Relation]:
    if ward.deceased_on is not None:
        return []
    rows = list(
        Relation.objects.filter(_stands(on), other=ward, kind__in=["parent", "guardian"], person__deceased_on=None)
        .select_related("person").order_by("person__birth", "person_id")
    )
    ordered = [row for row in rows if row.kind == "guardian" and row.court_order]
    chosen = ordered or (rows if age_on(ward.birth, on) < ADULT else [])
    return list({row.person_id: row for row in chosen}.values())


def is_guardian(guardian: Person, ward: Person, *, warrant: Warrant, now: datetime) -> bool:
    """Whether ``guardian`` may act for ``ward`` today."""
    return any(one.person == guardian.pk for one in guardians_of(ward, warrant=warrant, now=now))


def wards_of(guardian: Person, *, warrant: Warrant, now: datetime) -> tuple[Relative, ...]:
    """Whom ``guardian`` may act for today, oldest first."""
    _told(guardian, ("wards",), warrant, now)
    rows = Relation.objects.filter(_stands(day_of(now)), person=guardian, kind__in=["parent", "guardian"])
    others = {row.other_id: row.other for row in rows.select_related("other")}
    wards = [_relative(other, "ward", "") for other in others.values()
             if is_guardian(guardian, other, warrant=warrant, now=now)]
    return tuple(sorted(wards, key=lambda r: (r.birth, str(r.person))))


def age_on(birth: date, on: date) -> int:
    """Full years of life on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def number_place(of: Person) -> str:
    """What a sealed ID number is bound to."""
    return f"person:{of.pk}:number"


def mobile_place(of: Person) -> str:
    """What a sealed mobile number is bound to."""
    return f"person:{of.pk}:mobile"


def _find(number: str) -> Person | None:
    rows = Person.objects.select_related("address", "division", "key")
    return rows.filter(lookup=vault.lookup("person-id", number)).first()


def _told(of: Person, fields: Collection[str], warrant: Warrant, now: datetime) -> None:
    trail.read(warrant=warrant, person=str(of.pk), resource=SOURCE, fields=fields, now=now)


def _stands(on: date) -> Q:
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def _relative(of: Person, kind: str, court_order: str) -> Relative:
    return Relative(
        person=of.pk, name=of.name, kind=kind, birth=of.birth, deceased_on=of.deceased_on, court_order=court_order
    )


def _spouse(of: Person, now: datetime) -> dict[str, str] | None:
    row = Relation.objects.filter(_stands(day_of(now)), person=of, kind="spouse").select_related("other").first()
    return None if row is None else {"name": row.other.name, "id": str(row.other_id)}


def _unsealed(sealed: object, of: Person, place: str) -> str | None:
    return None if sealed is None else vault.unseal(of.key, bytes(sealed), place).decode()  # type: ignore[call-overload]


_FACTS = {
    "person.name": lambda of, now: of.name,
    "person.id_number": lambda of, now: _unsealed(of.sealed_number, of, number_place(of)),
    "person.sex": lambda of, now: of.sex,
    "person.birth": lambda of, now: of.birth.isoformat(),
    "person.age": lambda of, now: age_on(of.birth, day_of(now)),
    "person.division": lambda of, now: of.division_id,
    "person.division_name": lambda of, now: of.division.name,
    "person.address": lambda of, now: of.address.text if of.address else None,
    "person.place": lambda of, now: str(of.address_id) if of.address_id else None,
    "person.mobile": lambda of, now: _unsealed(of.sealed_mobile, of, mobile_place(of)),
    "person.alive": lambda of, now: of.deceased_on is None,
    "person.married": lambda of, now: _spouse(of, now) is not None,
    "person.spouse": _spouse,
}
