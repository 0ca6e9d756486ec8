"""Accounts made at a counter, and how their person comes to have them at home.

Whoever is served at a window needs no phone: the officer looks at card and face, which is a proof of level 2. Later the
person signs in with a mobile and names themself; that contact only *claims* until the face or national-ID port says so.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.cryptography import canonical, secrets
from tongban.files import vault
from tongban.identity.models import Account, Dispute, Proof
from tongban.registries.models import Person
from tongban.trail import actions as trail

METHOD = "counter"


@transaction.atomic
def at_counter(*, person: Person, by: Actor, now: datetime) -> Account:
    """The officer ``by`` saw the person with their card: level 2. Their account, made without a mobile where they have
    none. A contact of level 1 is to be asked about first (``release``)."""
    account = Account.objects.select_for_update().filter(person=person).first() or _without_mobile(person, now)
    Proof.objects.create(
        account=account,
        method=METHOD,
        level=2,
        state=secrets.new_token(),
        purpose=METHOD,
        asked_at=now,
        answered_at=now,
        passed=True,
        evidence=canonical.dumps({"officer": by.id, "office": by.office, "seen": ["card", "face"]}).decode(),
    )
    Account.objects.filter(pk=account.pk).update(level=2, proven_at=now)
    _record("identity.prove", account, by, now, method=METHOD)
    account.refresh_from_db()
    return account


def _without_mobile(person: Person, now: datetime) -> Account:
    fresh = {"key": vault.new_key(), "level": 2, "proven_at": now, "created_at": now}
    return Account.objects.get_or_create(person=person, defaults=fresh)[0]


@transaction.atomic
def release(*, account: Account, by: Actor, now: datetime) -> None:
    """The person at the counter says that a contact which only gave their name and number (level 1, never proven) is
    not theirs: it is nobody's again. Kept as a dispute that was settled at the counter."""
    held = Account.objects.select_for_update().get(pk=account.pk)
    if held.level != 1 or held.person is None:
        return
    Dispute.objects.create(
        person=held.person, claimant=held, holder=held, opened_at=now, settled_at=now, settled_by=by.id
    )
    held.person, held.level, held.proven_at = None, 0, None
    held.save(update_fields=["person", "level", "proven_at"])
    _record("identity.release", held, by, now)


@transaction.atomic
def claim(*, account: Account, person: Person, by: Actor, now: datetime) -> Account:
    """This contact says it is somebody who has an account without a mobile. Nothing is theirs before they prove it."""
    Account.objects.filter(pk=account.pk, level=0).update(claims=person)
    _record("identity.claim", account, by, now)
    account.refresh_from_db()
    return account


def proven(id: UUID, *, by: Actor, now: datetime) -> Account | None:
    """The account that a passed proof of level 2 makes this one: itself, or the one it claimed, which gets its mobile.
    None where another contact was faster."""
    account = Account.objects.select_for_update(of=("self",)).select_related("key").get(pk=id)
    if account.claims_id is None:
        Account.objects.filter(pk=id).update(level=2, proven_at=now)
        return Account.objects.get(pk=id)
    holder = (
        Account.objects.select_for_update(of=("self",)).select_related("key").filter(person=account.claims_id).first()
    )
    if holder is None:
        Account.objects.filter(pk=id).update(person=account.claims_id, claims=None, level=2, proven_at=now)
        return Account.objects.get(pk=id)
    return None if holder.mobile_lookup else _given(account, holder, by, now)


def _given(account: Account, holder: Account, by: Actor, now: datetime) -> Account:
    """The account made at the counter has this mobile from now on; the contact that had it is empty."""
    found, plain = account.mobile_lookup, vault.unseal(account.key, account.mobile_sealed or b"", "account.mobile")
    account.mobile_lookup, account.mobile_sealed, account.claims = None, None, None
    account.save(update_fields=["mobile_lookup", "mobile_sealed", "claims"])
    holder.mobile_lookup, holder.mobile_sealed = found, vault.seal(holder.key, plain, "account.mobile")
    holder.level, holder.proven_at = 2, now
    holder.save(update_fields=["mobile_lookup", "mobile_sealed", "level", "proven_at"])
    _record("identity.claimed", holder, by, now)
    return holder


@transaction.atomic
def doubted(id: UUID, *, reason: str, now: datetime) -> None:
    """A claim that was not proven is a dispute; one that only came too late may be tried again."""
    account = Account.objects.get(pk=id)
    holder = Account.objects.filter(person=account.claims_id).first() if account.claims_id else None
    if holder is not None and reason != "expired":
        Dispute.objects.create(person_id=account.claims_id, claimant=account, holder=holder, opened_at=now)


def _record(verb: str, account: Account, by: Actor, now: datetime, **facts: str) -> None:
    trail.record(by=by, verb=verb, subject_kind="account", subject=str(account.pk), now=now, facts=dict(facts))
