"""Trust lists and contracts: files that operators sign, read without I/O.

Both are JWS in general JSON serialization (RFC 7515) over canonical JSON (RFC 8785); docs/reference/wire.md shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from tongban.base.cryptography import canonical, jws
from tongban.base.cryptography import keys as crypto
from tongban.base.cryptography.errors import BadKey, CryptographyError, Malformed
from tongban.base.words import Words
from tongban.exchange.refusals import DocumentRefused

TRUST, CONTRACT = "tongban-trust-list+jws", "tongban-contract+jws"
FEDERATION = "federation"
_NODE = re.compile(r"[0-9]{6}")
_PARTNER = re.compile(r"[0-9]{6}:[a-z0-9][a-z0-9-]{0,40}")


class KeyRow(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """A key with the time it may sign in; ``revoked`` ends it at once."""

    jwk: dict[str, str]
    since: datetime
    until: datetime | None = None
    revoked: datetime | None = None

    def valid(self, at: datetime) -> bool:
        """Whether a signature made at ``at`` counts."""
        ends = [end for end in (self.until, self.revoked) if end is not None]
        return self.since <= at and all(at < end for end in ends)


class Listed(msgspec.Struct, frozen=True):
    """One peer on a trust list. ``endpoint`` is an origin, ``https://host[:port]``, without a path."""

    id: str
    kind: Literal["node", "agency", "courier", "partner"]
    name: Words
    endpoint: str
    keys: tuple[KeyRow, ...]


class Trust(msgspec.Struct, frozen=True):
    """A trust list. ``scope`` is ``federation`` (nodes only) or an adcode (that node's own partners only)."""

    scope: str
    number: int
    expires: datetime
    nodes: tuple[Listed, ...]


class Grant(msgspec.Struct, frozen=True):
    """``consumer`` may ask ``provider`` for ``fields`` of ``resource`` for one of ``purposes``.

    ``consent``: only with the person's consent. ``delegation``: the consumer may ask on behalf of its own partners.
    Neither can be checked yet: a contract with such a grant is not taken, and one of before grants nothing by it.
    """

    provider: str
    consumer: str
    resource: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    consent: bool = False
    delegation: bool = False

    def filter(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Only the fields that were agreed on."""
        return {name: row[name] for name in self.fields if name in row}


class Agreement(msgspec.Struct, frozen=True, rename={"since": "from"}):
    """A contract between two nodes (adcodes, sorted)."""

    id: UUID
    between: tuple[str, str]
    grants: tuple[Grant, ...]
    since: datetime
    until: datetime


def make_trust_list(
    nodes: Iterable[Listed],
    number: int,
    expires: datetime,
    signing_keys: Iterable[crypto.PrivateKey],
    scope: str = FEDERATION,
) -> bytes:
    """A signed trust list. More signers add theirs with ``countersign``."""
    trust = Trust(scope, number, expires, tuple(nodes))
    return jws.sign_json(signing_keys, canonical.dumps(msgspec.to_builtins(trust)), kind=TRUST)


def make_contract(
    *, id: UUID, grants: Iterable[Grant], since: datetime, until: datetime, key: crypto.PrivateKey
) -> bytes:
    """A contract with the first city's signature; the other adds its own with ``countersign``."""
    grants = tuple(grants)
    between = tuple(sorted({party for grant in grants for party in (grant.provider, grant.consumer)}))
    if len(between) != 2:
        raise ValueError("a contract is between two nodes")
    agreement = Agreement(id, (between[0], between[1]), grants, since, until)
    return jws.sign_json([key], canonical.dumps(msgspec.to_builtins(agreement)), kind=CONTRACT)


def countersign(document: bytes, key: crypto.PrivateKey) -> bytes:
    """The same document with one more signature. Read it before: a signature agrees."""
    return jws.add_signature(document, key)


def read_trust_list(
    document: bytes, anchors: Sequence[crypto.PublicKey], *, now: datetime, quorum: int | None = None
) -> tuple[Trust, frozenset[str]]:
    """The list and the anchors that signed it.

    ``anchors`` are pinned by the operator; more than half must have signed unless ``quorum`` says how many. Raises
    ``DocumentRefused``: ``trust_forged``, ``trust_quorum``, ``trust_malformed``, ``trust_expired``.
    """
    payload, signed_by = _verified(document, {key.id: key for key in anchors}, TRUST, "trust")
    needed = quorum if quorum is not None else len(anchors) // 2 + 1
    if not anchors or len(signed_by) < max(needed, 1):
        raise _no("trust_quorum", "信任名单签名不足", "Too few of the anchors signed the trust list")
    trust = _convert(payload, Trust, "trust")
    _sound(trust)
    if trust.expires <= now:
        raise _no("trust_expired", "信任名单已过期", "The trust list has expired")
    return trust, signed_by


def rows(document: bytes) -> tuple[Listed, ...]:
    """The peers of a list that was verified when it was taken."""
    payload = canonical.loads(document)["payload"]
    trust: Trust = _convert(crypto.unb64(payload), Trust, "trust")
    return trust.nodes


def read_contract(document: bytes, keys_of: Mapping[str, Iterable[crypto.PublicKey]]) -> tuple[Agreement, str]:
    """The contract and the hash of its canonical JSON; both parties, with keys of ``keys_of``, must have signed.

    Raises ``DocumentRefused``: ``contract_forged``, ``contract_signatures``, ``contract_malformed``.
    """
    ring = {key.id: key for keys in keys_of.values() for key in keys}
    payload, signed_by = _verified(document, ring, CONTRACT, "contract")
    agreement = _convert(payload, Agreement, "contract")
    for party in agreement.between:
        if not signed_by & {key.id for key in keys_of.get(party, ())}:
            raise _no("contract_signatures", f"缺少 {party} 的签名", f"The signature of {party} is missing")
    parties = set(agreement.between)
    if any({grant.provider, grant.consumer} != parties for grant in agreement.grants) or len(parties) != 2:
        raise _no("contract_malformed", "协议涉及第三方", "The contract speaks of others than its parties")
    return agreement, canonical.sha256(payload)


def _verified(document: bytes, ring: crypto.Keyring, kind: str, what: str) -> tuple[bytes, frozenset[str]]:
    try:
        return jws.verify_json(document, ring, kind=kind)
    except CryptographyError as wrong:
        raise _no(f"{what}_forged", "文件签名不正确", f"The document's signatures do not hold: {wrong}") from wrong


def _convert(payload: bytes, kind: type, what: str) -> Any:
    """Read strictly, and insist on canonical form: the hash of a contract must be the hash of its only spelling."""
    try:
        value = canonical.loads(payload)
        if canonical.dumps(value) != payload:
            raise Malformed("not canonical JSON")
        return msgspec.convert(value, kind)
    except (CryptographyError, msgspec.ValidationError) as wrong:
        raise _no(f"{what}_malformed", "文件格式不正确", f"The document is malformed: {wrong}") from wrong


def _sound(trust: Trust) -> None:
    """A local list must never speak of a node, nor the federation's of a city's own partners."""
    pattern = _NODE if trust.scope == FEDERATION else _PARTNER
    for row in trust.nodes:
        local = trust.scope != FEDERATION
        if not pattern.fullmatch(row.id) or (row.kind == "node") is local or (local and row.id[:6] != trust.scope):
            raise _no("trust_malformed", f"名单不得包含 {row.id}", f"This list may not speak of {row.id}")
        try:
            owned = [crypto.public_from_jwk(key.jwk).id for key in row.keys]
        except BadKey as wrong:
            raise _no("trust_malformed", f"{row.id} 的密钥有误", f"A key of {row.id} is malformed") from wrong
        if not owned:
            raise _no("trust_malformed", f"{row.id} 没有密钥", f"{row.id} has no key")
    ids = [row.id for row in trust.nodes]
    every = [key.jwk.get("x", "") for row in trust.nodes for key in row.keys]
    if len(set(ids)) != len(ids) or len(set(every)) != len(every) or trust.number < 1:
        raise _no("trust_malformed", "名单有重复", "The list names a peer or a key twice, or has no number")


def _no(code: str, zh: str, en: str) -> DocumentRefused:
    return DocumentRefused(code, Words(zh=zh, en=en))
