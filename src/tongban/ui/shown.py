"""What cases look like in every door: the line, answers in words, materials with their reasons, sources, states."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tongban.base import divisions
from tongban.base.calendar import SHANGHAI
from tongban.base.words import Words
from tongban.engine.compose.materials import ASKING
from tongban.engine.plan import Verdict
from tongban.journeys import see
from tongban.ui import words
from tongban.ui.line import Station

STATUS = {
    "submitted": (Words(zh="待受理", en="To be accepted"), "waiting"),
    "supplement": (Words(zh="待补正", en="Supplement awaited"), "waiting"),
    "accepted": (Words(zh="办理中", en="In progress"), "current"),
    "suspended": (Words(zh="计时暂停", en="Clock stopped"), "waiting"),
    "decided": (Words(zh="已决定", en="Decided"), "done"),
    "closed": (Words(zh="已办结", en="Closed"), "done"),
}

STATE = {"done": "done", "taken": "current", "open": "current", "waiting": "ahead"}


def stations(view: see.View) -> list[Station]:
    """The case's line."""
    return [
        Station(
            key=s.key,
            title=s.title,
            office=s.office,
            state=_state(s),
            clock=Words(zh=words.moment(s.done_at, language="zh"), en=words.moment(s.done_at, language="en"))
            if s.done_at
            else (TO_PAY if _to_pay(s) else None),
            needs=s.needs,
            node=s.office if s.passed else None,
        )
        for s in view.stations
    ]


TO_PAY = Words(zh="等待缴费", en="to be paid")


def _to_pay(step: see.Station) -> bool:
    return step.kind == "pay" and step.state == "open"


def _state(step: see.Station) -> str:
    if step.outcome == "failed":
        return "refused"
    return "waiting" if _to_pay(step) else STATE[step.state]


def value(field: Any, raw: Any) -> str:
    """An answer as a person reads it."""
    labels = {o.value: words.w(o.label) for o in field.options}
    if field.widget == "money":
        return words.money(raw)
    if field.widget == "division" and isinstance(raw, str):
        return _division(raw)
    if field.widget in _WHEN and isinstance(raw, str):
        return _when(field.widget, raw)
    if isinstance(raw, list):
        return words.t("；", "; ").join(_member(each, labels) for each in raw)
    return _member(raw, labels)


_WHEN = {
    "date": lambda raw: words.day(date.fromisoformat(raw), year=True, weekday=False),
    "slot": lambda raw: words.moment(datetime.fromisoformat(raw).replace(tzinfo=SHANGHAI), year=True),
}


def _when(widget: str, raw: str) -> str:
    """A day, or a day and time; what is neither, as it was written."""
    try:
        return _WHEN[widget](raw)
    except ValueError:
        return raw


def _division(code: str) -> str:
    """Where that is: 浙江省杭州市西湖区; "Xihu District, Hangzhou, Zhejiang" abroad. A code that nobody knows stays one."""
    places = divisions.path(code)
    return (
        "".join(p.zh for p in places) if words.language() == "zh" else ", ".join(p.en for p in reversed(places))
    ) or code


def _member(raw: Any, labels: dict[str, str]) -> str:
    if isinstance(raw, dict):
        amount = f" {words.money(raw['amount'])}" if "amount" in raw else ""
        parts = [str(raw[k]) for k in ("name", "id", "text", "bank", "number") if raw.get(k)]
        return " ".join(parts) + amount if parts else str(raw.get("code", ""))
    if raw is True:
        return words.t("是", "yes")
    return labels.get(str(raw), str(raw))


def source_of(field: Any, facts: dict[str, Any]) -> str:
    """Where an answer that was not typed comes from; empty for one that was."""
    known = facts.get(field.element)
    return source(known["source"]) if known and known.get("value") is not None else ""


def answer(field: Any, raw: Any, facts: dict[str, Any]) -> str:
    """An answer in words; a place by the text that its registry gave (``facts`` as they are kept)."""
    if field.widget == "place" and isinstance(raw, dict):
        known = (facts.get(f"place:{raw.get('code')}") or {}).get("value")
        if isinstance(known, dict) and known.get("text"):
            return str(known["text"])
    return value(field, raw)


_SOURCES = {
    "population": Words(zh="人口库", en="population registry"),
    "population-registry": Words(zh="人口库", en="population registry"),
    "legal-entities": Words(zh="法人库", en="legal-entity registry"),
    "places": Words(zh="地址库", en="place registry"),
    "certificate": Words(zh="电子证照库", en="e-certificates"),
    "certificates": Words(zh="电子证照库", en="e-certificates"),
    "answers": Words(zh="您填写的内容", en="your answers"),
    "account": Words(zh="您的账号", en="your account"),
    "applicant": Words(zh="申请人承诺", en="the applicant's commitment"),
    "item": Words(zh="同时办理的事项", en="another service of the same application"),
    "city": Words(zh="本市规定", en="the city's own rule"),
}


def source(name: str) -> str:
    """A source in words."""
    found = _SOURCES.get(name.partition(":")[0])
    return words.w(found) if found else name


def materials(view: see.View, link: Any) -> list[dict[str, Any]]:
    """Materials of a case with why each was not needed, or the file; what was to be uploaded is ``given`` or ``left`` out."""
    return [
        {
            "title": Words(**m.title),
            "verdict": m.verdict,
            "reason": reason(Words(**m.reason), asked=False),
            "source": source(m.source) if m.source else None,
            "action": link(m) if m.blob_id else None,
            "state": "given" if m.blob_id else "left" if m.verdict == Verdict.UPLOAD else None,
        }
        for m in view.materials
    ]


def reason(text: Words, *, asked: bool) -> Words | None:
    """Why a paper is not needed, or is; one that asks for it is said only while it is ``asked`` for."""
    return text if asked or text not in ASKING else None


def speaks_to_the_applicant(text: Words) -> bool:
    """Whether a reason is said to the applicant themself, so that nobody else reads it so."""
    return "您" in text.zh


PARCEL = {
    "ordered": (Words(zh="已下单", en="Ordered"), "current"),
    "collected": (Words(zh="已取件", en="Collected"), "current"),
    "on-the-way": (Words(zh="在途", en="On the way"), "current"),
    "delivered": (Words(zh="已送达", en="Delivered"), "done"),
    "returned": (Words(zh="已退回", en="Came back"), "waiting"),
    "lost": (Words(zh="已遗失", en="Lost"), "refused"),
    "called-off": (Words(zh="没有取件，已取消", en="Not collected, called off"), "waiting"),
    "failed": (Words(zh="没有送到", en="Did not arrive"), "waiting"),
}
PARCEL_KIND = {
    "outcome": Words(zh="寄给您的", en="Sent to you"),
    "originals": Words(zh="从您那里取走的原件", en="Originals fetched from you"),
}


def parcels(found: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Parcels of a case in a line each, the last first."""
    return [
        {
            "kind": PARCEL_KIND[each.kind],
            "title": Words(**each.words) if each.words else Words(zh="证照", en="Certificates"),
            "state": PARCEL[each.state],
            "tracking": each.tracking,
        }
        for each in found
    ]
