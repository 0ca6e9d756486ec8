"""The nearest counter (就近办): halls, neighbourhood centres and terminals of a city, whether they are open, how far they are.

Data: ``cities/<adcode>/halls.yaml``, and for this node its operator's ``halls.yaml`` beside ``node.json``. Where somebody is
is told by the street or district they choose; a position that a browser knows never leaves it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from django.conf import settings

from tongban.base import boundaries, divisions, streets
from tongban.base.calendar import SHANGHAI, Calendar, CalendarUnknown, OfficeHours, day_of
from tongban.base.words import Words
from tongban.engine.visiting import Lane
from tongban.identity import timetable

Kind = Literal["hall", "neighbourhood", "terminal"]
AHEAD = 14  # days that an opening is looked for in
KM = 111.2  # of a degree of latitude
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Closed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days, from the first to the last, on which a place does not open, and why."""

    first: date
    last: date
    says: Words


class Hall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place where people are served. ``division`` is its county (six digits) or street (nine); ``at`` longitude and
    latitude; ``hours`` a name in the file, ``closed`` the days that are an exception; ``takes`` the office roles whose items
    it serves (none: all), but for those that it ``leaves`` to others."""

    key: str
    kind: Kind
    name: Words
    division: str
    address: str
    at: str
    phone: str = ""
    hours: str = ""
    closed: tuple[Closed, ...] = ()
    takes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude."""
        lon, _, lat = self.at.partition(",")
        return float(lon), float(lat)

    def closed_on(self, day: date) -> Closed | None:
        """Why it does not open on a day on which it otherwise might."""
        return next((each for each in self.closed if each.first <= day <= each.last), None)

    def serves(self, office: str, *, visit: bool) -> bool:
        """Whether somebody is served here with an item of this office; a terminal serves where nobody must be seen."""
        taken = not office or ((not self.takes or office in self.takes) and office not in self.leaves)
        return taken and not (visit and self.kind == "terminal")


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    hours: dict[str, dict[str, Any]]
    halls: tuple[Hall, ...]
    lanes: dict[str, tuple[Lane, ...]] = {}


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a place is open: until when, or from when again; ``days`` are today and the next with their hours. A
    ``holiday`` that is not announced yet is left out, and said (``known`` False)."""

    open: bool
    until: datetime | None
    next: datetime | None
    days: tuple[tuple[date, tuple[tuple[datetime, datetime], ...]], ...]
    known: bool = True


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """A hall as somebody finds it now; ``km`` from where they said they are."""

    hall: Hall
    opening: Opening
    km: float | None = None


def halls(city: str) -> tuple[Hall, ...]:
    """All halls of a city in the order of its files."""
    return tuple(hall for file in _files(city) for hall in file.halls)


class _Known(msgspec.Struct, frozen=True):
    """A file as it is asked: its halls, the hours of each by its key, and what one queues for in halls of a kind."""

    halls: tuple[Hall, ...]
    hours: dict[str, OfficeHours]
    lanes: dict[str, tuple[Lane, ...]]


def _files(city: str) -> list[_Known]:
    return [_read(path, path.stat().st_mtime_ns) for path in _paths(city) if path.exists()]


def _paths(city: str) -> list[Path]:
    paths = [Path(settings.TONGBAN_REPOSITORY) / "cities" / city / "halls.yaml"]
    if city == settings.TONGBAN_ADCODE:
        paths.append(Path(settings.TONGBAN_HOME) / "halls.yaml")
    return paths


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> _Known:
    file = msgspec.convert(yaml.load(path.read_bytes(), Loader=_Loader), _File)
    named = {name: timetable.hours_of({"hours": told}) for name, told in file.hours.items()}
    usual = timetable.hours_of({})
    hours = {hall.key: _but(named.get(hall.hours or hall.kind, usual), hall.closed) for hall in file.halls}
    return _Known(file.halls, hours, file.lanes)


def _but(hours: OfficeHours, closed: tuple[Closed, ...]) -> OfficeHours:
    return msgspec.structs.replace(hours, closed=tuple((each.first, each.last) for each in closed)) if closed else hours


def state(city: str) -> tuple[int, ...]:
    """What tells two states of a city's halls apart. Read it before what it tells apart."""
    return tuple(path.stat().st_mtime_ns for path in _paths(city) if path.exists())


def districts(city: str) -> Mapping[str, frozenset[str]]:
    """Where in a city somebody is served at a counter: in which of its counties (of a county: streets and towns), for each
    office role that some counter names; ``""`` for any other. A terminal has nobody to serve them."""
    return _districts(city, state(city))


@lru_cache(maxsize=32)
def _districts(city: str, state: object) -> dict[str, frozenset[str]]:
    counters = [hall for hall in halls(city) if hall.kind != "terminal"]
    roles = {role for hall in counters for role in (*hall.takes, *hall.leaves)}
    digits = 6 if city.endswith("00") else 9
    placed = [(hall, hall.division[:digits]) for hall in counters if len(hall.division) >= digits]
    of = {role: frozenset(at for hall, at in placed if hall.serves(role, visit=True)) for role in roles}
    return {**of, "": frozenset(at for hall, at in placed if not hall.takes)}


def district(code: str) -> Words | str:
    """What a county or street is called (a street in Chinese alone); its code where there is none."""
    if len(code) == 6:
        found = divisions.find(code)
        return found.name if found else code
    return next((each.name for each in streets.of(code[:6]) if each.code == code), code)


def hours_of(city: str, hall: Hall) -> OfficeHours:
    """When a hall is open: the hours it names, else those of its kind, else the usual ones of offices."""
    return next((file.hours[hall.key] for file in _files(city) if hall.key in file.hours), timetable.hours_of({}))


def spans(city: str, hall: Hall, day: date) -> list[tuple[datetime, datetime]]:
    """When a hall is open on a day. Raises CalendarUnknown."""
    return list(hours_of(city, hall).spans(day, timetable.calendar()))


def lanes_of(city: str, hall: Hall) -> tuple[Lane, ...]:
    """What one queues for in a hall, where the file that names it says so itself; none where it does not."""
    return next((file.lanes.get(hall.kind, ()) for file in _files(city) if hall.key in file.hours), ())


def near(
    city: str,
    *,
    at: str = "",
    office: str = "",
    visit: bool = False,
    kinds: Collection[str] = (),
    now: datetime,
    most: int | None = None,
) -> list[Counter]:
    """Halls of a city (of these ``kinds``) that serve items of ``office``, those nearest to the street or county ``at``
    first; without one in the order of the file. ``visit``: somebody has to be seen there in person."""
    found = [hall for hall in halls(city) if hall.serves(office, visit=visit) and (not kinds or hall.kind in kinds)]
    origin = _origin(city, at)
    if origin:
        found.sort(key=lambda hall: (_apart(hall.division, at), _km(origin, hall.place), hall.key))
    return [
        Counter(
            hall=hall,
            opening=opening(hours_of(city, hall), now=now, calendar=timetable.calendar()),
            km=round(_km(origin, hall.place), 1) if origin else None,
        )
        for hall in found[:most]
    ]


def _apart(division: str, at: str) -> int:
    """0 the same street, 1 the same county, 2 another."""
    return 0 if division == at else 1 if division[:6] == at[:6] else 2


def _origin(city: str, at: str) -> tuple[float, float] | None:
    """Where a street or county lies: its own hall, else the middle of the county's; None where it is not in this city."""
    if at not in {code for code, _ in areas(city)} | {code for _, found in quarters(city) for code, _ in found}:
        return None
    same = [hall.place for hall in halls(city) if hall.division == at]
    same = same or [hall.place for hall in halls(city) if hall.division[:6] == at[:6]]
    return _middle(same) if same else None


def _middle(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places)


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """As the crow flies; at these distances the earth is flat."""
    narrow = math.cos(math.radians((a[1] + b[1]) / 2))
    return KM * math.hypot((a[0] - b[0]) * narrow, a[1] - b[1])


def areas(city: str) -> list[tuple[str, Words]]:
    """The counties of a city (of a county: itself)."""
    if not city.endswith("00"):
        return [(city, divisions.name(city))]
    return [(each.code, each.name) for each in divisions.children(city)]


def quarters(city: str) -> list[tuple[Words, list[tuple[str, str]]]]:
    """What to choose from: each county with its streets and towns."""
    return [(name, [(street.code, street.name) for street in streets.of(code)]) for code, name in areas(city)]


def shape(city: str) -> Mapping[str, tuple[boundaries.Ring, ...]]:
    """The boundaries of a city's counties, for a map."""
    return boundaries.counties(city)


def opening(hours: OfficeHours, *, now: datetime, calendar: Calendar, days: int = 4) -> Opening:
    """Whether a place with these hours is open now, when it opens next, and its hours today and on the next days."""
    today = day_of(now)
    spans, known = [], True
    for ahead in range(AHEAD):
        day = today + timedelta(days=ahead)
        try:
            spans.append((day, hours.spans(day, calendar)))
        except CalendarUnknown:
            spans.append((day, _weekly(hours, day)))
            known = known and ahead >= days
    until = next((end for _, each in spans for start, end in each if start <= now < end), None)
    following = next((start for _, each in spans for start, _ in each if start > now), None)
    return Opening(open=until is not None, until=until, next=following, days=tuple(spans[:days]), known=known)


def _weekly(hours: OfficeHours, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The hours of the weekday, where nobody knows yet whether it is a holiday."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return tuple(
        (midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)) for start, end in hours.weekly[day.weekday()]
    )
