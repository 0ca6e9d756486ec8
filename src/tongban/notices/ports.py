"""The SMS port: a gateway over HTTPS, or in demo mode an outbox that is a page."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import httpx
from django.conf import settings


class Sms(Protocol):
    """Sends one text; the same ``id`` again sends nothing more. Returns the carrier's reference."""

    def send(self, *, mobile: str, words: str, id: UUID) -> str: ...


class Outbox:
    """Keeps texts where the demo's phone page shows them; refused by production."""

    def send(self, *, mobile: str, words: str, id: UUID) -> str:
        return f"outbox:{id}"


class Gateway:
    """A carrier's HTTPS gateway: POST with a bearer token and an idempotency key; anything but 2xx is tried again."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def send(self, *, mobile: str, words: str, id: UUID) -> str:
        answer = httpx.post(
            self.url,
            json={"mobile": mobile, "text": words},
            headers={"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(id)},
            timeout=5.0,
        )
        answer.raise_for_status()
        return str(answer.json().get("reference", ""))[:120]


def sms() -> Sms:
    """The port that the node's settings name."""
    port = settings.TONGBAN_PORTS.get("sms", {})
    if port.get("url"):
        return Gateway(port["url"], port["token"])
    if not settings.TONGBAN_DEMO:
        raise RuntimeError("No SMS gateway is configured (ports.sms in node.json).")
    return Outbox()
