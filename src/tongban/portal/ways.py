"""The way through an occasion of a life, as ``ui/macros/guide.html`` draws it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tongban.engine.occasions import Asked
from tongban.engine.plan import Promise
from tongban.journeys import lives
from tongban.portal import lists
from tongban.ui import words


def questions(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """Questions with the answers to press."""
    return [
        {"key": each.key, "ask": each.ask, "why": each.why, "options": [(o.value, o.label) for o in each.options]}
        for each in asked
    ]


def stop(each: lives.Stop, city: str) -> dict[str, Any]:
    """A service on the way."""
    return {
        "title": each.item.title,
        "href": reverse("portal:guide", args=[city, each.code]),
        "why": each.why,
        "grade": each.grade,
        "promise": promised(each.item.promise),
        "papers": each.papers,
        "office": lists.office(city, each.item.office),
        "maybe": each.maybe,
    }


def sums(route: lives.Route) -> list[tuple[Any, str, str | None]]:
    """What the whole way comes to; only how many services where they cannot be summed."""
    t, count = words.t, len(route.stops)
    told: list[tuple[Any, str, str | None]] = [(count, t("要办的事", "Things to do"), _maybe(route))]
    if route.sum is None:
        return told
    total = route.sum
    papers = t(f"最多 {total.papers} / {total.all_papers}", f"up to {total.papers} / {total.all_papers}")
    return [
        *told,
        (total.visits, t("要跑几次", "Visits"), None),
        (papers, t("要交的材料", "Papers to hand in"), t("开始办理后还会再减", "fewer once you start")),
        (promised(total.promise) or "—", t("最长用时", "At most"), t("能同时办的同时办", "at the same time where possible")),
    ]


def _maybe(route: lives.Route) -> str | None:
    count = sum(each.maybe for each in route.stops)
    return words.t(f"其中 {count} 件看情况", f"{count} of them depend on your answers") if count else None


def promised(value: Promise) -> str:
    """A term in words; empty where there is none."""
    if value.office_minutes is None and value.working_days is None:
        return ""
    return words.promise(office_minutes=value.office_minutes, working_days=value.working_days)
