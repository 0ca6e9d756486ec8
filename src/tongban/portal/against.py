"""What stands against an application: what another answer would mend, and what none would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from tongban.base.actors import Actor, Kind
from tongban.engine.items import Item
from tongban.engine.plan import Failed
from tongban.journeys import draft
from tongban.portal import presenters


def findings(sheet: draft.Sheet, change: Callable[[str], str]) -> list[dict[str, Any]]:
    """What an answer would mend, each with the way to the question: only to one that is asked."""
    found = [(each, sheet.mended_by(each)) for each in sheet.plan.failed]
    return [{**row(sheet.item, each), "change": change(key)} for each, key in found if key]


def barred(sheet: draft.Sheet, *, by: Actor) -> dict[str, Any] | None:
    """What no answer mends, and where somebody goes who applies for another; None where nothing stands against it."""
    if not sheet.barred or sheet.number:
        return None
    path = ("portal:bundle", sheet.bundle) if sheet.bundle else ("portal:guide", sheet.ref.code)
    guide = reverse(path[0], args=[sheet.ref.city, path[1]])
    return {
        "rows": [row(sheet.item, each) for each in sheet.barred],
        "another": another(sheet.items, guide, by=by),
        "guide": guide,
    }


def row(item: Item, failed: Failed) -> dict[str, Any]:
    """A condition that does not hold, with its articles and what would do."""
    return {"says": failed.says, "cites": presenters.cited(item, failed.cites), "remedy": failed.remedy}


def another(items: Iterable[Item], guide: str, *, by: Actor) -> str:
    """Where somebody chooses whom to act for, to come back to the guide; empty where nobody can apply for another."""
    people = by.kind is Kind.PERSON and not by.entity and all("1" in each.audience for each in items)
    if not people or not all(draft.for_another(each) for each in items):
        return ""
    return f"{reverse('portal:acting')}?{urlencode({'next': guide})}"
