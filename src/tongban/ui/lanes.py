"""The parts of one case side by side: each a lane whose stations stand in the columns of the whole, with words and clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from tongban.base.words import Words
from tongban.journeys import lanes, see
from tongban.ui import line, shown, words
from tongban.ui.line import Station

TAGS = {
    "waiting": (Words(zh="等候", en="Waiting"), "plain"),
    "open": (Words(zh="办理中", en="In progress"), "current"),
    "granted": (Words(zh="已准予", en="Granted"), "done"),
    "refused": (Words(zh="未获批准", en="Refused"), "refused"),
    "withdrawn": (Words(zh="已撤回", en="Withdrawn"), "plain"),
    "fallen": (Words(zh="已终止", en="Ended"), "refused"),
}


def drawn(view: see.View, *, mine: Collection[str] = ()) -> list[dict[str, Any]]:
    """The lanes of a case as ``ui.lanes`` draws them; ``mine`` are the parts of whoever looks."""
    stations = {s.key: s for s in shown.stations(view)}
    return rows(view.parts, stations, mine=mine)


def rows(
    parts: Sequence[lanes.Part], stations: dict[str, Station], *, mine: Collection[str] = ()
) -> list[dict[str, Any]]:
    """One row for each part. ``dots`` are its stations (percent of the width, state), ``starts`` where its track begins."""
    drawing = line.draw(list(stations.values()))
    place = {stop.station.key: _percent(stop.column, drawing.columns) for stop in drawing.stops}
    return [_row(part, [stations[s.key] for s in part.stations], place, part.key in mine) for part in parts]


def _percent(column: int, columns: int) -> float:
    return round((column + 0.5) / max(columns, 1) * 100, 1)


def _row(part: lanes.Part, own: list[Station], place: dict[str, float], mine: bool) -> dict[str, Any]:
    dots = sorted((place[s.key], "plain" if part.state in ("withdrawn", "fallen") and s.state != "done" else s.state) for s in own)
    reached = [x for x, state in dots if state in ("done", "current", "refused")]
    return {
        "key": part.key,
        "title": part.title,
        "office": part.office,
        "tag": TAGS[part.state],
        "look": part.state,
        "mine": mine,
        "dots": dots,
        "starts": dots[0][0],
        "ends": dots[-1][0],
        "reached": reached[-1] if reached else None,
        "later": bool(part.needs),
        "now": now(part),
        "clock": clock(part),
        "stations": [Station(key=s.key, title=s.title, office=s.office, state=s.state, clock=s.clock) for s in own],
        "falls": part.falls,
        "can": part.can,
    }


def now(part: lanes.Part) -> Words:
    """Where a part stands, in one sentence; said before it, that a review has it decided anew."""
    said = _now(part)
    return Words(zh="重新办理 · {said}", en="Decided anew · {said}").format(said=said) if part.again else said


def _now(part: lanes.Part) -> Words:
    if part.state == "fallen" and part.root is not None:
        fell = Words(zh="需要“{root}”的结果，随之终止；可另行申请", en="Needs the outcome of {root} and ended with it")
        return fell.format(root=part.root)
    if part.state == "waiting" and part.needs:
        return Words(zh="等“{names}”的结果", en="Waits for the outcome of {names}").format(names=listed(part.needs))
    at = [s.title for s in part.stations if s.state in ("open", "taken")]
    if part.state in ("open", "granted") and at:
        return Words(zh="正在：{names}", en="Now: {names}").format(names=listed(at))
    return _ENDS.get(part.state, Words(zh="等待受理", en="To be accepted"))


_ENDS = {
    "granted": Words(zh="已办完", en="All done"),
    "refused": Words(zh="决定书写明理由和申诉途径", en="The letter gives the reasons and how to appeal"),
    "withdrawn": Words(zh="按申请人要求撤回", en="Taken back by the applicant"),
    "open": Words(zh="办理中", en="In progress"),
}


def listed(names: Sequence[Words]) -> Words:
    """Several names in a row, in both languages."""
    return Words(zh="”“".join(n.zh for n in names), en=", ".join(n.en for n in names))


def clock(part: lanes.Part) -> dict[str, Any] | None:
    """Promised against used; nothing for a part that has not begun."""
    face = part.clock
    if face.used is None or not face.promised or part.state in ("waiting", "fallen", "withdrawn"):
        return None
    state = "current" if face.running else ("done" if part.state in ("granted", "refused") else "waiting")
    due = None if face.due is None else words.moment(face.due) if isinstance(face.due, datetime) else words.day(face.due)
    return {"used": face.used, "promised": face.promised, "unit": face.unit, "state": state, "due": due}
