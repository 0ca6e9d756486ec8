"""Reading parcels."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from tongban.base import memo
from tongban.delivery.models import Consigned, Parcel
from tongban.files import vault

OVER = ("returned", "lost")


def of_case(case: str, *, kind: str = "outcome") -> Parcel | None:
    """The parcel of a case that is on its way or has arrived; None where none was ordered, or it came back."""
    live = (p for p in all_of(case) if p.kind == kind and any(c.open for c in p.consigned.all() if c.case == case))
    return next(live, None)


@memo.once
def all_of(case: str) -> list[Parcel]:
    """Every parcel of a case, the last first."""
    rows = Parcel.objects.filter(consigned__case=case).select_related("key")
    return list(rows.prefetch_related("reports", "consigned").order_by("-ordered_at", "-id"))


def on_their_way(cases: Collection[str]) -> set[str]:
    """Of these cases, those whose outcome is in a parcel that did not get lost or come back."""
    if not cases:
        return set()
    return set(Consigned.objects.filter(case__in=list(cases), open=True, kind="outcome").values_list("case", flat=True))


def by_id(id: str) -> Parcel | None:
    """One parcel."""
    return Parcel.objects.select_related("key").prefetch_related("consigned").filter(pk=id).first()


def contents(parcel: Parcel) -> list[str]:
    """Identifiers of the certificates inside."""
    return [each for part in parcel.consigned.all() for each in part.contents]


def address_of(parcel: Parcel) -> str:
    """Where from and to, and to whom, unsealed: for the courier port only."""
    return vault.unseal(parcel.key, parcel.address_sealed, f"parcel:{parcel.id}").decode()


def ends_of(parcel: Parcel) -> dict[str, Any]:
    """``to`` and, for what is fetched, ``from``, each with name, mobile and address."""
    told = json.loads(address_of(parcel))
    return told if "to" in told else {"to": told}
