"""For whom somebody acts: themself, their child or ward, a firm they represent, whoever gave them a mandate (代办).

The session keeps only the choice. Whether it still stands, and how far it reaches, is asked anew at every request.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date, datetime
from typing import Any

import msgspec
from django.contrib.sessions.backends.base import SessionBase

from tongban.base import memo
from tongban.base.actors import Actor, Channel, Reach, Warrant
from tongban.base.calendar import day_of
from tongban.base.words import Words
from tongban.cases import spaces
from tongban.catalog import queries as catalog
from tongban.engine.rules import age
from tongban.identity import mandates
from tongban.identity import queries as identity
from tongban.identity.refusals import ActingEnded, NoMandate, OtherSpace
from tongban.journeys import occasions
from tongban.registries import queries as registries
from tongban.trail import actions as trail

CHOSEN, NAME, ENDED = "acting", "acting_name", "acting_ended"  # what the session keeps
SUBJECT = "subject:"  # in a scope, before a subject as the catalogue names it
OWN, WARD = "own:", "ward:"  # before a USCC, before a registry id; a mandate is chosen by its own id
ADULT = 18
EVERYTHING = Words(zh="全部事项", en="all services")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a person may act for now. ``basis``: representative, guardian, mandate."""

    id: str
    name: str
    basis: str
    firm: bool
    covers: Words = EVERYTHING
    until: date | None = None


def choices(*, by: Actor, now: datetime) -> list[Choice]:
    """Everybody whom this person may act for: children and wards, firms they represent, then mandates they hold."""
    if by.person is None:
        return []
    warrant = Warrant(actor=by, purpose="acting")
    person = registries.person(by.person, warrant=warrant, now=now)
    wards = registries.wards_of(person, warrant=warrant, now=now)
    firms = identity.represented_by(by.person)
    held = mandates.standing(by.person, day_of(now))
    return [
        *(Choice(id=f"{WARD}{w.person}", name=w.name, basis="guardian", firm=False) for w in wards),
        *(Choice(id=f"{OWN}{f.uscc}", name=f.name, basis="representative", firm=True) for f in firms),
        *(_held(m) for m in held),
    ]


def _held(row: Any) -> Choice:
    return Choice(
        id=str(row.id),
        name=giver_of(row),
        basis="mandate",
        firm=row.giver is not None,
        covers=covers(row.scope),
        until=row.until_on,
    )


def switch(*, session: SessionBase, by: Actor, to: str, now: datetime) -> None:
    """Act for somebody from now on, or (empty) for oneself again. NoMandate for whom this person may not act for."""
    choose(session=session, by=by, to=to, now=now)
    session.cycle_key()


def choose(*, session: MutableMapping[str, Any], by: Actor, to: str, now: datetime) -> None:
    """The same, noted in any session: at a window in what the officer's session keeps of the person."""
    chosen = next((each for each in choices(by=by, now=now) if each.id == to), None) if to else None
    if to and chosen is None:
        raise NoMandate(Words(zh="对方", en="them"))
    session[CHOSEN], session[NAME] = to, chosen.name if chosen else ""
    account = identity.account(by.id)
    acts = actor(account, channel=by.channel, to=to, now=now) or by
    trail.record(by=acts, verb="acting.switch", subject_kind="account", subject=by.id, now=now)


def chosen(session: MutableMapping[str, Any], account: Any, *, channel: Channel, now: datetime) -> Actor:
    """The actor of a session: for whom it has chosen, as long as that stands. What ended is noted, to be told at the
    next page that is only for people signed in; nothing more is done in the other's name."""
    to = session.get(CHOSEN, "")
    found = actor(account, channel=channel, to=to, now=now)
    if found is not None:
        return found
    own = identity.person_actor(account, channel=channel)
    session[ENDED] = session.pop(NAME, "")
    session.pop(CHOSEN)
    trail.record(
        by=own, verb="acting.ended", subject_kind="account", subject=own.id, now=now, facts={"chosen": to}
    )
    return own


def ended(session: MutableMapping[str, Any]) -> ActingEnded | None:
    """The refusal that is owed to somebody whose power to act for another has ended, once."""
    return ActingEnded(session.pop(ENDED)) if ENDED in session else None


def actor(account: Any, *, channel: Channel, to: str, now: datetime) -> Actor | None:
    """The actor of an account that has chosen to act for somebody; None where that does not stand (any more)."""
    own = identity.person_actor(account, channel=channel)
    if not to or own.person is None:
        return own if not to else None
    if to.startswith(OWN):
        firm = identity.represented(own.person, to.removeprefix(OWN))
        return _as(own, entity=firm.uscc, principal=firm.name) if firm else None
    if to.startswith(WARD):
        ward = registries.ward_of(own.person, to.removeprefix(WARD), on=day_of(now))
        return _as(own, behalf=str(ward.pk), principal=ward.name) if ward else None
    row = mandates.stands(to, receiver=own.person, on=day_of(now))
    return _under(own, row) if row else None


def _under(own: Actor, row: Any) -> Actor:
    whom = {"entity": row.giver.uscc} if row.giver else {"behalf": str(row.given_by_id)}
    return _as(own, principal=giver_of(row), mandate=str(row.id), reach=reach(row.scope), **whom)


def _as(own: Actor, **whom: Any) -> Actor:
    return msgspec.structs.replace(own, **whom)


@memo.once
def signs_for(by: Actor, now: datetime) -> dict[str, Actor]:
    """USCC of every firm that this person may sign for now, with the actor that they are for it: the firm they act for,
    or, acting for themself, all that they represent or hold a mandate of. Where several mandates of a firm stand, they
    reach as far as all of them together."""
    if by.behalf or by.person is None:
        return {}
    if by.entity:
        return {by.entity: by}
    found = {}
    for row in mandates.standing(by.person, day_of(now)):
        if row.giver is not None:
            held = _under(by, row)
            found[row.giver.uscc] = _joined(found[row.giver.uscc], held) if row.giver.uscc in found else held
    own = {firm.uscc: _as(by, entity=firm.uscc, principal=firm.name) for firm in identity.represented_by(by.person)}
    return found | own


def _joined(one: Actor, other: Actor) -> Actor:
    if one.reach is None or other.reach is None:
        return one if one.reach is None else other
    whole = Reach(
        items=one.reach.items | other.reach.items,
        covers=Words(
            zh=f"{one.reach.covers.zh}、{other.reach.covers.zh}", en=f"{one.reach.covers.en}, {other.reach.covers.en}"
        ),
    )
    return _as(one, reach=whole)


def in_whose_name(row: Any, path: str, *, by: Actor, now: datetime) -> OtherSpace | None:
    """The refusal that says in whose name a draft or case is, where this person may act for them or it is their own;
    None where they may know nothing of it."""
    account = identity.account(by.id)
    for each in [("", ""), *((c.id, c.name) for c in choices(by=by, now=now))]:
        acts = actor(account, channel=by.channel, to=each[0], now=now)
        if acts is not None and spaces.holds(row, acts) and spaces.reaches(acts, row):
            return OtherSpace(each[1], to=each[0], path=path)
    return None


def still(account: Any, row: Any, *, now: datetime) -> bool:
    """Whether an account may (still) act in a draft's or case's matter: as oneself, by law, or under any mandate."""
    own = identity.person_actor(account)
    if own.person is None:
        return False
    if row.entity:
        signs = signs_for(own, now).get(row.entity)
        return signs is not None and spaces.reaches(signs, row)
    if own.person == row.person or registries.ward_of(own.person, row.person, on=day_of(now)):
        return True
    held = [_under(own, each) for each in mandates.standing(own.person, day_of(now))]
    return any(each.behalf == row.person and spaces.reaches(each, row) for each in held)


def by_law(row: Any, *, now: datetime) -> list[Any]:
    """Accounts here of who may act by law for whom a case belongs to: the legal representative, the guardians, or the
    person."""
    people: list[Any] = []
    if row.entity:
        firm = registries.entity_by_uscc(row.entity)
        people = [firm.representative_id] if firm and firm.representative_id else []
    elif row.person:
        people = registries.guardians_by_id(row.person, on=day_of(now)) or [row.person]
    return [account for each in people if (account := identity.account_of_person(each))]


def minor(person: Any, *, now: datetime) -> bool:
    """Whether somebody is under 18 today (民法典 art. 17)."""
    return age(person.birth.isoformat(), day_of(now).isoformat()) < ADULT


def reach(scope: list[str]) -> Reach | None:
    """How far a scope goes in the catalogue of today; None for everything."""
    if mandates.ALL in scope:
        return None
    themes = [each.removeprefix(SUBJECT) for each in scope if each.startswith(SUBJECT)]
    items = catalog.reached(items=_named(scope), subjects=themes)
    return Reach(items=frozenset(items), covers=covers(scope))


def covers(scope: list[str]) -> Words:
    """A scope in plain words: subjects and titles, not codes."""
    if mandates.ALL in scope:
        return EVERYTHING
    known = catalog.titles(_named(scope)) | {f"{SUBJECT}{key}": title for key, title in occasions.subjects().items()}
    said = [known.get(each, Words(zh=each, en=each)) for each in scope]
    return Words(zh="、".join(s.zh for s in said), en=", ".join(s.en for s in said))


def _named(scope: list[str]) -> list[str]:
    return [each for each in scope if not each.startswith(SUBJECT)]


def giver_of(row: Any) -> str:
    """Who gave a mandate: the firm, or the person for themself."""
    return str(row.giver.name if row.giver else row.given_by.name)
