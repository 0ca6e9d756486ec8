"""Giving a mandate and ending it: read over, signed at level 2, told to who receives it; revoked or declined (授权)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from tongban.base.actors import Actor, Warrant
from tongban.base.calendar import day_of
from tongban.base.cryptography import canonical, jws
from tongban.base.errors import NotFound, Refusal
from tongban.base.identifiers import mobile as mobiles
from tongban.base.words import Words
from tongban.identity import limits
from tongban.identity import mandates as kept
from tongban.identity import queries as identity
from tongban.identity.refusals import MandateOver, NoMandate, NoSuchReceiver
from tongban.journeys import acting, find, occasions, signing
from tongban.notices import actions as notices
from tongban.registries import queries as registries

KIND = "tongban-mandate+jws"
LONGEST = timedelta(days=3 * 366)
MOST = 60  # entries of one scope; more is everything


class Wanted(msgspec.Struct, kw_only=True):
    """A mandate that is being put together. ``firm`` is the giver's USCC, empty for the person themself; ``receiver`` a
    registry id; ``scope`` as a mandate keeps it."""

    firm: str | None = None
    receiver: str = ""
    receiver_name: str = ""
    scope: list[str] = []
    until: date | None = None


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """A subject with the services that it has now, as a scope names them."""

    key: str
    title: Words
    items: tuple[tuple[str, Words], ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate as its page shows it. ``mine``: this person may revoke it; else they received it."""

    id: str
    giver: str
    given_by: str
    firm: bool
    receiver: str
    covers: Words
    from_on: date
    until_on: date
    given_at: datetime
    ended_at: datetime | None
    state: str
    mine: bool

    @property
    def open(self) -> bool:
        """Whether there is anything left to end."""
        return self.state in ("stands", "coming")


def givers(*, by: Actor) -> list[tuple[str, str]]:
    """For whom this person may give a mandate: themself (empty code), and firms whose legal representative they are."""
    if by.person is None:
        return []
    return [("", by.name), *((f.uscc, f.name) for f in identity.represented_by(by.person))]


def themes(*, firm: bool) -> list[Theme]:
    """What can be chosen of the catalogue of today, for a firm or a person: by subject, in the standard's order."""
    mark, names = "f" if firm else "p", occasions.subjects()
    found: dict[str, dict[str, Words]] = {}
    for hit in find.everything():
        for code in hit.facts.get("subjects", ()):
            found.setdefault(code, {}).setdefault(hit.code, hit.title)
    return [
        Theme(key=f"{acting.SUBJECT}{code}", title=names.get(code, Words(zh=code, en=code)), items=tuple(items.items()))
        for code, items in sorted(found.items())
        if code.startswith(mark)
    ]


def receiver(*, name: str, number: str, by: Actor, now: datetime) -> tuple[str, str]:
    """Who has this name and this ID number or mobile: registry id and name. Alike for every reason why not."""
    limits.count(door="mandate-receiver", who=by.id, now=now)
    name, number = "".join(name.split())[:64], number.strip()[:32]
    warrant = Warrant(actor=by, purpose="mandate")
    found = _by_mobile(name, number) or registries.match(name=name, id_number=number, warrant=warrant, now=now)
    if found is None or str(found.pk) == by.person or acting.minor(found, now=now):
        raise NoSuchReceiver
    return str(found.pk), found.name


def _by_mobile(name: str, number: str) -> Any:
    """By mobile only somebody who has signed in with it and matched their identity."""
    try:
        account = identity.account_of_mobile(mobiles.parse(number, field="number").value)
    except Refusal:
        return None
    alive = account is not None and account.person is not None and account.person.deceased_on is None
    return account.person if alive and account and account.person.name == name else None


def scope(given: list[str], *, firm: bool) -> list[str]:
    """A scope as it may be kept: everything, or some of what can be chosen; what a chosen subject holds already is left
    out."""
    if kept.ALL in given:
        return [kept.ALL]
    offered = themes(firm=firm)
    chosen = [theme.key for theme in offered if theme.key in given]
    inside = {code for theme in offered if theme.key in chosen for code, _ in theme.items}
    single = dict.fromkeys(code for theme in offered for code, _ in theme.items if code in given and code not in inside)
    if not (found := [*chosen, *single]):
        raise Refusal(
            "mandate_scope",
            Words(zh="请选择让对方办哪些事", en="Choose what they may do"),
            next_step=Words(zh="至少选一类或一项，或选全部事项。", en="Choose a subject, a service, or everything."),
            field="scope",
        )
    return found[:MOST]


def term(until: date | None, *, now: datetime) -> date:
    """The last day, between today and three years from now."""
    today = day_of(now)
    if until is None or not today <= until <= today + LONGEST:
        raise Refusal(
            "mandate_term",
            Words(zh="请选择从今天起三年以内的一天", en="Choose a day within three years from today"),
            because=Words(
                zh="授权要写明期限；到期后可以再给。", en="A mandate has a term; you can give it again at its end."
            ),
            cites=("《中华人民共和国民法典》第一百六十五条",),
            field="until",
        )
    return until


def give(wanted: Wanted, *, by: Actor, now: datetime) -> str:
    """Sign and give it; who receives it is told. Raises ProofNeeded without a fresh level-2 proof, NoMandate for a firm
    that one does not represent (any more)."""
    names = dict(givers(by=by))
    if wanted.firm is None or wanted.firm not in names or by.person is None:
        raise NoMandate(wanted.firm or by.name)
    chosen = scope(wanted.scope, firm=bool(wanted.firm))
    until, account = term(wanted.until, now=now), signing.proven(by, 2, now=now)
    giver = identity.represented(by.person, wanted.firm) if wanted.firm else None
    to = registries.person(wanted.receiver, warrant=Warrant(actor=by, purpose="mandate"), now=now)
    if to.deceased_on is not None or str(to.pk) == by.person:
        raise NoSuchReceiver
    said = {
        "giver": giver.uscc if giver else by.person,
        "given_by": by.person,
        "receiver": str(to.pk),
        "scope": chosen,
        "covers": msgspec.to_builtins(acting.covers(chosen)),
        "from": day_of(now).isoformat(),
        "until": until.isoformat(),
        "level": account.level,
        "proven_at": account.proven_at.isoformat(),
        "at": now.isoformat(),
        "node": settings.TONGBAN_ADCODE,
    }
    token = jws.sign(settings.TONGBAN_KEYS.signing, canonical.dumps(said), kind=KIND)
    with transaction.atomic():
        row = kept.give(
            giver=giver,
            given_by=account.person,
            receiver=to,
            scope=chosen,
            from_on=day_of(now),
            until_on=until,
            by=by,
            now=now,
            signature=token,
        )
        _tell(row, to.pk, _GIVEN, now)
    return str(row.id)


def lists(*, by: Actor, now: datetime) -> tuple[list[View], list[View]]:
    """Mandates given (by this person and for firms they represent) and received, newest first."""
    if by.person is None:
        return [], []
    given, received = kept.given(by.person)[:200], kept.received(by.person)[:200]
    return [_view(r, True, now) for r in given], [_view(r, False, now) for r in received]


def one(id: Any, *, by: Actor, now: datetime) -> View:
    """One mandate that this person gave, may revoke, or received; the same refusal for all others."""
    row, mine = _row(id, by)
    return _view(row, mine, now)


def end(id: Any, *, by: Actor, now: datetime) -> None:
    """Revoke what one gave, decline what one received. It can be used no more from this moment."""
    row, mine = _row(id, by)
    if not _view(row, mine, now).open:
        raise MandateOver
    with transaction.atomic():
        if mine:
            kept.revoke(mandate=row.id, by=by, now=now)
            _tell(row, row.receiver_id, _REVOKED, now)
        else:
            kept.decline(mandate=row.id, by=by, now=now)
            _tell(row, row.given_by_id, _DECLINED, now)


def _row(id: Any, by: Actor) -> tuple[Any, bool]:
    person = by.person or ""
    if person:
        try:
            if row := kept.given(person).filter(pk=id).first():
                return row, True
            if row := kept.received(person).filter(pk=id).first():
                return row, False
        except (ValueError, ValidationError):
            pass
    raise NotFound("no_such_mandate", Words(zh="没有找到这份授权", en="There is no such mandate of yours"))


def _view(row: Any, mine: bool, now: datetime) -> View:
    return View(
        id=str(row.id),
        giver=acting.giver_of(row),
        given_by=row.given_by.name,
        firm=row.giver is not None,
        receiver=row.receiver.name,
        covers=acting.covers(row.scope),
        from_on=row.from_on,
        until_on=row.until_on,
        given_at=row.given_at,
        ended_at=row.revoked_at or row.declined_at,
        state=kept.state(row, day_of(now)),
        mine=mine,
    )


_GIVEN = (
    Words(zh="您收到一份授权", en="You were given a mandate"),
    Words(
        zh="“{giver}”授权您办理{covers}。在“我的空间 · 为谁办事”切换后即可使用；不愿代办的，可以谢绝",
        en="{giver} lets you do {covers}. Switch under My space to use it; you can decline it",
    ),
)
_REVOKED = (
    Words(zh="授权已撤回", en="A mandate was revoked"),
    Words(zh="“{giver}”撤回了让您办理{covers}的授权", en="{giver} no longer lets you do {covers}"),
)
_DECLINED = (
    Words(zh="对方谢绝了授权", en="Your mandate was declined"),
    Words(zh="{receiver}谢绝了代“{giver}”办理{covers}的授权", en="{receiver} declined to act for {giver} ({covers})"),
)


def _tell(row: Any, person: Any, said: tuple[Words, Words], now: datetime) -> None:
    account = identity.account_of_person(person)
    if account is None:
        return
    covers, whom = acting.covers(row.scope), {"giver": acting.giver_of(row), "receiver": row.receiver.name}
    body = Words(zh=said[1].zh.format(covers=covers.zh, **whom), en=said[1].en.format(covers=covers.en, **whom))
    notices.tell(account=account, title=said[0], body=body, now=now, link=f"/space/mandates/{row.id}")
