"""Coming in: who asks, signing in by mobile and code or as an officer, signing out (登录)."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tongban.base.actors import Actor, Channel, Kind
from tongban.base.identifiers import mobile as mobiles
from tongban.identity import actions as identity_actions
from tongban.identity import agents, limits, officers, sessions
from tongban.identity import queries as identity
from tongban.identity.refusals import WrongCode
from tongban.journeys import acting, tell, typed
from tongban.notices import actions as notices
from tongban.trail import actions as trail

VISITOR = Actor(kind=Kind.VISITOR, id="visitor")
# Seconds without a request before a session ends.
IDLE = {Kind.PERSON: int(sessions.IDLE.total_seconds()), Kind.OFFICER: 900}


class WhoAsks:
    """Sets ``request.actor`` and ``request.now``: everything below is told who asks and when."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()
        request.actor = actor = actor_of(request.session, now=request.now)
        if actor.kind is Kind.PERSON:
            request.unread = partial(tell.unread, by=actor)
        return self.get_response(request)


def actor_of(session: SessionBase, *, now: datetime) -> Actor:
    """The actor of a session; a visitor when nobody is signed in, or nobody was active for too long."""
    kind = session.get("kind")
    if not kind:
        return VISITOR
    if now.timestamp() - session.get("seen", 0) > IDLE[Kind(kind)]:
        session.flush()
        return VISITOR
    # Once a minute is enough to know about idleness, and saves a write on every other request.
    noted = now.timestamp() - session["seen"] > 60
    if noted:
        session["seen"] = now.timestamp()
    return _officer(session) if kind == Kind.OFFICER else _person(session, now, noted=noted)


def _officer(session: SessionBase) -> Actor:
    """Whoever signed in, with the powers they hold now, while they work here."""
    found = identity.officer(session["who"])
    if found is None:
        session.flush()
        return VISITOR
    return identity.officer_actor(found)


def _person(session: SessionBase, now: datetime, *, noted: bool) -> Actor:
    """Whoever signed in, while nobody has ended the session."""
    row = sessions.live(session.get("sign_in", ""))
    if row is None:
        session.flush()
        return VISITOR
    if noted:
        sessions.seen(sign_in=row, now=now)
    return person_of(session, now=now)


def officer_again(who: str) -> Actor:
    """The officer to whom a link to a file was handed, as they are now; a visitor when they work here no more."""
    found = identity.officer(who)
    return identity.officer_actor(found) if found else VISITOR


def person_of(session: MutableMapping[str, Any], *, now: datetime) -> Actor:
    """The person whom a session is of (``who``, ``channel``), acting for whom it has chosen, if they still may."""
    account = identity.account(session["who"])
    if account is None:
        return VISITOR
    return acting.chosen(session, account, channel=Channel(session.get("channel", Channel.WEB)), now=now)


def send_code(*, mobile: str, address: str, now: datetime) -> str:
    """Send a one-time code to a mobile and return the number in its normal form. Limited by number and by address."""
    number = mobiles.parse(mobile, field="mobile").value
    limits.count(door="code-address", who=address, now=now)
    limits.count(door="code-send", who=number, now=now)
    code = identity_actions.new_code(mobile=number, now=now)
    notices.text(
        mobile=number,
        words=f"【通办】验证码 {code}，5 分钟内有效，请勿告诉他人。Your code is {code}.",
        now=now,
        until=now + identity_actions.CODE_LIFE,
    )
    return number


def code_again_at(*, mobile: str, address: str, now: datetime) -> datetime | None:
    """When another code can be sent to this mobile; None where it can be now."""
    waits = [limits.opens_at(door=door, who=who, now=now) for door, who in (("code-send", mobile), ("code-address", address))]
    return max((each for each in waits if each is not None), default=None)


def with_code(
    *,
    session: SessionBase,
    mobile: str,
    code: str,
    now: datetime,
    channel: Channel = Channel.WEB,
    agent: str = "",
    device: str = "",
) -> Actor:
    """Sign in with a code; the session gets a new key. ``agent`` is what the browser says of itself, ``device`` its cookie
    by which it is known again (``device_cookie`` afterwards). Raises WrongCode or TooOften."""
    number = mobiles.parse(mobile, field="mobile").value
    limits.count(door="code-try", who=number, now=now)
    kind = agents.kind(agent)
    try:
        account = identity_actions.use_code(mobile=number, code=code.strip(), now=now)
    except WrongCode:
        sessions.failed(mobile=number, kind=kind, now=now)
        raise
    with transaction.atomic():
        opened = sessions.opened(account=account, kind=kind, token=device, now=now)
        actor = identity.person_actor(account, channel=channel)
        trail.record(by=actor, verb="enter.person", subject_kind="account", subject=actor.id, now=now)
        if opened.unknown:
            tell.new_device(account, now=now)
    _begin(session, Kind.PERSON, str(account.id), now)
    session.update(
        {"channel": channel.value, "sign_in": opened.sign_in, "device": opened.token, "own_device": opened.own}
    )
    return actor


def device_cookie(session: SessionBase) -> str:
    """What the browser keeps so that it is known again at the next sign-in: names nobody, opens nothing."""
    return str(session.get("device", ""))


def own_device(session: SessionBase) -> bool:
    """Whether the person has said of the device of this session that it is theirs (这是我的设备)."""
    return bool(session.get("own_device"))


def as_officer(*, session: SessionBase, username: str, password: str, code: str, address: str, now: datetime) -> Actor:
    """Sign in an officer with password and time-based code. Raises WrongSignIn or TooOften."""
    limits.count(door="officer", who=f"{username}@{address}", now=now)
    found = officers.sign_in(username=username, password=password, code=code.strip(), now=now)
    _begin(session, Kind.OFFICER, str(found.id), now)
    actor = identity.officer_actor(found)
    trail.record(by=actor, verb="enter.officer", subject_kind="officer", subject=actor.id, now=now)
    return actor


def go_on_as(*, session: SessionBase, actor: Actor) -> None:
    """After a proof: the session gets a new key, and is that of the account which the proof made theirs."""
    if session["who"] != actor.id:
        sessions.moved(sign_in=session.get("sign_in", ""), account=actor.id)
    session["who"] = actor.id
    session.cycle_key()


def leave(*, session: SessionBase, now: datetime) -> None:
    """Sign out: nothing of the session stays."""
    if session.get("sign_in"):
        sessions.left(sign_in=session["sign_in"], now=now)
    session.flush()


def _begin(session: SessionBase, kind: Kind, who: str, now: datetime) -> None:
    kept = {typed.NAME: session[typed.NAME]} if kind is Kind.PERSON and typed.NAME in session else {}
    session.flush()
    session.update({"kind": kind.value, "who": who, "seen": now.timestamp(), **kept})
    session.set_expiry(settings.SESSION_COOKIE_AGE)
