"""A window of a hall in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.words import Words
from tongban.journeys import visit
from tongban.ui import halls as shared
from tongban.ui import words

HOW = {
    "page": Words(zh="网上取号", en="online"),
    "qr": Words(zh="扫码取号", en="by code"),
    "window": Words(zh="现场取号", en="at the desk"),
    "booking": Words(zh="预约", en="booked"),
}


def ticket(row: Any, *, now: datetime) -> dict[str, Any]:
    """A number as the clerk sees it: what it is for, since when, and why it stands where it does."""
    return {
        "id": row.id,
        "label": row.label,
        "what": shared.what_for(row),
        "case": row.case,
        "since": words.duration(now - row.since) if row.since <= now else words.duration(0),
        "taken": words.clock_time(row.taken_at),
        "why": _why(row),
        "group": visit.rules.rules().group(row.group) if row.group else None,
        "window": row.window,
        "calls": row.calls,
        "lane": row.line.lane,
        "stops": row.stops,
    }


def current(row: Any, post: visit.calling.Post, *, now: datetime) -> dict[str, Any]:
    """The number at the window: with the office of each of its parts, where it was before, and where it may go on to."""
    parts = visit.calling.parts(row, post)
    lanes = {lane.key: lane for lane in visit.rules.lanes(post.hall)}
    been = {row.line.lane, *(stop["lane"] for stop in row.stops)}
    onward = next((part.lane.key for part in parts if not part.here and part.lane.key not in been), "")
    stops = [(stop["window"], lanes[stop["lane"]].title if stop["lane"] in lanes else ALL_LANES) for stop in row.stops]
    return {**ticket(row, now=now), "parts": parts, "stops": stops, "onward": onward}


def _why(row: Any) -> tuple[Words, str]:
    """Why it stands where it does, and how that is drawn."""
    group = visit.rules.rules().group(row.group) if row.ahead else None
    if row.due is not None:
        said = Words(zh="预约 {at}", en="Booked {at}").format(at=words.clock_time(row.due))
        return said, "current"
    if group is not None:
        return Words(zh="优先：{who}", en="First: {who}").format(who=group.title), "done"
    return HOW[row.how], "plain"


def booking(row: Any) -> dict[str, Any]:
    """Somebody who is expected."""
    return {
        "code": shared.marked(row),
        "at": words.clock_time(row.starts_at),
        "what": shared.what_for(row),
    }


ALL_LANES = Words(zh="窗口", en="Counter")
DONE = {
    "called": Words(zh="{label} 请到 {window} 号窗口", en="{label} is called to window {window}"),
    "nobody": Words(zh="现在没有人等", en="Nobody is waiting"),
    "handed": Words(zh="已取号 {label}", en="Number {label} was given"),
    "done": Words(zh="{label} 已办完", en="{label} is done"),
    "missed": Words(zh="{label} 已过号", en="{label} missed the call"),
    "again": Words(zh="{label} 已排回前面几位之后", en="{label} is back in the queue, behind the first few"),
    "pass": Words(zh="{label} 已转走，不用重新取号", en="{label} was passed on and keeps the number"),
    "recall": Words(zh="已再次叫 {label}", en="{label} was called again"),
    "call": Words(zh="{label} 请到 {window} 号窗口", en="{label} is called to window {window}"),
}


def done(what: str, label: str, window: str = "") -> Words | None:
    """What was just done."""
    said = DONE.get(what)
    return said.format(label=label, window=window) if said else None
