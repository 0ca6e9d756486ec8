"""Writing what was granted into a registry: a firm that is founded, changed or ended (入库).

Which registry and what it is given are data of the item (``outcome.enters`` and ``outcome.entry``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import SYSTEM
from tongban.base.calendar import day_of
from tongban.engine import compose
from tongban.engine import items as engine
from tongban.engine.plan import Known
from tongban.registries import actions as registries


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What is written because of which case; ``ref`` is the draft it came from, which may have reserved a name."""

    entry: Mapping[str, Any]
    number: str
    ref: str
    now: datetime


def enter(
    item: engine.Item, document: Mapping[str, Any], known: Mapping[str, Known], *, number: str, now: datetime
) -> dict[str, Known]:
    """Write the grant into the registry that the item names; what came of it are facts of the outcome."""
    if item.outcome.enters is None:
        return {}
    today, city = day_of(now), settings.TONGBAN_ADCODE
    entry = compose.registry_entry(item, facts=known, answers=document["answers"], today=today, city=city)
    made = REGISTRIES[item.outcome.enters](Grant(entry=entry, number=number, ref=document["ref"], now=now))
    source = f"{item.outcome.enters.partition('.')[0]}:{city}"
    return {f"outcome.{name}": Known(value=value, source=source, as_of=today.isoformat()) for name, value in made.items()}


def _register(grant: Grant) -> dict[str, Any]:
    entry = grant.entry
    made = registries.register_entity(
        city=settings.TONGBAN_ADCODE,
        name=entry["name"],
        kind=entry["kind"],
        representative=_person(entry["representative"]),
        holdings=[_share(each) for each in entry["holdings"]],
        scope=entry["scope"],
        place=entry.get("place"),
        address=entry.get("address", ""),
        case_number=grant.number,
        prefix=entry.get("prefix", "91"),
        reserved_for=grant.ref,
        by=SYSTEM,
        now=grant.now,
    )
    return {"uscc": made.uscc}


def _change(grant: Grant) -> dict[str, Any]:
    """What an entry leaves out, or gives as nothing, stays as it is."""
    entry = grant.entry
    representative, holdings = entry.get("representative"), entry.get("holdings")
    made = registries.change_entity(
        uscc=entry["uscc"],
        city=settings.TONGBAN_ADCODE,
        changes=registries.Changes(
            name=entry.get("name"),
            representative=_person(representative) if representative else None,
            place=entry.get("place"),
            capital_fen=entry.get("capital"),
            scope=entry.get("scope"),
            holdings=[_share(each) for each in holdings] if holdings else None,
        ),
        case_number=grant.number,
        reserved_for=grant.ref,
        by=SYSTEM,
        now=grant.now,
    )
    return {"uscc": made.uscc}


def _end(grant: Grant) -> dict[str, Any]:
    made = registries.end_entity(
        uscc=grant.entry["uscc"], city=settings.TONGBAN_ADCODE, case_number=grant.number, by=SYSTEM, now=grant.now
    )
    return {"uscc": made.uscc}


def _person(told: Mapping[str, Any]) -> registries.Party:
    return registries.Party(name=told["name"], id_number=told["id"])


def _share(holder: Mapping[str, Any]) -> registries.Share:
    number = {"uscc": holder["id"]} if holder["type"] == "firm" else {"id_number": holder["id"]}
    return registries.Share(holder=registries.Party(name=holder["name"], **number), amount_fen=holder["amount"])


# Which registry an outcome may enter, and how; the names are those of the three registries (三库), with what is done.
REGISTRIES: dict[str, Callable[[Grant], dict[str, Any]]] = {
    "legal-entities": _register,
    "legal-entities.change": _change,
    "legal-entities.end": _end,
}
