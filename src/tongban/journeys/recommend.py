"""Services worth a look by what registries and certificates say of a person (推荐), with the reason; a switch turns it off.

The registries are read once a day and session, as the person's own look; what came of it, rules by their keys, is kept
with the session and nowhere else. Never for an officer, nor while somebody acts for another.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor, Kind, Warrant
from tongban.base.calendar import day_of
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.certificates import queries as certificates
from tongban.engine import recommending
from tongban.engine import rules as rules_
from tongban.identity import actions as accounts
from tongban.identity import queries as identity
from tongban.journeys import find
from tongban.registries import queries as registries

PURPOSE = "recommend"
KEPT = "suggested"  # in the session: the day, and the keys of the rules that hold
ENDLESS = 99_999
ADULT = 18
YEAR = timedelta(days=365)
IN_FORCE = "01"


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A service, and why it is suggested."""

    hit: find.Hit
    why: Words


def may(by: Actor) -> bool:
    """Whether anything is suggested at all: to a proven person in their own name."""
    return by.kind is Kind.PERSON and by.level >= 1 and not by.basis


def wanted(by: Actor) -> bool:
    """Whether the person has it on."""
    account = identity.account(by.id) if may(by) else None
    return account is not None and account.suggests


def switch(*, on: bool, session: MutableMapping[str, Any], by: Actor, now: datetime) -> None:
    """Turn it on or off; it stays so with the account."""
    account = identity.account(by.id)
    if account is not None:
        accounts.suggest(account=account, on=on, by=by, now=now)
    session.pop(KEPT, None)


def today(*, session: MutableMapping[str, Any], by: Actor, now: datetime, most: int = 4) -> list[Suggestion]:
    """What is suggested to a person today, without what they have begun or have had before. Empty while it is off."""
    if not wanted(by):
        return []
    day = day_of(now)
    kept = session.get(KEPT) or {}
    if kept.get("day") != day.isoformat():
        fitting = recommending.fitting(rules(), _facts(by, now), today=day, city=settings.TONGBAN_ADCODE)
        kept = session[KEPT] = {"day": day.isoformat(), "keys": [rule.key for rule in fitting]}
    chosen = [rule for rule in rules() if rule.key in kept["keys"]]
    offered = {hit.code: hit for hit in find.shelf(here=settings.TONGBAN_ADCODE, city=settings.TONGBAN_ADCODE)}
    begun, granted = _had(by, now)
    found = [
        rule
        for rule in chosen
        if rule.item in offered and rule.item not in begun and (rule.renews or rule.item not in granted)
    ]
    return [Suggestion(hit=offered[rule.item], why=rule.why) for rule in found[:most]]


def _had(by: Actor, now: datetime) -> tuple[set[str], set[str]]:
    """Items that the person has begun, or that are under way for them; and those that they were granted within the year."""
    begun, granted = cases.had(by, since=now - YEAR)
    return begun | set(cases.drafts_of(by).values_list("item", flat=True)), granted


def _facts(by: Actor, now: datetime) -> dict[str, Any]:
    """What the rules may read of a person; each look is on the record as their own."""
    warrant = Warrant(actor=by, purpose=PURPOSE)
    person = registries.person(str(by.person), warrant=warrant, now=now)
    names = [f"person.{name}" for name in recommending.PERSON]
    known = registries.facts_of(person, warrant=warrant, now=now, only=names)
    firms = identity.represented_by(str(by.person))
    return {
        **{key: each.value for key, each in known.items()},
        "children": _children(person, warrant, now),
        "firms": [{"kind": firm.kind, "days": (day_of(now) - firm.registered_on).days} for firm in firms],
        "certificates": _certificates([str(by.person), *(firm.uscc for firm in firms)], warrant, now),
    }


def _children(person: Any, warrant: Warrant, now: datetime) -> list[int]:
    day = day_of(now)
    found = registries.relatives_of(person, warrant=warrant, now=now)
    ages = [rules_.age(each.birth.isoformat(), day.isoformat()) for each in found if each.kind == "child" and each.deceased_on is None]
    return sorted(age for age in ages if age < ADULT)


def _certificates(refs: list[str], warrant: Warrant, now: datetime) -> list[dict[str, Any]]:
    day = day_of(now)
    held = [each for ref in refs for each in certificates.held_by(warrant=warrant, now=now, ref=ref)]
    return [
        {"type": each.type, "days": (each.valid_to - day).days if each.valid_to else ENDLESS}
        for each in held
        if each.status == IN_FORCE and (each.valid_to is None or each.valid_to >= day)
    ]


def rules() -> tuple[recommending.Recommendation, ...]:
    """All rules; a broken one is left out (``tongban items check`` names it)."""
    path = settings.TONGBAN_REPOSITORY / "services" / recommending.FILE
    return _rules(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=2)
def _rules(path: Path, changed: int) -> tuple[recommending.Recommendation, ...]:
    files = {recommending.FILE: path.read_bytes()} if changed else {}
    return recommending.load_recommendations(files)[0]
