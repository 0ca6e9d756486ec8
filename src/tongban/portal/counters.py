"""Halls, neighbourhood centres and terminals in words: open or not, how far, on a map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tongban.base import divisions
from tongban.base.words import Words
from tongban.journeys import nearby
from tongban.ui import maps, words

KINDS = {
    "hall": Words(zh="政务服务中心", en="Service centre"),
    "neighbourhood": Words(zh="街道、镇服务中心", en="Neighbourhood centre"),
    "terminal": Words(zh="自助终端", en="Self-service terminal"),
}
ALL_DAY = timedelta(hours=24)
CLOSED = Words(zh="不开放", en="closed")
NOTE = Words(
    zh="示意图：边界为公开区划数据，办事点的位置、门牌和电话为演示。",
    en="A sketch: boundaries are public data; positions, numbers and telephones of counters are made up.",
)


def row(found: nearby.Counter, *, now: datetime, visit: str | None = None) -> dict[str, Any]:
    """One place as ``ui.counters`` draws it; ``visit`` is where a time is booked there."""
    lon, lat = found.hall.place
    return {
        "name": found.hall.name,
        "kind": KINDS[found.hall.kind],
        "address": found.hall.address,
        "phone": found.hall.phone,
        "state": "done" if found.opening.open else "plain",
        "open": opens(found.opening, now=now),
        "days": [(words.day(day), hours(spans)) for day, spans in found.opening.days],
        "known": found.opening.known,
        "visit": visit,
        "km": _far(found.km),
        "lon": f"{lon:.4f}",
        "lat": f"{lat:.4f}",
    }


def _far(km: float | None) -> str:
    if km is None:
        return ""
    return words.t(f"约 {km} 公里", f"about {km} km") if km else words.t("就在您选的地方", "right where you are")


def opens(opening: nearby.Opening, *, now: datetime) -> str:
    """Open until when, or from when again."""
    t = words.t
    today = opening.days[0][1]
    if opening.open and opening.until is not None:
        if any(end - start >= ALL_DAY for start, end in today):
            return t("全天开放", "Open all day")
        until = words.clock_time(opening.until)
        return t(f"正在开放，到 {until}", f"Open now, until {until}")
    if opening.next is None:
        return t("近期不开放", "Not open in the next few days")
    at = words.clock_time(opening.next)
    if words.day(opening.next) == words.day(now):
        return t(f"现在不开放，今天 {at} 开", f"Closed now, opens at {at}")
    day = words.day(opening.next)
    return t(f"现在不开放，{day} {at} 开", f"Closed now, opens {day} at {at}")


def hours(spans: Sequence[tuple[datetime, datetime]]) -> str:
    """The hours of one day."""
    if not spans:
        return words.w(CLOSED)
    if any(end - start >= ALL_DAY for start, end in spans):
        return words.t("全天", "all day")
    return words.t("，", ", ").join(f"{words.clock_time(a)}–{words.clock_time(b)}" for a, b in spans)


def areas(city: str, here: str = "") -> list[maps.Area]:
    """A city's counties for a map; the one that somebody chose is deeper."""
    return [
        maps.Area(name=divisions.name(code), rings=rings, tone=2 if code == here[:6] and here else 0)
        for code, rings in nearby.shape(city).items()
    ]


def pins(found: Sequence[nearby.Counter], *, now: datetime) -> list[maps.Pin]:
    """Places for a map, with where they are and whether they are open."""
    told = []
    for each in found:
        lon, lat = each.hall.place
        says = words.t("；", "; ").join([each.hall.address, opens(each.opening, now=now)])
        told.append(maps.Pin(name=each.hall.name, lon=lon, lat=lat, detail=says))  # type: ignore[arg-type]
    return told


def quarters(city: str) -> list[dict[str, Any]]:
    """Counties with their streets, to choose from."""
    return [
        {"title": name, "options": [(code, name), *((street, said) for street, said in streets)]}
        for (code, name), (_, streets) in zip(nearby.areas(city), nearby.quarters(city), strict=True)
    ]
