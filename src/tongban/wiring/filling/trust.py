"""Trust lists and contracts that the operator laid in ``<home>/trust``, in the order of their names."""

from __future__ import annotations

import json
from datetime import datetime

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import keys as crypto
from tongban.base.errors import Refusal
from tongban.exchange import actions as exchange
from tongban.exchange import documents
from tongban.wiring.node import Node


def fill(node: Node, now: datetime) -> str:
    """Take every document into force that is not yet; a refused one changes nothing and is said."""
    said = []
    for path in sorted((node.home / "trust").glob("*.jws")):
        try:
            said.append(f"{path.stem} {load(node, path.read_bytes(), now)}")
        except Refusal as no:
            said.append(f"{path.stem} REFUSED ({no.code}: {no.brief.en})")
    return ", ".join(said) or "none"


def load(node: Node, document: bytes, now: datetime) -> str:
    """Take one trust list or contract into force; its number or the beginning of its hash. Raises DocumentRefused.

    The federation's list needs a quorum of the anchors pinned in ``node.json``; a list of the node's own partners the
    node's own signature; a contract both cities'.
    """
    if _kind(document) == documents.CONTRACT:
        return exchange.load_contract(document=document, by=SYSTEM, now=now).hash[:12]
    own = node.keys.signing.public
    if _scope(document) == node.adcode:
        anchors, quorum = [own], 1
    else:
        anchors, quorum = [crypto.public_from_jwk(jwk) for jwk in node.data.get("anchors", [])], node.data.get("quorum")
    taken = exchange.load_trust_list(document=document, anchors=anchors, by=SYSTEM, now=now, quorum=quorum)
    return f"no. {taken.number}"


def _kind(document: bytes) -> str:
    """What the document says it is: only to choose who must have signed it."""
    protected = json.loads(document)["signatures"][0]["protected"]
    return str(json.loads(crypto.unb64(protected)).get("typ"))


def _scope(document: bytes) -> str:
    return str(json.loads(crypto.unb64(json.loads(document)["payload"])).get("scope"))
