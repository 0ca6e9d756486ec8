"""Accounts and proofs of identity."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from tongban.base.actors import Actor
from tongban.base.cryptography import secrets
from tongban.files import vault
from tongban.identity import counters
from tongban.identity.models import Account, Dispute, OneTimeCode, Proof
from tongban.identity.refusals import AlreadyBound, ProofFailed, WrongCode
from tongban.registries.models import Person
from tongban.trail import actions as trail

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
PROOF_LIFE = timedelta(minutes=15)


@transaction.atomic
def new_code(*, mobile: str, now: datetime) -> str:
    """A fresh six-digit code for a normalised mobile; earlier ones no longer work. Returned to be sent, kept as a hash."""
    who = vault.lookup("mobile", mobile)
    OneTimeCode.objects.filter(mobile_lookup=who, used_at=None).update(used_at=now)
    code = secrets.new_code()
    OneTimeCode.objects.create(
        mobile_lookup=who, digest=_hash(code, who).hex(), sent_at=now, expires_at=now + CODE_LIFE
    )
    return code


def use_code(*, mobile: str, code: str, now: datetime) -> Account:
    """The account of this mobile, made at its first right code. A wrong try is counted even though it is refused."""
    who = vault.lookup("mobile", mobile)
    if not _right_code(who, code, now):
        raise WrongCode
    return _account(mobile, who, now)


@transaction.atomic
def _right_code(who: str, code: str, now: datetime) -> bool:
    sent = (
        OneTimeCode.objects.select_for_update()
        .filter(mobile_lookup=who, used_at=None, expires_at__gt=now, tries__lt=CODE_TRIES)
        .order_by("-sent_at")
        .first()
    )
    if sent is None:
        return False
    sent.tries = F("tries") + 1
    right = secrets.code_matches(
        code, bytes.fromhex(sent.digest), subject=f"sign-in:{who}", pepper=settings.TONGBAN_KEYS.lookup
    )
    sent.used_at = now if right else None
    sent.save(update_fields=["tries", "used_at"])
    return right


def forget_codes(*, now: datetime) -> int:
    """Remove codes that work no more (job); how many."""
    return OneTimeCode.objects.filter(expires_at__lte=now).delete()[0]


def _hash(code: str, who: str) -> bytes:
    return secrets.hash_code(code, subject=f"sign-in:{who}", pepper=settings.TONGBAN_KEYS.lookup)


@transaction.atomic
def _account(mobile: str, who: str, now: datetime) -> Account:
    found = Account.objects.filter(mobile_lookup=who).select_related("key").first()
    if found:
        return found
    key = vault.new_key()
    fresh = {"mobile_sealed": vault.seal(key, mobile.encode(), "account.mobile"), "key": key, "created_at": now}
    return Account.objects.get_or_create(mobile_lookup=who, defaults=fresh)[0]


def bind(*, account: Account, person: Person, by: Actor, now: datetime) -> Account:
    """Level 1: this account is that person's. A person who is bound already opens a dispute (冒名 is the classic fraud),
    unless they were served at a window without a mobile: then the account only claims, until it is proven. Of two who
    name one person at once the first is bound, and the second opens the dispute."""
    try:
        return _bound(account, person, by, now)
    except IntegrityError:
        return _bound(account, person, by, now)  # somebody was faster: now they are found


def _bound(account: Account, person: Person, by: Actor, now: datetime) -> Account:
    holder = Account.objects.filter(person=person).exclude(pk=account.pk).first()
    account.refresh_from_db()
    if holder and holder.mobile_lookup is None and account.person_id is None:
        return counters.claim(account=account, person=person, by=by, now=now)
    if holder or (account.person_id and account.person_id != person.id):
        _dispute(account, holder or account, person, by, now)
        raise AlreadyBound
    with transaction.atomic():
        Account.objects.filter(pk=account.pk, level=0).update(person=person, claims=None, level=1, proven_at=now)
        trail.record(by=by, verb="identity.bind", subject_kind="person", subject=str(person.id), now=now)
    account.refresh_from_db()
    return account


@transaction.atomic
def _dispute(claimant: Account, holder: Account, person: Person, by: Actor, now: datetime) -> None:
    Dispute.objects.create(person=person, claimant=claimant, holder=holder, opened_at=now)
    trail.record(
        by=by, verb="identity.bind", subject_kind="person", subject=str(person.id), now=now, refused="already_bound"
    )


@transaction.atomic
def ask_proof(*, account: Account, method: str, purpose: str, now: datetime) -> Proof:
    """Begin a level-2 proof; its ``state`` binds the answer to this asking."""
    return Proof.objects.create(
        account=account, method=method, level=2, state=secrets.new_token(), purpose=purpose, asked_at=now
    )


@transaction.atomic
def opened(*, proof: Proof, session: str) -> Proof:
    """Keep the port's own session id."""
    proof.port_session = session
    proof.save(update_fields=["port_session"])
    return proof


def answer_proof(*, proof: Proof, passed: bool, reason: str, evidence: str, by: Actor, now: datetime) -> Account:
    """Keep the port's answer with its signed evidence; raise the account to level 2 when it passed, refuse otherwise."""
    with transaction.atomic():
        waiting = Proof.objects.select_for_update().filter(pk=proof.pk, answered_at=None).first()
        if waiting is None or now - waiting.asked_at > PROOF_LIFE:
            raise ProofFailed("expired")
        waiting.passed, waiting.reason, waiting.evidence, waiting.answered_at = passed, reason, evidence, now
        waiting.save()
        trail.record(
            by=by,
            verb="identity.prove",
            subject_kind="account",
            subject=str(proof.account_id),
            now=now,
            refused="" if passed else "proof_failed",
            facts={"method": proof.method, "reason": reason},
        )
        proven = counters.proven(proof.account_id, by=by, now=now) if passed else None
    if not passed:
        counters.doubted(proof.account_id, reason=reason, now=now)
        raise ProofFailed(reason)
    if proven is None:
        counters.doubted(proof.account_id, reason="already_bound", now=now)
        raise AlreadyBound
    return proven


@transaction.atomic
def suggest(*, account: Account, on: bool, by: Actor, now: datetime) -> None:
    """Have services suggested by what registries and certificates say, or not any more."""
    Account.objects.filter(pk=account.pk).update(suggests=on)
    trail.record(by=by, verb="identity.suggest", subject_kind="account", subject=str(account.pk), now=now, facts={"on": on})
