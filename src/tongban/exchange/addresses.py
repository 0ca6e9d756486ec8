"""Where a request may go: an endpoint of the trust list, its address looked up once and pinned for the connection."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Look = Callable[[str, int], list[str]]

# Cloud metadata services that are in ordinary private ranges; 169.254.169.254 is link-local and blocked as such.
_METADATA = {ipaddress.ip_address("100.100.100.200"), ipaddress.ip_address("fd00:ec2::254")}


class Blocked(Exception):
    """The endpoint is no origin, or leads to an address that no peer may have."""


class Pinned(msgspec.Struct, frozen=True):
    """What to connect to (``url`` with the address in it) and whom to expect there (``host`` header, TLS name)."""

    url: str
    host: str
    name: str


def look_up(host: str, port: int) -> list[str]:
    """Addresses of a host name by the system's resolver."""
    return [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def pin(url: str, *, loopback: bool, look: Look = look_up) -> Pinned:
    """Resolve ``url``'s host once; *every* address must be allowed, so a rebinding answer cannot hide among others.

    Private ranges are allowed: the government network (政务外网) is one. ``loopback`` is allowed in demo mode
    only; TLS is required of everything else. Raises ``Blocked``.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise Blocked("not an http(s) address")
    try:
        found = look(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    except OSError as wrong:
        raise Blocked(f"no address for {parts.hostname}") from wrong
    addresses = [_plain(ipaddress.ip_address(text.partition("%")[0])) for text in found]
    for address in addresses:
        _allowed(address, loopback=loopback, tls=parts.scheme == "https")
    if not addresses:
        raise Blocked(f"no address for {parts.hostname}")
    first = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    netloc = f"{first}:{parts.port}" if parts.port else first
    return Pinned(parts._replace(netloc=netloc).geturl(), parts.netloc, parts.hostname)


def origin(url: str) -> str:
    """``scheme://host[:port]`` in lower case."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _plain(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _allowed(address: Address, *, loopback: bool, tls: bool) -> None:
    if address.is_loopback:
        if not loopback:
            raise Blocked("loopback")
        return
    if address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        raise Blocked(f"{address} is no peer's address")
    if address.is_reserved:
        raise Blocked(f"{address} is reserved")
    if not tls:
        raise Blocked("TLS is required off loopback")
