"""Taking trust lists and contracts that an operator brings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.cryptography import canonical
from tongban.base.cryptography import keys as crypto
from tongban.base.words import Words
from tongban.exchange import documents, keys, queries
from tongban.exchange.models import Contract, Peer, TrustList
from tongban.exchange.refusals import DocumentRefused, NoContract
from tongban.trail import actions as trail

PARTNERS_LAST = timedelta(days=400)


@transaction.atomic
def load_trust_list(
    *, document: bytes, anchors: Sequence[crypto.PublicKey], by: Actor, now: datetime, quorum: int | None = None
) -> TrustList:
    """Take a trust list into force. A refused one changes nothing: the last good list holds until it expires.

    The same document again is no error, and leaves no second row. Raises ``DocumentRefused``: as ``documents.read_trust_list``, and
    ``trust_rollback`` for a number that is not higher than the one in force, ``trust_foreign`` for another city's own.
    """
    trust, signed_by = documents.read_trust_list(document, anchors, now=now, quorum=quorum)
    if trust.scope not in (documents.FEDERATION, keys.here()):
        raise _no("trust_foreign", "这是其他城市的名单", "This is another city's list of its own partners")
    newest = TrustList.objects.select_for_update().filter(scope=trust.scope).order_by("-number").first()
    sha256 = canonical.sha256(document)
    if newest is not None and newest.sha256 == sha256:
        return newest
    if newest is not None and trust.number <= newest.number:
        raise _no("trust_rollback", "名单序号没有递增", "The list's number is not higher than the one in force")
    _replace_peers(trust)
    taken = TrustList.objects.create(
        scope=trust.scope,
        number=trust.number,
        sha256=sha256,
        document=document,
        signed_by=sorted(signed_by),
        expires_at=trust.expires,
        loaded_at=now,
    )
    facts = {"sha256": sha256, "signed_by": taken.signed_by, "peers": [row.id for row in trust.nodes]}
    _on_trail("exchange.load-trust-list", f"{trust.scope} {trust.number}", by=by, now=now, facts=facts)
    return taken


@transaction.atomic
def add_partner(row: documents.Listed, *, by: Actor, now: datetime, lasts: timedelta = PARTNERS_LAST) -> TrustList:
    """Put one more partner on this city's own trust list (or its new keys), signed anew by this node's key.

    Raises ``DocumentRefused`` for a row that such a list may not hold: a node, another city's, a key that is listed.
    """
    here, own = keys.here(), keys.node().signing
    newest = TrustList.objects.select_for_update().filter(scope=here).order_by("-number").first()
    rows = {each.id: each for each in documents.rows(bytes(newest.document))} if newest else {}
    number = max(newest.number + 1 if newest else 1, int(now.timestamp()))
    document = documents.make_trust_list((rows | {row.id: row}).values(), number, now + lasts, [own], here)
    taken = load_trust_list(document=document, anchors=[own.public], by=by, now=now, quorum=1)
    trail.record(by=by, verb="exchange.add-partner", subject_kind="peer", subject=row.id, now=now)
    return taken


@transaction.atomic
def load_contract(*, document: bytes, by: Actor, now: datetime) -> Contract:
    """Take a contract that both parties signed: two cities, or a city and one of its own partners. A newer one of the
    same id replaces the older; one that is known already stays as it is, in force or revoked.

    Raises ``DocumentRefused``: as ``documents.read_contract``, ``contract_foreign`` when this node is no party,
    ``contract_expired``, ``contract_uncheckable`` for a grant with ``consent`` or ``delegation``.
    """
    keys_of = {row.id: queries.keyring(row, at=now).values() for row in queries.listed(now=now)}
    agreement, digest = documents.read_contract(document, keys_of)
    if keys.here() not in agreement.between:
        raise _no("contract_foreign", "本节点不是协议一方", "This node is no party of the contract")
    if agreement.until <= now:
        raise _no("contract_expired", "协议已过期", "The contract has expired")
    _check_grants(agreement)
    known = Contract.objects.filter(hash=digest).first()
    if known is not None:
        return known
    older = Contract.objects.filter(contract=agreement.id, revoked_at=None)
    replaced = list(older.values_list("hash", flat=True))
    older.update(revoked_at=now)
    taken = Contract.objects.create(
        hash=digest,
        contract=agreement.id,
        parties=list(agreement.between),
        grants=msgspec.to_builtins(agreement.grants),
        valid_from=agreement.since,
        valid_until=agreement.until,
        document=document,
        loaded_at=now,
    )
    facts = {"contract": str(agreement.id), "between": taken.parties, "replaces": replaced}
    _on_trail("exchange.load-contract", digest, by=by, now=now, facts=facts)
    return taken


@transaction.atomic
def revoke_contract(*, hash: str, by: Actor, now: datetime) -> None:
    """End a contract at once. What was granted by it is refused from the next use on. Raises ``NoContract``."""
    if not Contract.objects.filter(hash=hash, revoked_at=None).update(revoked_at=now):
        raise NoContract
    trail.record(by=by, verb="exchange.revoke-contract", subject_kind="contract", subject=hash, now=now)


def _check_grants(agreement: documents.Agreement) -> None:
    """A promise that nothing can check is not taken into force: it would pass whoever names any text for a consent."""
    for grant in agreement.grants:
        for term in (name for name in ("consent", "delegation") if getattr(grant, name)):
            raise DocumentRefused(
                "contract_uncheckable",
                Words(
                    zh=f"协议中 {grant.resource} 一项写有“{term}”，不能生效",
                    en=f"The grant of {grant.resource} says `{term}`, which cannot be put in force",
                ),
                because=Words(
                    zh="各节点尚不登记当事人的同意和转授权，无法核实。",
                    en="Nodes keep no consents and no delegations yet, so nothing could check it.",
                ),
                next_step=Words(
                    zh=f"请双方另签“{term}”为 false 的协议，或从协议中删去这一项。",
                    en=f"Let both parties sign a contract with `{term}` false, or without this grant.",
                ),
            )


def _replace_peers(trust: documents.Trust) -> None:
    Peer.objects.filter(scope=trust.scope).exclude(id__in=[row.id for row in trust.nodes]).update(listed=False)
    for row in trust.nodes:
        Peer.objects.update_or_create(
            id=row.id,
            defaults={
                "kind": row.kind,
                "name": msgspec.to_builtins(row.name),
                "endpoint": row.endpoint.rstrip("/"),
                "keys": [_stored(key) for key in row.keys],
                "scope": trust.scope,
                "number": trust.number,
                "expires_at": trust.expires,
                "listed": True,
            },
        )


def _stored(row: documents.KeyRow) -> dict[str, object]:
    """A key row whose JWK surely carries its key id, by which a key is found."""
    return msgspec.to_builtins(row) | {"jwk": crypto.public_from_jwk(row.jwk).jwk()}


def _on_trail(verb: str, subject: str, *, by: Actor, now: datetime, facts: dict[str, Any]) -> None:
    kind = verb.removeprefix("exchange.load-")
    trail.record(by=by, verb=verb, subject_kind=kind, subject=subject, now=now, facts=facts)


def _no(code: str, zh: str, en: str) -> DocumentRefused:
    return DocumentRefused(code, Words(zh=zh, en=en))
