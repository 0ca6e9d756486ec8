"""Making the parties known to each other: what operators of two cities would sign and exchange before they begin.

Both nodes' keys go on one trust list that both sign (quorum two, anchors pinned in each ``node.json``); each node
lists its own partners (the sandboxes) under its own key; both cities sign one static contract. The documents lie in
``<home>/trust`` of each node, where `tongban node fill` takes them into force.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import yaml

from demo.world import SANDBOXES, World
from tongban.base.cryptography import canonical
from tongban.base.cryptography import keys as crypto
from tongban.base.words import Words
from tongban.exchange import documents
from tongban.exchange.documents import Grant, KeyRow, Listed
from tongban.wiring import cities
from tongban.wiring.node import REPOSITORY, Node

LASTS = timedelta(days=365)
RENEW_BEFORE = timedelta(days=60)


def establish(world: World, nodes: Sequence[Node], sandbox_keys: dict[str, dict[str, str]], now: datetime) -> None:
    """Write every document that is missing, out of date or about to expire, and the sandboxes' trust file."""
    anchors = [node.keys.signing.public.jwk() for node in nodes]
    signers = [node.keys.signing for node in nodes]
    federation = [_listed_node(node) for node in nodes]
    contract = _contract(nodes, now)
    for node in nodes:
        if node.data.get("anchors") != anchors:
            node.write(anchors=anchors, quorum=len(anchors))
        folder = node.home / "trust"
        folder.mkdir(exist_ok=True)
        _list(folder / "1-federation.jws", federation, signers, documents.FEDERATION, now)
        _list(folder / "2-partners.jws", _partners(world, node, sandbox_keys), [node.keys.signing], node.adcode, now)
        _keep(folder / "3-contract.jws", contract)
        for role, document in _agency_contracts(world, node, now).items():
            _keep(folder / f"4-contract-{role}.jws", document)
    parties = [{"id": n.adcode, "url": n.data["base_url"], "jwk": n.keys.signing.public.jwk()} for n in nodes]
    _keep(world.var / "sandboxes" / "trust.json", json.dumps({"parties": parties}, indent=1).encode())


def _listed_node(node: Node) -> Listed:
    name = cities.here(REPOSITORY / "cities" / node.adcode).name
    key = KeyRow(jwk=node.keys.signing.public.jwk(), since=_made(node.home / "keys" / "signing.pem"))
    return Listed(id=node.adcode, kind="node", name=name, endpoint=node.data["base_url"], keys=(key,))


def _partners(world: World, node: Node, sandbox_keys: dict[str, dict[str, str]]) -> list[Listed]:
    rows = []
    for sandbox in SANDBOXES:
        jwk = crypto.public_from_jwk(sandbox_keys[sandbox.name]).jwk()
        since = _made(world.sandbox(sandbox.name) / "private.jwk")
        rows.append(
            Listed(
                id=f"{node.adcode}:{sandbox.name}",
                kind=sandbox.kind,  # type: ignore[arg-type]
                name=Words(zh=sandbox.zh, en=sandbox.en),
                endpoint=world.url(sandbox.name),
                keys=(KeyRow(jwk=jwk, since=since),),
            )
        )
    return rows


def _made(key: Path) -> datetime:
    """A key signs from the moment it was made; a minute earlier, for clocks that differ."""
    return datetime.fromtimestamp(int(key.stat().st_mtime), UTC) - timedelta(minutes=1)


def _list(
    path: Path, rows: Sequence[Listed], signers: Iterable[crypto.PrivateKey], scope: str, now: datetime
) -> None:
    present = _payload(path)
    if _same(present.get("nodes"), rows) and _lasts(present["expires"], now):
        return
    # Seconds since 1970 as the number: higher at every making, and no counter to lose.
    _keep(path, documents.make_trust_list(rows, int(now.timestamp()), now + LASTS, signers, scope))


def _contract(nodes: Sequence[Node], now: datetime) -> bytes:
    """The contract that stands, or a new one when ``contract.yaml`` says something else or it is about to end."""
    data = yaml.safe_load((REPOSITORY / "demo" / "contract.yaml").read_text("utf-8"))
    grants = [grant for row in data["grants"] for grant in _both_ways(row, [node.adcode for node in nodes])]
    path = nodes[0].home / "trust" / "3-contract.jws"
    present = _payload(path)
    parties = sorted(node.adcode for node in nodes)
    if _same(present.get("grants"), grants) and present["between"] == parties and _lasts(present["until"], now):
        return path.read_bytes()
    since = now.replace(microsecond=0) - timedelta(minutes=1)
    until = since + timedelta(days=data["lasts_days"])
    first, *others = [node.keys.signing for node in nodes]
    document = documents.make_contract(id=UUID(data["id"]), grants=grants, since=since, until=until, key=first)
    for key in others:
        document = documents.countersign(document, key)
    return document


def _agency_contracts(world: World, node: Node, now: datetime) -> dict[str, bytes]:
    """What each department's own system may have of a case, signed by the city and by that system."""
    data = yaml.safe_load((REPOSITORY / "demo" / "contract.yaml").read_text("utf-8"))
    return {role: _agency_contract(world, node, role, rows, data["lasts_days"], now) for role, rows in data["agencies"].items()}


def _agency_contract(
    world: World, node: Node, role: str, rows: list[dict[str, Any]], days: int, now: datetime
) -> bytes:
    consumer, path = f"{node.adcode}:{role}", node.home / "trust" / f"4-contract-{role}.jws"
    grants = [
        Grant(
            provider=node.adcode, consumer=consumer, resource=row["resource"], fields=tuple(row["fields"]),
            purposes=tuple(row["purposes"]),
        )
        for row in rows
    ]
    present = _payload(path)
    if _same(present.get("grants"), grants) and _lasts(present["until"], now):
        return path.read_bytes()
    since = now.replace(microsecond=0) - timedelta(minutes=1)
    document = documents.make_contract(
        id=uuid5(NAMESPACE_URL, f"urn:tongban:{consumer}"), grants=grants, since=since,
        until=since + timedelta(days=days), key=node.keys.signing,
    )
    own = crypto.private_from_jwk(json.loads((world.sandbox(role) / "private.jwk").read_text()))
    return documents.countersign(document, own)


def _both_ways(row: dict[str, Any], adcodes: Sequence[str]) -> Iterable[Grant]:
    for provider in adcodes:
        for consumer in adcodes:
            if provider != consumer:
                yield Grant(
                    provider=provider,
                    consumer=consumer,
                    resource=row["resource"],
                    fields=tuple(row["fields"]),
                    purposes=tuple(row["purposes"]),
                    consent=row.get("consent", False),
                )


def _payload(path: Path) -> dict[str, Any]:
    """What a document that we wrote says; empty when there is none. Whoever takes it into force verifies it."""
    if not path.exists():
        return {}
    return dict(canonical.loads(crypto.unb64(json.loads(path.read_bytes())["payload"])))


def _same(present: Any, wanted: Sequence[msgspec.Struct]) -> bool:
    return present is not None and canonical.dumps(present) == canonical.dumps(msgspec.to_builtins(wanted))


def _lasts(until: str, now: datetime) -> bool:
    return datetime.fromisoformat(until) - now > RENEW_BEFORE


def _keep(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
