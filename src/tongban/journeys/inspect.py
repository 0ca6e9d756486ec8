"""On site (现场核查): what is looked at, line by line, photographs, where it was, who was met; one report, sent once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import actions as cases
from tongban.cases import queries as stored
from tongban.engine.plan import PlannedMaterial, StepKind, Verdict
from tongban.files import actions as files
from tongban.files import checks, scans
from tongban.journeys import counter, handle, moves, parts

PHOTOS = 12  # that one report takes
FINDINGS = {
    "ok": Words(zh="符合", en="Fits"),
    "not": Words(zh="不符合", en="Does not fit"),
    "na": Words(zh="不适用", en="Does not apply"),
}
EARTH = 6_371_000  # metres


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one thing: ok | not | na, and words where there are any."""

    found: str = ""
    words: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an inspector brings back. ``once`` is the form's own mark: the same report sent again is the same report.
    ``at`` is latitude and longitude where the device told them; ``drawn`` the signature (PNG data URL) of ``met``."""

    once: str
    lines: Mapping[str, Line]
    outcome: str
    note: str = ""
    met: str = ""
    drawn: str = ""
    at: tuple[float, float] | None = None
    photos: tuple[tuple[str, bytes], ...] = ()


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What the inspector's page shows."""

    view: Any
    item: Any
    document: dict[str, Any]
    step: Any
    mine: bool


class Incomplete(Refusal):
    """Something was not looked at, or not said."""

    def __init__(self, field: str, says: Words) -> None:
        super().__init__("inspection_incomplete", says, field=field)


def sheet(number: str, step: str, *, by: Actor, now: datetime) -> Sheet:
    """The step as the inspector sees it; NotFound for any other kind of step, NotYourOffice for other officers."""
    screen = handle.screen(number, by=by, now=now)
    found = next((s for s in screen.steps if s.key == step and s.kind is StepKind.INSPECT), None)
    if found is None:
        raise NotFound("no_inspection", Words(zh="这里没有等您的现场核查", en="No inspection waits for you here"))
    return Sheet(
        view=screen.view,
        item=parts.item(screen.document, found.part),
        document=screen.document,
        step=found,
        mine=found.assignee == by.id,
    )


def report(number: str, step: str, *, said: Report, by: Actor, now: datetime) -> None:
    """Finish the inspection with its report. What was sent already, with the same mark, changes nothing."""
    if _sent(number, step, said.once, by=by):
        return
    found = sheet(number, step, by=by, now=now)
    _check(found.item, said)
    with moves.together():
        shown = _photos(number, said, by=by, now=now)
        ink = _ink(number, said, by=by, now=now)
        text = words_of(found, said, photos=shown, ink=ink, now=now)
        handle.finish(number=number, step=step, outcome=said.outcome, text=text, by=by, now=now)
        cases.amend(number=number, change={"inspections": [{"step": step, "once": said.once, "by": by.id}]}, now=now)


def _sent(number: str, step: str, once: str, *, by: Actor) -> bool:
    row = stored.by_number(number)
    known = stored.content(row, warrant=moves.SELF, now=row.received_at).get("inspections", [])
    return {"step": step, "once": once, "by": by.id} in known


def _check(item: Any, said: Report) -> None:
    for point in item.checklist:
        line = said.lines.get(point.key, Line())
        if line.found not in FINDINGS:
            raise Incomplete(f"line-{point.key}", _about(point, "还没有核查结论", "was not answered"))
        if line.found == "not" and not line.words.strip():
            raise Incomplete(f"words-{point.key}", _about(point, "不符合的要写明情况", "does not fit: say how"))
    if said.outcome not in ("passed", "failed"):
        raise Incomplete("outcome", Words(zh="请选择核查结论", en="Choose what came of it"))
    if said.outcome == "failed" and not said.note.strip():
        raise Incomplete("note", Words(zh="不通过的要写明理由", en="A failure needs its reasons"))
    if bool(said.met.strip()) != bool(said.drawn):
        raise Incomplete("met", Words(zh="在场人姓名和签名要么都有，要么都没有", en="Name and signature go together"))
    if len(said.photos) > PHOTOS:
        raise Incomplete("photo", Words(zh=f"照片最多 {PHOTOS} 张", en=f"{PHOTOS} photographs at most"))


def _about(point: Any, zh: str, en: str) -> Words:
    return Words(zh="“{title}”" + zh, en="“{title}” " + en).format(title=point.title)


def _photos(number: str, said: Report, *, by: Actor, now: datetime) -> list[str]:
    """Keep the photographs sealed with the case; their digests."""
    planned = _planned("inspection-photo", Words(zh="现场照片", en="Photograph on site"))
    kept = []
    for name, content in said.photos:
        safe = checks.safe(content, name=name, accepts=("image/jpeg", "image/png"))
        kept.append(_keep(number, planned, safe, by=by, now=now))
    return kept


def _ink(number: str, said: Report, *, by: Actor, now: datetime) -> str:
    if not said.drawn:
        return ""
    safe = checks.safe(counter.png(said.drawn), name="signature", accepts=("image/png",))
    if scans.blank(safe):
        raise Incomplete("met", Words(zh="签名是空白的", en="The signature is blank"))
    planned = _planned("inspection-signature", Words(zh="在场人签名", en="Signature of the person met"))
    return _keep(number, planned, safe, by=by, now=now)


def _planned(type: str, title: Words) -> PlannedMaterial:
    reason = Words(zh="现场核查时取得", en="Taken at the inspection")
    return PlannedMaterial(type=type, title=title, verdict=Verdict.UPLOAD, reason=reason)


def _keep(number: str, planned: PlannedMaterial, safe: checks.Safe, *, by: Actor, now: datetime) -> str:
    key = stored.by_number(number).key
    blob = files.store(content=safe.content, media_type=safe.media_type, name=safe.name, key=key, by=by, now=now)
    cases.add_material(number=number, planned=planned, blob=blob, now=now)
    return blob.sha256


def words_of(found: Sheet, said: Report, *, photos: list[str], ink: str, now: datetime) -> str:
    """The report as it is kept in writing: every line, where and with whom, and the digests of what was brought along."""
    rows = [f"现场核查报告，{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"]
    for point in found.item.checklist:
        line = said.lines[point.key]
        rows.append(f"{point.title.zh}：{FINDINGS[line.found].zh}。{line.words.strip()}".rstrip())
    if said.at is not None:
        far = distance(said.at, point_of(found.document))
        near = "" if far is None else f"，距申请地址约 {far} 米"
        rows.append(f"定位：{said.at[0]:.5f}，{said.at[1]:.5f}{near}")
    rows.append(f"在场人：{said.met.strip() or '无'}" + (f"，签名摘要 {ink}" if ink else ""))
    rows += [f"照片 {n}：{digest}" for n, digest in enumerate(photos, 1)]
    rows.append(f"结论：{'通过' if said.outcome == 'passed' else '不通过'}。{said.note.strip()}".rstrip())
    return "\n".join(rows)


def point_of(document: dict[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude of the place that was applied for, as far as its registry knows them."""
    for value in document["answers"].values():
        known = document["facts"].get(f"place:{value.get('code')}") if isinstance(value, dict) else None
        place = (known or {}).get("value")
        if isinstance(place, dict) and place.get("lat") is not None and place.get("lon") is not None:
            return float(place["lat"]), float(place["lon"])
    return None


def distance(one: tuple[float, float], other: tuple[float, float] | None) -> int | None:
    """Metres between two points (haversine)."""
    if other is None:
        return None
    (a, b), (c, d) = (map(math.radians, one), map(math.radians, other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return round(2 * EARTH * math.asin(math.sqrt(half)))
