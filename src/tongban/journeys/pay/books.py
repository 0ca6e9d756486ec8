"""The ledger and the last comparisons, for who watches over them (账务监督)."""

from __future__ import annotations

from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.journeys import find
from tongban.payments import ledger
from tongban.payments import queries as payments

LISTED = 31  # days, and differences
_NAMES = {
    ledger.RETURNING: Words(zh="退款在途", en="On its way back"),
    ledger.SURPLUS: Words(zh="多收待退", en="Surplus to give back"),
}


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """Every account with its balance, the last comparisons, and the differences that nobody could mend."""

    accounts: tuple[tuple[Words, int], ...]
    days: tuple[Any, ...]
    open: tuple[Any, ...]


def books() -> Books:
    """How the money stands."""
    return Books(
        accounts=tuple((_name(code), fen) for code, fen in ledger.balances().items()),
        days=tuple(payments.statements(LISTED)),
        open=tuple(payments.drifts_open()[:LISTED]),
    )


def _name(code: str) -> Words:
    kind, _, rest = code.partition(":")
    if kind == "payee":
        return Words(**find.office(find.settings.TONGBAN_ADCODE, rest)["name"])
    return _NAMES.get(code) or Words(zh=f"收单机构 {rest}", en=f"Acquirer {rest}")
