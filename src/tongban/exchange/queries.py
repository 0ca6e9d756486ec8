"""Reading what the wire knows: whom we trust, what was agreed, what is on its way, what was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db.models import Exists, OuterRef, QuerySet

from tongban.base.cryptography import keys as crypto
from tongban.base.errors import Denied
from tongban.base.words import Words
from tongban.exchange.documents import FEDERATION, Grant, KeyRow
from tongban.exchange.models import Contract, Evidence, Inbox, Outbox, Peer, TrustList
from tongban.exchange.refusals import NoContract, WireRefusal

# The resource that a contract must grant before one node takes cases of another.
HANDOVER = "hand-over"
_WITHOUT: Final = Words(
    zh="请双方另签不含“consent”“delegation”的协议。",
    en="Let both parties sign a contract without `consent` and `delegation`.",
)


def peer(id: str, *, now: datetime) -> Peer:
    """A peer on a list in force. Raises ``untrusted`` when it is not listed, or its list has expired."""
    found = Peer.objects.filter(id=id, listed=True, expires_at__gt=now).first()
    if found is None:
        raise WireRefusal("untrusted", id)
    return found


def peers(*, kind: str, now: datetime) -> QuerySet[Peer]:
    """Peers of a kind on lists in force, by id."""
    return Peer.objects.filter(kind=kind, listed=True, expires_at__gt=now).order_by("id")


def listed(*, now: datetime) -> QuerySet[Peer]:
    """Every peer on a list in force, by id."""
    return Peer.objects.filter(listed=True, expires_at__gt=now).order_by("id")


def name_of(peer: Peer) -> Words:
    """The peer's name in both languages."""
    return msgspec.convert(peer.name, Words)


def key_rows(peer: Peer) -> tuple[KeyRow, ...]:
    """All keys of a peer, also those that no longer sign."""
    return msgspec.convert(peer.keys, tuple[KeyRow, ...])


def keyring(peer: Peer, *, at: datetime) -> dict[str, crypto.PublicKey]:
    """The keys by which ``peer`` could sign at a moment, by id. With an old moment old evidence still verifies."""
    valid = (crypto.public_from_jwk(row.jwk) for row in key_rows(peer) if row.valid(at))
    return {key.id: key for key in valid}


def lasting_keys(peer: Peer, *, now: datetime) -> dict[str, KeyRow]:
    """The keys that ``peer`` may have signed with at any time until now, by id: those that were rotated too, but none that
    was revoked, since whoever has a revoked key can write any date. Whether one was valid at the time, its row says."""
    rows = (row for row in key_rows(peer) if row.revoked is None and row.since <= now)
    return {crypto.public_from_jwk(row.jwk).id: row for row in rows}


def owner_of(key_id: str) -> Peer | None:
    """The listed peer that a key belongs to (valid or not), or None."""
    return Peer.objects.filter(listed=True, keys__contains=[{"jwk": {"kid": key_id}}]).first()


def trust_list(*, scope: str = FEDERATION) -> TrustList | None:
    """The newest list that was taken for a scope, expired or not."""
    return TrustList.objects.filter(scope=scope).order_by("-number").first()


def grant(*, provider: str, consumer: str, resource: str, purpose: str, now: datetime) -> Grant:
    """What a contract in force lets ``consumer`` have from ``provider``.

    Raises ``Denied``: ``no_contract``; ``no_consent`` or ``no_delegation`` for a grant that hangs on what no node can
    check yet (a contract that was loaded before such grants were refused).
    Asked again at every use: a contract that was revoked or ran out a second ago grants nothing.
    """
    rows = Contract.objects.filter(
        parties__contains=[provider, consumer], revoked_at=None, valid_from__lte=now, valid_until__gt=now
    ).order_by("hash")
    for row in rows:
        for found in msgspec.convert(row.grants, tuple[Grant, ...]):
            between = (found.provider, found.consumer, found.resource)
            if between == (provider, consumer, resource) and purpose in found.purposes:
                return _checkable(found)
    raise Denied(
        "no_contract",
        Words(zh="没有有效的共享协议允许此项用途", en="No contract in force allows this for this purpose"),
        because=Words(
            zh=f"{consumer} → {provider}：{resource}，{purpose}", en=f"{consumer} → {provider}: {resource}, {purpose}"
        ),
    )


def contracts(*, now: datetime) -> QuerySet[Contract]:
    """Contracts in force, by parties and id."""
    return Contract.objects.filter(revoked_at=None, valid_until__gt=now).order_by("parties", "contract")


def contract(hash: str, *, now: datetime) -> Contract:
    """The one in force whose hash begins so. Raises ``NotFound`` for none, and for more than one."""
    rows = contracts(now=now).filter(hash__startswith=hash)[:2] if hash else ()
    if len(rows) != 1:
        raise NoContract
    return rows[0]


def _checkable(found: Grant) -> Grant:
    """No node keeps consents or delegations yet: whatever a request names, nothing shows that it was given."""
    if found.consent:
        raise Denied(
            "no_consent",
            Words(zh="缺少当事人的同意", en="The person's consent is missing"),
            because=Words(
                zh="本节点尚不登记同意，无法核实请求中所称的同意。",
                en="This node keeps no consents yet, so the one that is named cannot be checked.",
            ),
            next_step=_WITHOUT,
        )
    if found.delegation:
        raise Denied(
            "no_delegation",
            Words(zh="不能代其他单位查询", en="Nobody may ask on behalf of others"),
            because=Words(
                zh="本节点尚不登记转授权，无法核实代谁查询。",
                en="This node keeps no delegations yet, so it cannot be checked for whom this is asked.",
            ),
            next_step=_WITHOUT,
        )
    return found


def heads(*, peer: str | None = None) -> QuerySet[Outbox]:
    """Events that come next in their case: nothing undelivered (nor dead) is before them; oldest first."""
    before = Outbox.objects.filter(
        peer=OuterRef("peer"), case_ref=OuterRef("case_ref"), sequence__lt=OuterRef("sequence"), delivered_at=None
    )
    rows = Outbox.objects.filter(delivered_at=None, dead_at=None).filter(~Exists(before))
    return (rows if peer is None else rows.filter(peer=peer)).order_by("id")


def due(*, now: datetime, peer: str | None = None) -> QuerySet[Outbox]:
    """Those of them whose time has come, oldest first."""
    return heads(peer=peer).filter(next_at__lte=now)


def waiting_peers() -> Iterable[str]:
    """Peers that something is on its way to."""
    rows = Outbox.objects.filter(delivered_at=None, dead_at=None)
    return rows.order_by("peer").values_list("peer", flat=True).distinct()


def on_its_way(case_ref: str) -> QuerySet[Outbox]:
    """A case's events that have no receipt yet, in order."""
    return Outbox.objects.filter(case_ref=case_ref, delivered_at=None).order_by("peer", "sequence")


def sent(case_ref: str) -> QuerySet[Outbox]:
    """All events of a case that were put out, in order."""
    return Outbox.objects.filter(case_ref=case_ref).order_by("peer", "sequence")


def taken_in(case_ref: str) -> QuerySet[Inbox]:
    """All events of a case that were applied here, in order."""
    return Inbox.objects.filter(case_ref=case_ref).order_by("source", "sequence")


def dead() -> QuerySet[Outbox]:
    """Events that a person must look at, oldest first."""
    return Outbox.objects.filter(dead_at__isnull=False).order_by("dead_at", "id")


def last_said(*, peer: Any, case_ref: Any) -> QuerySet[Evidence]:
    """When anything was last said about a case between here and one peer, either way; for use as a subquery."""
    return Evidence.objects.filter(peer=peer, case_ref=case_ref).order_by("-at").values("at")[:1]


def evidence(case_ref: str) -> QuerySet[Evidence]:
    """All that was said about a case, oldest first."""
    return Evidence.objects.filter(case_ref=case_ref).order_by("at", "id")
