"""By which rules a hall receives people, and which of its lanes serves what somebody comes for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.catalog import bundles
from tongban.engine import visiting
from tongban.journeys import find, nearby, see

MOST = 20  # items that one visit is for


class NoHall(NotFound):
    """There is no such hall here, or nobody is received there."""

    def __init__(self) -> None:
        super().__init__(
            "no_hall",
            Words(zh="没有这个大厅", en="There is no such hall"),
            because=Words(zh="自助终端不用预约，也不排队。", en="Terminals need no booking and have no queue."),
            next_step=Words(zh="请在“就近办”里选一个。", en="Choose one under Nearest counters."),
        )


class NotServed(Refusal):
    """The hall leaves some of it to others."""

    def __init__(self, hall: nearby.Hall) -> None:
        super().__init__(
            "not_served",
            Words(zh="这个大厅不办这件事", en="This hall does not do that"),
            because=hall.name,
            next_step=Words(
                zh="请在“就近办”里选一个能办的大厅。", en="Choose one that does, under Nearest counters."
            ),
        )


class Purpose(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody comes for: matters as they are kept (city, code, title, office), the office roles that they concern, the
    case or bundle they belong to, and whether somebody has to be seen."""

    matters: tuple[dict[str, Any], ...] = ()
    offices: tuple[str, ...] = ()
    case: str = ""
    bundle: str = ""
    name: Words | None = None

    @property
    def title(self) -> Words | None:
        """All of it in a line (a bundle by its own name); None where they have not said."""
        if self.name is not None:
            return self.name
        titles = [Words(**each["title"]) for each in self.matters]
        if not titles:
            return None
        return Words(zh="、".join(t.zh for t in titles), en=", ".join(t.en for t in titles))


def rules() -> visiting.Rules:
    """The rules of all halls, as the file has them now."""
    path = Path(settings.TONGBAN_REPOSITORY) / "services" / visiting.FILE
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> visiting.Rules:
    found, wrong = visiting.load_rules({visiting.FILE: path.read_bytes()})
    if found is None:
        raise ValueError(f"{visiting.FILE}: {wrong}")
    return found


def hall(key: str) -> nearby.Hall:
    """A hall of this city in which people are received. Raises NoHall."""
    found = next((each for each in nearby.halls(settings.TONGBAN_ADCODE) if each.key == key), None)
    if found is None or not lanes(found):
        raise NoHall
    return found


def lanes(hall: nearby.Hall) -> tuple[visiting.Lane, ...]:
    """What one queues for there: the city's own lanes, else those of the kind; none at a terminal."""
    return nearby.lanes_of(settings.TONGBAN_ADCODE, hall) or rules().lanes.get(hall.kind, ())


def lane(hall: nearby.Hall, key: str) -> visiting.Lane:
    """A lane by its key; one that is gone is read as the one that takes everything."""
    found = lanes(hall)
    return next((each for each in found if each.key == key), visiting.lane_for(found, ()))


def lane_for(hall: nearby.Hall, purpose: Purpose) -> visiting.Lane:
    """The lane that serves all of it. Raises NotServed where the hall does not."""
    if not all(hall.serves(office, visit=False) for office in purpose.offices):
        raise NotServed(hall)
    return visiting.lane_for(lanes(hall), purpose.offices)


def purpose(
    *, items: Sequence[str] = (), case: str = "", bundle: str = "", by: Actor | None = None, now: datetime
) -> Purpose:
    """What somebody says that they come for: items of this city by code (what is not offered is left out), a bundle (those
    of its items, else all), or a case of theirs with all its parts. Raises NoCase for anybody else's."""
    if case and by is not None:
        return _of_case(case, by, now)
    joint = _bundle(bundle) if bundle else None
    codes = items or ([each.item for each in joint.members] if joint else ())
    found = [_matter(code, now) for code in dict.fromkeys(codes[:MOST])]
    known = [each for each in found if each is not None]
    return Purpose(
        matters=tuple(matter for matter, _ in known),
        offices=tuple(office for _, office in known),
        bundle=joint.code if joint else "",
        name=joint.title if joint else None,
    )


def _bundle(code: str) -> Any:
    """A bundle that this city offers; none where there is none such."""
    try:
        return bundles.in_force(code, city=settings.TONGBAN_ADCODE)
    except NotFound:
        return None


def _matter(code: str, now: datetime) -> tuple[dict[str, Any], str] | None:
    try:
        guide = find.guide(settings.TONGBAN_ADCODE, code, now=now)
    except NotFound:
        return None
    return _kept(guide.ref.city, guide.ref.code, guide.item.title, guide.item.office), guide.item.office


def _of_case(number: str, by: Actor, now: datetime) -> Purpose:
    row = see.mine(number, by=by, now=now)
    parts = cases.state(row).parts
    items = [(part, find.item_of(part.item)) for part in parts]
    return Purpose(
        matters=tuple(_kept(part.item.city, part.item.code, item.title, part.office) for part, item in items),
        offices=tuple(part.office for part in parts),
        case=row.number,
    )


def _kept(city: str, code: str, title: Words, office: str) -> dict[str, Any]:
    return {"city": city, "code": code, "title": {"zh": title.zh, "en": title.en}, "office": office}
