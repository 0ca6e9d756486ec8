"""Sessions of people: which devices are signed in, and every try to sign in (登录设备与登录记录)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from tongban.base.actors import Actor
from tongban.base.cryptography import secrets
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.files import vault
from tongban.identity.models import Account, Device, SignIn
from tongban.trail import actions as trail

IDLE = timedelta(minutes=30)  # without a request, after which a person's session ends by itself

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Opened(msgspec.Struct, frozen=True):
    """A session just opened: its row, the browser's cookie (new where it had none), and whether the device is new to an
    account that has others."""

    sign_in: str
    token: str
    own: bool
    unknown: bool


class NoSession(NotFound):
    """There is no such session of this person's, or it has ended already."""

    def __init__(self) -> None:
        super().__init__(
            "no_session",
            Words(zh="这个登录已经结束", en="This session has ended already"),
            next_step=Words(zh="请刷新列表再看一次。", en="Reload the list and look again."),
        )


@transaction.atomic
def opened(*, account: Account, kind: str, token: str, now: datetime) -> Opened:
    """A right sign-in from a browser of this ``kind`` whose cookie says ``token``."""
    token = token if _TOKEN.fullmatch(token) else secrets.new_token()
    lookup = vault.lookup("device", token)
    others = Device.objects.filter(account=account).exclude(lookup=lookup).exists()
    fresh = {"kind": kind, "first_at": now}
    device, made = Device.objects.get_or_create(account=account, lookup=lookup, defaults=fresh)
    if device.kind != kind:
        Device.objects.filter(pk=device.pk).update(kind=kind)
    row = SignIn.objects.create(
        mobile_lookup=account.mobile_lookup, account=account, device=device, kind=kind, at=now, right=True, seen_at=now
    )
    return Opened(sign_in=str(row.id), token=token, own=device.own, unknown=made and others)


def failed(*, mobile: str, kind: str, now: datetime) -> None:
    """A wrong code for a normalised mobile."""
    SignIn.objects.create(mobile_lookup=vault.lookup("mobile", mobile), kind=kind, at=now, right=False, seen_at=now)


def live(id: str) -> SignIn | None:
    """The session, while nobody has ended it."""
    try:
        return SignIn.objects.filter(pk=id, right=True, ended_at=None).first()
    except (ValueError, ValidationError):
        return None


def seen(*, sign_in: SignIn, now: datetime) -> None:
    """The session was used."""
    SignIn.objects.filter(pk=sign_in.pk).update(seen_at=now)


def open_of(account: str, *, now: datetime) -> QuerySet[SignIn]:
    """Sessions of an account that can still be used, the last used first."""
    began = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = SignIn.objects.filter(account_id=account, ended_at=None, seen_at__gt=now - IDLE, at__gt=began)
    return rows.select_related("device").order_by("-seen_at", "-id")


def history_of(account: Account) -> QuerySet[SignIn]:
    """Every try with the account's mobile, right or wrong, newest first."""
    return SignIn.objects.filter(mobile_lookup=account.mobile_lookup).order_by("-at", "-id")


@transaction.atomic
def end(*, sign_in: str, by: Actor, now: datetime) -> None:
    """End one session of ``by``'s own: its browser is out at its next request. Raises NoSession."""
    try:
        ended = open_of(by.id, now=now).filter(pk=sign_in)
        count = SignIn.objects.filter(pk__in=ended).update(ended_at=now, ended_how="elsewhere")
    except (ValueError, ValidationError):
        count = 0
    if not count:
        raise NoSession
    trail.record(by=by, verb="identity.end-session", subject_kind="session", subject=sign_in, now=now)


@transaction.atomic
def end_others(*, keep: str, by: Actor, now: datetime) -> int:
    """End every session of ``by``'s but ``keep``; how many."""
    others = SignIn.objects.filter(account_id=by.id, ended_at=None).exclude(pk=keep)
    count = others.update(ended_at=now, ended_how="elsewhere")
    trail.record(
        by=by, verb="identity.end-sessions", subject_kind="account", subject=by.id, now=now, facts={"ended": count}
    )
    return count


def moved(*, sign_in: str, account: str) -> None:
    """A proof made the session that of another account (one that was opened at a window for the same person)."""
    SignIn.objects.filter(pk=sign_in, right=True).update(account_id=account)


def left(*, sign_in: str, now: datetime) -> None:
    """The person signed out."""
    SignIn.objects.filter(pk=sign_in, ended_at=None).update(ended_at=now, ended_how="signed-out")


@transaction.atomic
def own(*, sign_in: str, own: bool, by: Actor, now: datetime) -> None:
    """Say of the device of a session that it is one's own, or that it is not. Raises NoSession."""
    row = open_of(by.id, now=now).filter(pk=sign_in).first()
    if row is None or row.device_id is None:
        raise NoSession
    Device.objects.filter(pk=row.device_id).update(own=own)
    trail.record(
        by=by,
        verb="identity.own-device",
        subject_kind="device",
        subject=str(row.device_id),
        now=now,
        facts={"own": own},
    )
