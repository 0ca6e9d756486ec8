"""Officers sign in with a password and a time-based code; the code works once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from tongban.files import vault
from tongban.identity.models import Office, Officer
from tongban.identity.refusals import WrongSignIn

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
STEP = 30  # seconds, RFC 6238


@transaction.atomic
def create(*, username: str, name: str, office: Office, powers: list[str], password: str, secret: str) -> Officer:
    """A new officer; ``secret`` is the base32 secret of the time-based codes."""
    key = vault.new_key()
    return Officer.objects.create(
        username=username,
        name=name,
        office=office,
        powers=sorted(powers),
        password=make_password(password),
        key=key,
        totp_sealed=vault.seal(key, secret.encode(), "officer.totp"),
    )


@transaction.atomic
def reset(*, officer: Officer, password: str, secret: str) -> None:
    """New credentials for an officer who lost theirs; what is known of earlier codes stays."""
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
