"""Synthetic people in households: couples with children and parents, single people, the widowed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import msgspec

from tongban.base import divisions
from tongban.base.identifiers import person as person_ids
from tongban.registries.synthetic.places import SyntheticPlace
from tongban.registries.synthetic.words import material

# Sequence numbers of real cards begin low: ours begin at 900, so that few can be anybody's.
_FIRST, _LAST = 900, 995
# 199 and the province, then a running number: ours to make up, and never dialled.
_MOBILE = "199{province}{serial:06d}"


class SyntheticPerson(msgspec.Struct, kw_only=True):
    """One person; ``place`` is a position in the list of places, ``mobile`` empty for children and some others."""

    name: str
    sex: str
    birth: date
    number: str
    place: int
    division: str
    mobile: str = ""
    deceased_on: date | None = None


class SyntheticRelation(msgspec.Struct, frozen=True, kw_only=True):
    """``person`` is the spouse (told once) or parent of ``other``, both positions in the list of people."""

    person: int
    other: int
    kind: str
    since: date


class _Maker:
    """What is counted while households are made."""

    def __init__(self, rng: Random, city: str, counties: list[str], today: date) -> None:
        self.rng, self.city, self.counties, self.today = rng, city, counties, today
        self.people: list[SyntheticPerson] = []
        self.relations: list[SyntheticRelation] = []
        self.serials: dict[tuple[str, date, str], int] = {}
        self.elsewhere = [c.code for p in divisions.provinces()[:31] for d in divisions.children(p.code)
                          for c in divisions.children(d.code)]

    def person(self, *, sex: str, age: float, place: int, division: str, surname: str = "", local: bool = False) -> int:
        """A new person of about ``age`` years; their position."""
        birth = self.today - timedelta(days=int(age * 365.25) + self.rng.randint(0, 300))
        area = self.rng.choice(self.counties if local or self.rng.random() < 0.75 else self.elsewhere)
        self.people.append(SyntheticPerson(
            name=self._name(sex, surname), sex=sex, birth=birth, number=self._number(area, birth, sex), place=place,
            division=division, mobile=self._mobile(age),
        ))
        return len(self.people) - 1

    def relate(self, person: int, other: int, kind: str, since: date) -> None:
        """Note a relation."""
        self.relations.append(SyntheticRelation(person=person, other=other, kind=kind, since=since))

    def _name(self, sex: str, surname: str) -> str:
        words = material()
        first = surname or self.rng.choices(list(words.surnames), weights=list(words.surnames.values()))[0]
        pool = (words.male if sex == "male" else words.female) * 2 + words.either
        return first + "".join(self.rng.sample(pool, 1 if self.rng.random() < 0.12 else 2))

    def _number(self, area: str, birth: date, sex: str) -> str:
        """The next sequence of the day and area; odd for a man (GB 11643)."""
        used = self.serials.get((area, birth, sex), _FIRST + (sex == "male"))
        if used > _LAST:
            raise ValueError("more births on one day in one county than there are numbers")
        self.serials[area, birth, sex] = used + 2
        return person_ids.issue(area=area, birth=birth, sequence=used)

    def _mobile(self, age: float) -> str:
        serial = len(self.people)
        if age < 14 or self.rng.random() < 0.05:
            return ""
        return _MOBILE.format(province=self.city[:2], serial=serial) if serial < 1_000_000 else ""


def make_people(
    rng: Random, city: str, counties: list[str], places: list[SyntheticPlace], homes: list[int], count: int, today: date
) -> tuple[list[SyntheticPerson], list[SyntheticRelation]]:
    """At least ``count`` people living in ``homes`` (positions in ``places``), and how they are related."""
    maker = _Maker(rng, city, counties, today)
    household = 0
    while len(maker.people) < count:
        home = homes[household % len(homes)]
        kind = rng.random()
        make = _family if kind < 0.62 else _single if kind < 0.86 else _elders
        make(maker, home, places[home].division)
        household += 1
    return maker.people, maker.relations


def _family(maker: _Maker, home: int, division: str) -> None:
    """A couple of working age, none to three children, now and then the husband's parents."""
    rng = maker.rng
    age = rng.triangular(24, 62, 38)
    husband = maker.person(sex="male", age=age, place=home, division=division)
    wife = maker.person(sex="female", age=max(21.0, age + rng.uniform(-5, 2)), place=home, division=division)
    married = _marry(maker, husband, wife)
    surname = _surname(maker.people[husband])
    mother_age = (maker.today - maker.people[wife].birth).days / 365.25
    for _ in range(rng.choices([0, 1, 2, 3], weights=[18, 48, 29, 5])[0]):
        child_age = mother_age - rng.uniform(22, 38)
        if 0 <= child_age < 24:
            sex = rng.choice(["male", "female"])
            child = maker.person(sex=sex, age=max(child_age - 0.9, 0), place=home, division=division, surname=surname,
                                 local=True)
            _parents(maker, husband, wife, child)
    if rng.random() < 0.14 and age + 22 < 94:
        father = maker.person(sex="male", age=min(age + rng.uniform(22, 32), 95), place=home, division=division,
                              surname=surname)
        mother = maker.person(sex="female", age=min(age + rng.uniform(21, 29), 95), place=home, division=division)
        _marry(maker, father, mother, before=married)
        _parents(maker, father, mother, husband)


def _single(maker: _Maker, home: int, division: str) -> None:
    rng = maker.rng
    maker.person(sex=rng.choice(["male", "female"]), age=rng.triangular(18, 70, 27), place=home, division=division)


def _elders(maker: _Maker, home: int, division: str) -> None:
    """A couple of 60 to 97; in a third of them one has died."""
    rng = maker.rng
    age = rng.triangular(60, 97, 68)
    husband = maker.person(sex="male", age=age, place=home, division=division, local=rng.random() < 0.7)
    wife = maker.person(sex="female", age=min(max(age + rng.uniform(-6, 3), 58), 98), place=home, division=division,
                        local=rng.random() < 0.7)
    if rng.random() < 0.33:
        dead = maker.people[rng.choice([husband, wife])]
        dead.deceased_on = maker.today - timedelta(days=rng.randint(30, 3600))
        dead.mobile = ""
    else:
        _marry(maker, husband, wife)


def _marry(maker: _Maker, husband: int, wife: int, before: date | None = None) -> date:
    """Note a marriage at 22 to 32 of the younger one's years; the day."""
    youngest = max(maker.people[husband].birth, maker.people[wife].birth)
    since = min(youngest + timedelta(days=int(maker.rng.uniform(22.1, 30) * 365.25)), maker.today - timedelta(days=30))
    since = min(since, before - timedelta(days=30)) if before else since
    maker.relate(husband, wife, "spouse", since)
    return since


def _parents(maker: _Maker, father: int, mother: int, child: int) -> None:
    for parent in (father, mother):
        maker.relate(parent, child, "parent", maker.people[child].birth)


def _surname(person: SyntheticPerson) -> str:
    return next((s for s in ("欧阳", "上官") if person.name.startswith(s)), person.name[0])
