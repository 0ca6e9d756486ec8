"""Signing synthetic people and officers in, before anything is timed: the same journeys as pages use, without a page."""

from __future__ import annotations

import json
from datetime import date
from importlib import import_module
from typing import Any

import pyotp
from django.conf import settings
from django.utils import timezone

from tongban.base.actors import Warrant
from tongban.identity import actions as identity
from tongban.identity import queries as known
from tongban.journeys import enter, prove
from tongban.registries import queries as registries
from tongban.registries.models import Person
from tongban.registries.within import within


def residents(many: int, *, skip: int, elders: bool) -> list[dict[str, str]]:
    """Cookies of so many people of the city, proven at level 2."""
    if many <= 0:
        return []
    today = timezone.now().date()
    rows = Person.objects.filter(within(settings.TONGBAN_ADCODE), synthetic=True, deceased_on=None)
    span = (81, 99) if elders else (30, 55)
    rows = rows.filter(birth__lt=date(today.year - span[0], 1, 1), birth__gt=date(today.year - span[1], 1, 1))
    found = list(rows.select_related("key").order_by("id")[skip : skip + many])
    if len(found) < many:
        raise RuntimeError(f"the bench's society has only {len(found)} such people")
    base = 13_700_000_000 if elders else 13_600_000_000
    return [_resident(person, str(base + skip + n)) for n, person in enumerate(found)]


def _resident(person: Person, mobile: str) -> dict[str, str]:
    now, session = timezone.now(), _session()
    code = identity.new_code(mobile=mobile, now=now)
    by = enter.with_code(session=session, mobile=mobile, code=code, now=now)
    number = registries.id_number_of(person, warrant=Warrant(actor=by, purpose="prove"), now=now)
    by = prove.match(name=person.name, id_number=number, by=by, now=now)
    account = known.account(by.id)
    assert account is not None
    proof = identity.ask_proof(account=account, method="counter", purpose="bench", now=now)
    identity.answer_proof(proof=proof, passed=True, reason="", evidence="counter", by=by, now=now)
    return _cookie(session)


def officer(node: Any, username: str) -> dict[str, str]:
    """Cookies of an officer's session, by password and time-based code."""
    accounts = json.loads((node.home / "keys" / "demo-accounts.json").read_text("utf-8"))["officers"]
    one, session = next(each for each in accounts if each["username"] == username), _session()
    enter.as_officer(
        session=session,
        username=username,
        password=one["password"],
        code=pyotp.TOTP(one["totp_secret"]).now(),
        address="127.0.0.1",
        now=timezone.now(),
    )
    return _cookie(session)


def _session() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore()


def _cookie(session: Any) -> dict[str, str]:
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key}
