"""What stands in QR codes: a booking, which its holder shows, and a hall on one day, which hangs at its entrance.

Each is what it names and a keyed digest of it: this node alone makes and checks them, and nothing is stored.
"""

from __future__ import annotations

import base64
import hmac
from datetime import date
from uuid import UUID

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.files import vault

_MAC = 12


class Forged(Refusal):
    """The code was not made here, or was changed."""

    def __init__(self) -> None:
        super().__init__(
            "forged_code",
            Words(zh="这个预约码不是本市发出的", en="This code was not made here"),
            because=Words(
                zh="码被改动过、不完整，或者来自别处，所以不能取号。",
                en="It was changed, is not whole, or comes from elsewhere, so no number is given for it.",
            ),
            next_step=Words(
                zh="请登录后在“预约与取号”里重新打开预约码，或者取一个现场号。",
                en="Sign in and open your booking again under Visits, or take a number on the spot.",
            ),
        )


def of_booking(id: UUID) -> str:
    """The token of a booking."""
    return base64.b32encode(id.bytes + _mac("visit-booking", id.hex)).decode().rstrip("=")


def booking(token: str) -> UUID:
    """Which booking a token names. Raises Forged."""
    try:
        raw = base64.b32decode(token.strip().upper() + "=" * (-len(token.strip()) % 8))
    except ValueError:
        raise Forged from None
    if len(raw) != 16 + _MAC:
        raise Forged
    id = UUID(bytes=raw[:16])
    if not hmac.compare_digest(raw[16:], _mac("visit-booking", id.hex)):
        raise Forged
    return id


def of_hall(hall: str, day: date) -> str:
    """What the code at the entrance of a hall says today: whoever has it stands there."""
    return base64.b32encode(_mac("visit-hall", f"{hall}|{day.isoformat()}")).decode().rstrip("=").lower()


def at_hall(token: str, hall: str, day: date) -> bool:
    """Whether somebody has today's code of the entrance."""
    return hmac.compare_digest(token.strip().lower().encode(), of_hall(hall, day).encode())


def _mac(kind: str, about: str) -> bytes:
    return bytes.fromhex(vault.lookup(kind, about))[:_MAC]
