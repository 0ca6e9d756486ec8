"""Production is the default and refuses whatever belongs to a demonstration; a demonstration stays on loopback.

The one place for these checks (docs: security, "Modes"). Each finding is a sentence that says what to change.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography import x509

from tongban.certificates import pki
from tongban.wiring.node import Node


class Refused(SystemExit):
    """The node must not start as it is; the message has a line for each reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("This node does not start:\n" + "\n".join(f"  - {reason}" for reason in reasons))
        self.reasons = reasons


def require(node: Node, *, host: str = "127.0.0.1", tls: bool = False) -> None:
    """Raise Refused unless the node may serve on ``host``. Django must be set up: accounts are looked for in the
    database too."""
    demo = bool(node.data.get("demo", False))
    reasons = list(_demo_off_loopback(node, host) if demo else _production(node, host, tls))
    if reasons:
        raise Refused(reasons)


def require_port(host: str, port: int) -> None:
    """Raise Refused unless somebody may listen there. The server itself would not say so: it shares its port with whoever
    listens already, and strangers' requests would come to both."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as no:
        reason = getattr(no, "strerror", None) or str(no)
        raise Refused([f"Nobody can listen on {host}, port {port}: {reason}. Stop what listens there, or name another --port."]) from no


def _demo_off_loopback(node: Node, host: str) -> Iterator[str]:
    if not is_loopback(host) or not is_loopback(urlsplit(node.data.get("base_url", "")).hostname or "localhost"):
        yield "A demonstration serves on loopback only; create the node without --demo to serve others."


def _production(node: Node, host: str, tls: bool) -> Iterator[str]:
    yield from _debug()
    yield from _demo_keys(node)
    yield from _demo_accounts(node)
    for name, port in node.data.get("ports", {}).items():
        if port.get("sandbox") or is_loopback(urlsplit(str(port.get("url", ""))).hostname or ""):
            yield f"ports.{name} in node.json is a sandbox; name the real system."
    secure = urlsplit(node.data.get("base_url", "")).scheme == "https"
    if not is_loopback(host) and not tls:
        yield "Off loopback TLS is required: --certificate and --key, or a proxy on this machine with behind_proxy."
    if not secure and not is_loopback(urlsplit(node.data.get("base_url", "")).hostname or ""):
        yield "base_url in node.json must begin with https://."


def _debug() -> Iterator[str]:
    from django.conf import settings

    if settings.DEBUG:
        yield "DEBUG is on."


def _demo_keys(node: Node) -> Iterator[str]:
    chain = [x509.load_pem_x509_certificate(pem) for pem in node.keys.document_chain]
    if any(pki.is_demo(certificate) for certificate in chain):
        yield "The document keys hang from a demonstration root; create the node without --demo."


def _demo_accounts(node: Node) -> Iterator[str]:
    from tongban.registries.models import Person

    if (node.home / "keys" / "demo-accounts.json").exists():
        yield "There are demonstration accounts (keys/demo-accounts.json); create a node without --demo."
    if Person.objects.filter(synthetic=True).exists():
        yield "The registries hold synthetic people; create a node without --demo."


def is_loopback(host: str) -> bool:
    """Whether an address or host name is this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
