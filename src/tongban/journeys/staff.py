"""Who works at this node, as its operator keeps it: officers come, are given powers, and leave (人员与权限)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import msgspec
import pyotp
from django.conf import settings

from tongban.base.actors import SYSTEM, Actor, Warrant
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.engine.lifecycle.powers import POWER_OF
from tongban.engine.plan import StepKind
from tongban.identity import officers
from tongban.identity import queries as identity
from tongban.identity.refusals import UnknownOffice
from tongban.journeys import moves
from tongban.registries import queries as registries
from tongban.trail import actions as trail


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An officer as the operator sees them."""

    username: str
    name: str
    office: str
    office_name: Words
    powers: tuple[str, ...]
    active: bool
    identified: bool  # whether it is known which person they are, so that nobody handles a case of their own (回避)


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """With what a new officer signs in, told once and kept nowhere in the clear: ``totp_secret`` is base32."""

    password: str
    totp_secret: str
    otpauth: str


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """Steps that went from an officer's hands back to the desk, as ``number/step``; ``kept`` could not, with the code of why."""

    released: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def members(*, office: str = "", ended: bool = False) -> list[Member]:
    """Who works here, by office and user name; of one office where it is named. Raises UnknownOffice."""
    if office:
        _office(office)
    return [_member(each) for each in identity.staff(office=office, ended=ended)]


def add(
    *, username: str, name: str, office: str, powers: Collection[str], by: Actor, now: datetime
) -> tuple[Member, Credentials]:
    """A new officer with a first password and the secret of their codes. Raises UnknownOffice, UnknownPower, Refusal."""
    fresh = _credentials(username)
    made = officers.create(
        username=username,
        name=name,
        office=_office(office),
        powers=powers,
        password=fresh.password,
        secret=fresh.totp_secret,
        by=by,
        now=now,
    )
    return _member(made), fresh


def renew(*, username: str, by: Actor, now: datetime) -> tuple[Member, Credentials]:
    """A new password and secret for an officer who lost theirs; the old ones open nothing. Raises as ``officers.renew``."""
    fresh = _credentials(username)
    secret = {"password": fresh.password, "secret": fresh.totp_secret}
    return _member(officers.renew(username=username, **secret, by=by, now=now)), fresh


def identify(*, username: str, id_number: str, by: Actor, now: datetime) -> Member:
    """Say who an officer is by their ID number. Raises Refusal for a number that is none, and where nobody here has it."""
    person = registries.person_by_id_number(id_number, warrant=Warrant(actor=by, purpose="officer"), now=now)
    if person is None:
        raise NotFound(
            "no_person",
            Words(zh="本市人口库没有这个身份证号", en="Nobody in this city's population registry has this ID number"),
            next_step=Words(
                zh="请核对号码；外市户籍的，先在本市登记居住信息。",
                en="Check the number; who lives elsewhere registers here first.",
            ),
        )
    return _member(officers.identify(username=username, person=person.id, by=by, now=now))


def _credentials(username: str) -> Credentials:
    password, secret = secrets.token_urlsafe(12), pyotp.random_base32()
    issuer = f"Tongban {settings.TONGBAN_ADCODE}"
    uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)
    return Credentials(password=password, totp_secret=secret, otpauth=uri)


def change(
    *, username: str, grant: Collection[str], revoke: Collection[str], by: Actor, now: datetime
) -> tuple[Member, Released]:
    """Give powers and take others away. What an officer has in hand and may do no more goes back to the desk."""
    found = officers.change(username=username, grant=grant, revoke=revoke, by=by, now=now)
    left = set(found.powers)
    return _member(found), _release(found, lambda kind: POWER_OF.get(StepKind(kind), "") not in left, by, now)


def end(*, username: str, by: Actor, now: datetime) -> tuple[Member, Released]:
    """An officer leaves: account and sessions end, and all that they have in hand goes back to the desk. Said again it
    releases what could not be released before."""
    found = officers.end(username=username, by=by, now=now)
    return _member(found), _release(found, lambda kind: True, by, now)


def _release(officer: Any, wanted: Callable[[str], bool], by: Actor, now: datetime) -> Released:
    """Give back what ``wanted`` says of its kind; each by itself, so that one that may not move holds up no other."""
    released, kept = [], []
    for number, step, kind in stored.in_hands(str(officer.id)):
        if not wanted(kind):
            continue
        command = lifecycle.ReleaseStep(by=SYSTEM, node=settings.TONGBAN_ADCODE, circle=moves.NOBODY, step=step)
        try:
            moves.move(number=number, command=command, now=now)
            released.append(f"{number}/{step}")
        except Refusal as no:
            kept.append(f"{number}/{step}: {no.code}")
    if released:
        facts = {"released": released}
        trail.record(
            by=by, verb="officer.release", subject_kind="officer", subject=str(officer.id), now=now, facts=facts
        )
    return Released(released=tuple(released), kept=tuple(kept))


def _office(key: str) -> Any:
    try:
        return identity.office(key)
    except NotFound as no:
        raise UnknownOffice(key, known=identity.office_keys()) from no


def _member(row: Any) -> Member:
    return Member(
        username=row.username,
        name=row.name,
        office=row.office.key,
        office_name=Words(**row.office.name),
        powers=tuple(row.powers),
        active=row.active,
        identified=row.person_id is not None,
    )
