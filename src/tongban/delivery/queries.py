"""Reading parcels."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from tongban.base import memo
from tongban.delivery.models import OPEN, Consigned, Parcel
from tongban.files import vault

OVER = ("returned", "lost", "called-off")


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


def silent(*, heard_before: datetime, asked_before: datetime, most: int = 200) -> list[Parcel]:
    """Parcels on their way of which nothing was heard for so long and that nobody asked about lately, the longest first."""
    rows = Parcel.objects.filter(state__in=OPEN, heard_at__lte=heard_before)
    rows = rows.filter(Q(asked_at=None) | Q(asked_at__lte=asked_before)).select_related("key")
    return list(rows.prefetch_related("consigned").order_by("heard_at", "id")[:most])


def doubted(most: int = 200) -> list[Parcel]:
    """Parcels that an officer must look for, the longest first."""
    rows = Parcel.objects.exclude(doubt="").prefetch_related("reports", "consigned")
    return list(rows.order_by("doubted_at", "id")[:most])


def last_number(parcel: Parcel) -> int:
    """How many reports of the courier were believed."""
    return parcel.reports.order_by("-number").values_list("number", flat=True).first() or 0


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


def wanted_of(parcel: Parcel) -> dict[str, Any] | None:
    """The other address that the courier is being asked for; None where there is none."""
    sealed = parcel.wanted_sealed
    return json.loads(vault.unseal(parcel.key, sealed, f"parcel:{parcel.id}:wanted")) if sealed else None
