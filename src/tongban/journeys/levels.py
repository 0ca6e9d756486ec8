"""Offices at several levels: which of them a case falls to, and passing a step up or down the tree (移送上级、交办下级)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import SYSTEM, Actor
from tongban.base.errors import Denied, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.identity import queries as identity
from tongban.journeys import moves


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """An office to which a step may go from where it is: ``way`` is "up" or "down"."""

    key: str
    name: Words
    way: str


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """A step that an officer may pass on, where it is, and where to."""

    step: str
    title: Words
    office: Words
    targets: tuple[Target, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One office in the tree. ``depth`` counts from the top; ``open`` is how many steps wait there, for officers who
    may know (their own office and those below)."""

    key: str
    name: Words
    depth: int
    level: int
    roles: tuple[str, ...]
    by: str
    hours: dict[str, list[str]]
    contact: dict[str, Any]
    officers: tuple[str, ...]
    open: int | None


class NotThere(Denied):
    """The step cannot go to this office: only one level up or down, within the tree."""

    def __init__(self) -> None:
        super().__init__(
            "not_there",
            Words(zh="不能转到这个单位", en="It cannot be passed to this office"),
            because=Words(
                zh="只能移送直接上级，或交办下级；同级之间由上级协调。",
                en="It goes to the office right above, or to one below; between equals the one above decides.",
            ),
            field="to",
        )


def place(row: Any, *, now: datetime) -> None:
    """Give each step of a case that just came in to the office of the tree that it falls to: where the place of
    business is, else where the person lives; to the city's own where neither is known or lies elsewhere."""
    state = stored.state(row)
    division = division_of(stored.content(row, warrant=moves.SELF, now=now)["document"])
    to = {step.key: key for step in state.steps if (key := _nearest(step, division)) != step.office}
    if to:
        command = lifecycle.Place(by=SYSTEM, node=settings.TONGBAN_ADCODE, circle=moves.NOBODY, to=to)
        moves.move(number=row.number, command=command, now=now)


def _nearest(step: lifecycle.Step, division: str) -> str:
    """The key of the office below the city's own that a step falls to; the step's own role otherwise."""
    if not division:
        return step.office
    try:
        usual = identity.office_for_role(step.office)
        found = identity.office_for_role(step.office, division, by=step.by)
    except Refusal:
        return step.office
    return found.key if found.level > usual.level else step.office


def division_of(document: dict[str, Any]) -> str:
    """The division that a case is about: of the place that was answered, else of the person; empty if unknown."""
    facts = document["facts"]
    for value in document["answers"].values():
        known = facts.get(f"place:{value.get('code')}") if isinstance(value, dict) else None
        found = (known or {}).get("value")
        if isinstance(found, dict) and found.get("division"):
            return str(found["division"])
    return str((facts.get("person.division") or {}).get("value") or "")


def passings(number: str, *, by: Actor) -> list[Passing]:
    """The steps of a case that this officer may pass on now, each with where to."""
    state = stored.state(stored.by_number(number))
    held = state.custody.held == settings.TONGBAN_ADCODE and state.custody.offered_to is None
    if "transfer" not in by.powers or not held:
        return []
    acting = identity.acting_for(by.office or "")
    return [
        Passing(step=s.key, title=s.title, office=_name(s.office), targets=targets(s.office))
        for s in state.steps
        if not s.done and s.by == "desk" and s.office in acting and targets(s.office)
    ]


def targets(office: str) -> tuple[Target, ...]:
    """One level up, where that office works on cases at all, and every office right below."""
    here = identity.office_for_role(office)
    up = [here.parent] if here.parent and here.parent.roles else []
    down = [each for each in identity.tree() if each.parent and each.parent.key == here.key]
    return (*(_target(o, "up") for o in up), *(_target(o, "down") for o in down))


def _target(office: Any, way: str) -> Target:
    return Target(key=office.key, name=Words(**office.name), way=way)


def _name(office: str) -> Words:
    return Words(**identity.office_for_role(office).name)


def pass_on(*, number: str, step: str, to: str, reasons: str, by: Actor, now: datetime) -> None:
    """Pass a step up or down, with the reasons in writing. The clock goes on; the office that had it still sees what it
    did, and the person is told who has it now."""
    row = stored.by_number(number)
    found = stored.state(row).step(step)
    if found is None or to not in {t.key for t in targets(found.office)}:
        raise NotThere
    text = reasons.strip()[:4000]
    digest = moves.digest_of(text) if text else ""
    command = lifecycle.Transfer(
        by=by,
        node=settings.TONGBAN_ADCODE,
        circle=moves.circle_of(row, now=now),
        offices=identity.acting_for(by.office or ""),
        step=step,
        to=to,
        reasons=digest,
    )
    writing = {
        "digest": digest,
        "kind": "transfer",
        "text": text,
        "by": by.name,
        "office": by.office,
        "at": now.isoformat(),
        "step": step,
    }
    moves.move(number=number, command=command, now=now, writing=writing)


def offices(*, by: Actor) -> list[Place]:
    """The tree with who works where; how much waits is told of one's own office and those below."""
    mine = identity.office_and_children(by.office or "") if by.office else frozenset()
    works, waits = identity.officers_by_office(), stored.open_by_office()
    depth: dict[str, int] = {}
    found = []
    for row in identity.tree():
        depth[row.key] = depth[row.parent.key] + 1 if row.parent else 0
        found.append(
            Place(
                key=row.key,
                name=Words(**row.name),
                depth=depth[row.key],
                level=row.level,
                roles=tuple(row.roles),
                by=row.by,
                hours=row.hours,
                contact=row.contact,
                officers=tuple(o.name for o in works.get(row.key, ())) if row.key in mine else (),
                open=sum(waits.get(name, 0) for name in _answers_to(row)) if row.key in mine else None,
            )
        )
    return found


def _answers_to(row: Any) -> set[str]:
    """The names under which steps lie at this very office: its key, and the roles that are its own to fill by default."""
    return {row.key} | {role for role in row.roles if identity.office_for_role(role).key == row.key}
