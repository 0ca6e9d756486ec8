"""Live codes (亮证): a short-lived token that a holder shows on a screen; whoever scans it learns that it is shown now.

The token is the certificate's id, the second at which it ends, and a keyed digest of both: this node alone makes and
checks it, and nothing is stored.
"""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.files import vault

LIFE = timedelta(seconds=60)
_MAC = 12
_LENGTH = 16 + 4 + _MAC


class NotLive(Refusal):
    """The token is not ours, or its minute is over; alike, so that nothing is learnt by guessing."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            "not_live",
            Words(zh="这个亮证码已失效", en="This live code is no longer good"),
            because=Words(
                zh="亮证码 60 秒更新一次，只有持证人当面出示的才有效；截图和转发的会失效。",
                en="A live code changes every 60 seconds: only what the holder shows now is good, no picture of it.",
            ),
            next_step=Words(zh="请持证人刷新后再扫一次。", en="Ask the holder to show a fresh one and scan again."),
        )


class Live(msgspec.Struct, frozen=True):
    """A token as its page shows it."""

    token: str
    until: datetime


def show(held: UUID | str, *, now: datetime) -> Live:
    """A token for a certificate or paper that its holder shows now."""
    until = int((now + LIFE).timestamp())
    body = UUID(str(held)).bytes + until.to_bytes(4, "big")
    token = base64.b32encode(body + _mac(body)).decode().rstrip("=")
    return Live(token=token, until=datetime.fromtimestamp(until, UTC))


def read(token: str, *, now: datetime) -> tuple[str, datetime]:
    """Whose token it is, and until when it is good. Raises NotLive."""
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except ValueError:
        raise NotLive from None
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if len(raw) != _LENGTH or not hmac.compare_digest(mac, _mac(body)):
        raise NotLive
    until = datetime.fromtimestamp(int.from_bytes(body[16:], "big"), UTC)
    if now > until:
        raise NotLive
    return str(UUID(bytes=body[:16])), until


def _mac(body: bytes) -> bytes:
    return bytes.fromhex(vault.lookup("live-code", body.hex()))[:_MAC]
