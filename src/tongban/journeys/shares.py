"""What of an application is whose: a party sees the services that need them, and nothing that is only others'."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tongban.engine import items as engine
from tongban.journeys import find, parts


def theirs(document: dict[str, Any], roles: Collection[str]) -> frozenset[str]:
    """The codes of the services in which somebody of these roles takes part; of all where only one is applied for."""
    refs = parts.refs(document)
    found = {code for role in document["roles"] if role["key"] in roles for code in role.get("items", ())}
    every = {ref.code for ref in refs}
    return frozenset((found & every) or every)


def of(document: dict[str, Any], roles: Collection[str], *, whole: bool) -> dict[str, Any]:
    """What these roles read of a document: ``item``, the services that concern them read as one (all for whom the
    application is), their titles (``services``), and ``others``, the titles of those that do not."""
    refs = parts.refs(document)
    mine = {ref.code for ref in refs} if whole else theirs(document, roles)
    item: engine.Item = find.joined(tuple(ref for ref in refs if ref.code in mine))
    titles = [(ref.code in mine, find.item_of(ref).title) for ref in refs]
    return {
        "item": item,
        "services": tuple(title for own, title in titles if own),
        "others": tuple(title for own, title in titles if not own),
    }
