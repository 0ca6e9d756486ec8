"""What the page of a payment shows, read from the journey's values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tongban.journeys import pay as paying
from tongban.ui import words


def bill(payees: Iterable[Any]) -> list[dict[str, Any]]:
    """Who gets what, as ``ui.bill`` draws it."""
    return [
        {
            "office": payee.office,
            "fen": payee.fen,
            "lines": [
                {"title": line.title, "of": line.of, "fen": line.fen, "cites": line.cites, "note": _back(line.back)}
                for line in payee.lines
            ],
        }
        for payee in payees
    ]


def paid(sheet: paying.Sheet) -> list[dict[str, Any]]:
    """What was paid: each payment with who got what of it, and what of that went back."""
    return [
        {
            "at": words.moment(p.at),
            "fen": p.fen,
            "back": p.back,
            "reference": p.reference,
            "payees": bill(p.payees),
            "returns": p.returns,
        }
        for p in sheet.paid
    ]


def receipts(sheet: paying.Sheet, *, here: bool) -> list[dict[str, Any]]:
    """The receipts that stand, with the address of the PDF; another city's copies are among the papers of the case."""
    return [
        {"name": r.name, "number": r.number, "issuer": r.issuer, "href": reverse("portal:paper", args=[r.id]) if here else None}
        for r in sheet.receipts
    ]


def _back(fen: int) -> str:
    """That some of it goes back; nothing where none does."""
    return words.t(f"退回 {words.money(fen)}", f"refunded: {words.money(fen)}") if fen else ""
