"""Filling the registries of a new node."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model

from tongban.base import divisions, streets
from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.files import vault
from tongban.files.models import Key
from tongban.registries.actions.entities import representative_place
from tongban.registries.actions.firm_names import fill
from tongban.registries.models import Division, FirmName, Holding, Issued, LegalEntity, Person, Place, Relation
from tongban.registries.queries.people import mobile_place, number_place
from tongban.registries.queries.places import searched
from tongban.registries.synthetic.society import SOURCE, Society, society
from tongban.registries.within import within
from tongban.trail import actions as trail

BATCH = 2000
Row = TypeVar("Row", bound=Model)


@transaction.atomic
def load_divisions(*, city: str, by: Actor, now: datetime) -> int:
    """Bring the table of divisions to what the base knows: the country's down to the county, ``city``'s down to streets
    and towns; how many there are. Names are brought up to date; a division that is no longer in force stays, for what
    refers to it."""
    rows = [*_all_divisions(), *_streets(city)]
    Division.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["code"], update_fields=["name", "level", "parent"]
    )
    trail.record(by=by, verb="divisions.load", subject_kind="registry", subject="divisions", now=now,
                 facts={"count": len(rows)})
    return len(rows)


@transaction.atomic
def load_synthetic(
    *, city: str, by: Actor, now: datetime, people: int = 10_000, firms: int = 1_000, places: int = 6_000, seed: int = 1,
    roads: Any = None,
) -> dict[str, int]:
    """Fill the registries of ``city`` with a synthetic society, unless they hold one; how many rows of each there are.

    Every row says ``synthetic`` and ``source="synthetic"``. ``roads``: what the city's ``roads.yaml`` says; without it
    the roads are invented. Needs ``load_divisions`` of the city before.
    """
    if not Person.objects.filter(within(city), synthetic=True).exists():
        made = society(city, people=people, firms=firms, places=places, seed=seed, today=day_of(now),
                       roads=roads)
        located = _load_places(made, city, now)
        everybody = _load_people(made, located, now)
        _load_relations(made, everybody, now)
        _load_firms(made, city, located, everybody, now)
        trail.record(by=by, verb="registries.load-synthetic", subject_kind="registry", subject=city, now=now,
                     facts={"seed": seed, "people": len(everybody), "firms": len(made.firms)})
    return {
        "people": Person.objects.filter(within(city)).count(),
        "firms": LegalEntity.objects.filter(within(city)).count(),
        "places": Place.objects.filter(within(city)).count(),
    }


def _all_divisions() -> Iterable[Division]:
    """Parents before what lies in them."""
    waiting = list(divisions.provinces())
    while waiting:
        d = waiting.pop(0)
        yield Division(code=d.code, name=d.name.zh, level=d.level, parent_id=d.parent)
        waiting += divisions.children(d.code)


def _streets(city: str) -> Iterable[Division]:
    counties = [city, *(d.code for d in divisions.children(city))]
    return (Division(code=street.code, name=street.name, level=Division.Level.STREET, parent_id=county)
            for county in counties for street in streets.of(county))


def _load_places(made: Society, city: str, now: datetime) -> list[Place]:
    return _insert(Place, [
        Place(
            division_id=p.division, street_id=p.street or None, road=p.road, number=p.number, building=p.building, room=p.room, text=p.text,
            searched=searched(p.text, city), lon=p.lon, lat=p.lat, use=p.use, **_provenance(now),
        )
        for p in made.places
    ])


def _load_people(made: Society, places: list[Place], now: datetime) -> list[Person]:
    keys = _insert(Key, [vault.unsaved_key() for _ in made.people])
    rows = []
    for p, key in zip(made.people, keys, strict=True):
        row = Person(
            lookup=vault.lookup("person-id", p.number), key=key, name=p.name, sex=p.sex, birth=p.birth,
            division_id=p.division, address=places[p.place], deceased_on=p.deceased_on, **_provenance(now),
        )
        row.sealed_number = vault.seal(key, p.number.encode(), number_place(row))
        if p.mobile:
            row.mobile_lookup = vault.lookup("mobile", p.mobile)
            row.sealed_mobile = vault.seal(key, p.mobile.encode(), mobile_place(row))
        rows.append(row)
    return _insert(Person, rows)


def _load_relations(made: Society, people: list[Person], now: datetime) -> None:
    rows = []
    for r in made.relations:
        pairs = [(r.person, r.other), (r.other, r.person)] if r.kind == "spouse" else [(r.person, r.other)]
        rows += [Relation(person=people[a], other=people[b], kind=r.kind, since=r.since, **_provenance(now))
                 for a, b in pairs]
    _insert(Relation, rows)


def _load_firms(made: Society, city: str, places: list[Place], people: list[Person], now: datetime) -> None:
    keys = _insert(Key, [vault.unsaved_key() for _ in made.firms])
    rows = []
    for f, key in zip(made.firms, keys, strict=True):
        who = people[f.representative]
        row = LegalEntity(
            uscc=f.uscc, name=f.parsed.name, kind="limited", division_id=city, key=key, representative=who,
            representative_name=who.name, representative_lookup=who.lookup, place=places[f.place],
            capital_fen=sum(s.amount_fen for s in f.shares), address=places[f.place].text, scope=list(f.scope),
            registered_on=f.registered_on, **_provenance(now),
        )
        number = made.people[f.representative].number
        row.sealed_representative = vault.seal(key, number.encode(), representative_place(row))
        rows.append(row)
    entities = _insert(LegalEntity, rows)
    _insert(Holding, _holdings(made, entities, people))
    _insert(FirmName, [
        fill(FirmName(division_id=city, state=FirmName.State.TAKEN, entity=entity, **_provenance(now)), f.parsed)
        for f, entity in zip(made.firms, entities, strict=True)
    ])
    Issued.objects.update_or_create(division_id=city, defaults={"last": max((f.serial for f in made.firms), default=0)})


def _holdings(made: Society, entities: list[LegalEntity], people: list[Person]) -> list[Holding]:
    rows = []
    for f, entity in zip(made.firms, entities, strict=True):
        for share in f.shares:
            row = Holding(entity=entity, amount_fen=share.amount_fen)
            if share.person is None:
                held_by = entities[share.firm or 0]
                row.kind, row.held_by, row.name, row.uscc = "entity", held_by, held_by.name, held_by.uscc
            else:
                who = people[share.person]
                number = made.people[share.person].number
                row.kind, row.person, row.name, row.lookup = "person", who, who.name, who.lookup
                row.sealed_number = vault.seal(entity.key, number.encode(), f"holding:{row.pk}:number")
            rows.append(row)
    return rows


def _provenance(now: datetime) -> dict[str, object]:
    return {"source": SOURCE, "as_of": day_of(now), "synthetic": True}


def _insert(model: type[Row], rows: list[Row]) -> list[Row]:
    return model._default_manager.bulk_create(rows, batch_size=BATCH)
