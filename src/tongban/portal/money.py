"""What the page of a payment shows, read from the journey's values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tongban.base.words import Words
from tongban.journeys import find, hold
from tongban.journeys import pay as paying
from tongban.journeys.pay.paying import origin
from tongban.ui import words


def title(row: Any) -> Words:
    """What the case is about."""
    return Words(**row.title)


def due(purse: paying.Purse) -> list[dict[str, Any]]:
    """What is due, by payee: its name, its sum, its fees with their articles."""
    return [
        {
            "office": office,
            "fen": fen,
            "lines": [{"title": li.title, "of": li.of, "fen": li.fen, "cites": li.cites} for li in lines],
        }
        for office, fen, lines in purse.due.payees
    ]


def paid(purse: paying.Purse) -> list[dict[str, Any]]:
    """What was paid: each order with who got what of it, and what of that went back."""
    return [
        {
            "at": words.moment(order.paid_at),
            "fen": order.paid_fen,
            "back": order.refunded_fen,
            "reference": order.reference,
            "payees": _payees(order.shares.all()),
        }
        for order in purse.orders
    ]


def _payees(shares: Iterable[Any]) -> list[dict[str, Any]]:
    found: dict[str, list[Any]] = {}
    for share in shares:
        found.setdefault(share.payee, []).append(share)
    return [
        {
            "office": _office(payee),
            "fen": sum(share.fen for share in own),
            "lines": [{"title": Words(**s.title), "fen": s.fen, "note": _back(s.refunded_fen)} for s in own],
        }
        for payee, own in found.items()
    ]


def _back(fen: int) -> str:
    """That some of it goes back; nothing where none does."""
    return words.t(f"退回 {words.money(fen)}", f"given back: {words.money(fen)}") if fen else ""


def receipts(purse: paying.Purse) -> list[dict[str, Any]]:
    """The receipts that stand, each with the address of its PDF."""
    return [
        {"name": hold.name_of(made), "number": made.number, "issuer": made.issuer_name, "href": reverse("portal:paper", args=[made.id])}
        for made in purse.receipts
    ]


def leads_to() -> tuple[str, ...]:
    """The acquirer's own origin, to which the form leads."""
    return (origin(),) if origin() else ()


def _office(role: str) -> Words:
    return Words(**find.office(find.settings.TONGBAN_ADCODE, role)["name"])
