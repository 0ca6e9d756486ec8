"""Officers: who works here, with which powers. They sign in with a password and a time-based code; the code works once.

Who grants powers exercises none: an account is made, changed and ended by the node's operator alone, never by an officer,
and never for somebody of the operator's own name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q

from tongban.base.actors import Actor, Channel, Kind
from tongban.files import vault
from tongban.identity import powers as known
from tongban.identity.models import Absence, Office, Officer
from tongban.identity.refusals import (
    BadUsername,
    GrantsAndExercises,
    NoOfficer,
    OfficerEnded,
    UsernameTaken,
    WrongSignIn,
)
from tongban.trail import actions as trail

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
STEP = 30  # seconds, RFC 6238
OPERATOR = "operator:"  # what the id of an operator on the trail begins with


def create(
    *,
    username: str,
    name: str,
    office: Office,
    powers: Collection[str],
    password: str,
    secret: str,
    by: Actor,
    now: datetime,
) -> Officer:
    """A new officer; ``secret`` is the base32 secret of the time-based codes. Raises GrantsAndExercises, BadUsername,
    UsernameTaken or UnknownPower."""
    _check_giver(by, username, "officer.add", now)
    wanted = known.check(powers)
    if not _USERNAME.fullmatch(username) or not _is_name(name):
        raise BadUsername("name" if _USERNAME.fullmatch(username) else "username")
    with transaction.atomic():
        key = vault.new_key()
        given = {"name": name, "office": office, "powers": wanted, "password": make_password(password), "key": key}
        given["totp_sealed"] = vault.seal(key, secret.encode(), "officer.totp")
        made, fresh = Officer.objects.get_or_create(username=username, defaults=given)
        if not fresh:
            raise UsernameTaken(username)
        _record("officer.add", made, by, now, office=office.key, powers=wanted)
    return made


def change(
    *, username: str, grant: Collection[str] = (), revoke: Collection[str] = (), by: Actor, now: datetime
) -> Officer:
    """Give an officer powers and take others away; both hold from their next page on. What is named in both is taken
    away. Raises GrantsAndExercises, UnknownPower, NoOfficer or OfficerEnded."""
    _check_giver(by, username, "officer.powers", now)
    given, taken = set(known.check(grant)), set(known.check(revoke))
    with transaction.atomic():
        found = _locked(username)
        if not found.active:
            raise OfficerEnded(username)
        before = set(found.powers)
        after = (before | given) - taken
        if after != before:
            found.powers = sorted(after)
            found.save(update_fields=["powers"])
            granted, revoked = sorted(after - before), sorted(before - after)
            _record("officer.powers", found, by, now, granted=granted, revoked=revoked, powers=found.powers)
    return found


def identify(*, username: str, person: UUID, by: Actor, now: datetime) -> Officer:
    """Say which registered person an officer is: their own cases and their relatives' are kept from them by it (回避).
    Raises GrantsAndExercises, NoOfficer."""
    _check_giver(by, username, "officer.person", now)
    with transaction.atomic():
        found = _locked(username)
        if found.person_id != person:
            found.person_id = person
            found.save(update_fields=["person"])
            _record("officer.person", found, by, now, person=str(person))
    return found


def end(*, username: str, by: Actor, now: datetime) -> Officer:
    """An officer works here no more: whoever is signed in as them is so no longer, and nobody stands in for them, nor they
    for anybody. Their name stays where they acted. Said again it changes nothing. Raises GrantsAndExercises, NoOfficer."""
    _check_giver(by, "", "officer.end", now)
    with transaction.atomic():
        found = _locked(username)
        if found.active:
            found.active = False
            found.save(update_fields=["active"])
            Absence.objects.filter(Q(officer=found) | Q(deputy=found), ended_at=None).update(ended_at=now)
            _record("officer.end", found, by, now, office=found.office.key, powers=found.powers)
    return found


_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 64 and text == text.strip() and text.isprintable()


def _check_giver(by: Actor, username: str, verb: str, now: datetime) -> None:
    """Refuse, with a row on the trail, whoever exercises powers, and the operator for an account of their own name."""
    own = bool(username) and by.id == f"{OPERATOR}{username}"
    if by.kind is not Kind.SYSTEM or by.powers or own:
        no = GrantsAndExercises()
        trail.record(by=by, verb=verb, subject_kind="officer", subject=username, now=now, refused=no.code)
        raise no


def operator(login: str) -> Actor:
    """Who runs the node's commands, by their login at the machine: no officer, without any power of one."""
    return Actor(kind=Kind.SYSTEM, id=f"{OPERATOR}{login}"[:80], name=login, channel=Channel.SYSTEM)


def _locked(username: str) -> Officer:
    rows = Officer.objects.select_for_update(of=("self",)).select_related("office", "key")
    if (found := rows.filter(username=username).first()) is None:
        raise NoOfficer(username)
    return found


def _record(verb: str, officer: Officer, by: Actor, now: datetime, **facts: object) -> None:
    trail.record(by=by, verb=verb, subject_kind="officer", subject=str(officer.id), now=now, facts=dict(facts))


@transaction.atomic
def renew(*, username: str, password: str, secret: str, by: Actor, now: datetime) -> Officer:
    """New credentials for an officer who lost theirs. Raises GrantsAndExercises, NoOfficer, OfficerEnded."""
    _check_giver(by, username, "officer.reset", now)
    found = _locked(username)
    if not found.active:
        raise OfficerEnded(username)
    reset(officer=found, password=password, secret=secret)
    _record("officer.reset", found, by, now)
    return found


@transaction.atomic
def reset(*, officer: Officer, password: str, secret: str) -> None:
    """New credentials; what is known of earlier codes stays."""
    officer.password = make_password(password)
    officer.totp_sealed = vault.seal(officer.key, secret.encode(), "officer.totp")
    officer.failures, officer.locked_until = 0, None
    officer.save(update_fields=["password", "totp_sealed", "failures", "locked_until"])


def sign_in(*, username: str, password: str, code: str, now: datetime) -> Officer:
    """The officer whose password and present code these are; WrongSignIn otherwise, the same for every reason."""
    with transaction.atomic():
        found = (
            Officer.objects.select_for_update(of=("self",))
            .select_related("key", "office")
            .filter(username=username)
            .first()
        )
        if _right(found, password, code, now):
            return found
        if found:
            found.failures += 1
            found.locked_until = now + LOCKED_FOR if found.failures % FAILURES == 0 else found.locked_until
            found.save(update_fields=["failures", "locked_until"])
    raise WrongSignIn


def _right(found: Officer | None, password: str, code: str, now: datetime) -> bool:
    # The password is hashed for unknown names too, so that time tells nothing.
    known = check_password(password, found.password if found else make_password(None))
    if not (found and known and found.active) or (found.locked_until and found.locked_until > now):
        return False
    step = _step(found, code, now)
    if step is None or step <= found.totp_last:
        return False
    found.totp_last, found.failures = step, 0
    found.save(update_fields=["totp_last", "failures"])
    return True


def _step(found: Officer, code: str, now: datetime) -> int | None:
    """The 30-second step whose code this is: the present one or its neighbours; None for any other."""
    totp = pyotp.TOTP(vault.unseal(found.key, found.totp_sealed, "officer.totp").decode())
    present = int(now.timestamp()) // STEP
    return next((s for s in (present, present - 1, present + 1) if totp.generate_otp(s) == code), None)
