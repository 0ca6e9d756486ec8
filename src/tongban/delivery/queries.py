"""Reading parcels."""

from __future__ import annotations

from tongban.delivery.models import Parcel
from tongban.files import vault


def of_case(case: str) -> Parcel | None:
    """The parcel of a case that is on its way or has arrived; None where none was ordered, or it came back."""
    return Parcel.objects.filter(case=case).exclude(state__in=("returned", "lost")).prefetch_related("reports").first()


def by_id(id: str) -> Parcel | None:
    """One parcel."""
    return Parcel.objects.select_related("key").filter(pk=id).first()


def address_of(parcel: Parcel) -> str:
    """Where to and to whom, unsealed: for the courier port only."""
    return vault.unseal(parcel.key, parcel.address_sealed, f"parcel:{parcel.id}").decode()
