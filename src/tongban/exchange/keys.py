"""The one place of this room that reads settings: this node's keys and mode."""

from __future__ import annotations

from typing import Protocol, cast

from django.conf import settings

from tongban.base.cryptography.keys import PrivateKey


class NodeKeys(Protocol):
    """What ``settings.TONGBAN_KEYS`` offers. ``kek`` and ``lookup`` have 32 bytes."""

    adcode: str

    @property
    def signing(self) -> PrivateKey: ...


def node() -> NodeKeys:
    """This node's keys."""
    return cast(NodeKeys, settings.TONGBAN_KEYS)


def here() -> str:
    """This node's adcode, its id as a peer of others."""
    return node().adcode


def base_url() -> str:
    """The origin that this node is known by: what a request to it must be signed for."""
    return str(settings.TONGBAN_BASE_URL).rstrip("/")


def loopback_allowed() -> bool:
    """Whether peers may live on this machine: in demo mode only."""
    return bool(settings.TONGBAN_DEMO)


def ca_file() -> str | None:
    """A file of certificate authorities for TLS to peers, where the government network has its own; None: the system's."""
    return getattr(settings, "TONGBAN_CA_FILE", None)
