"""What the desk's pages show, read from journeys' values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.words import Words
from tongban.engine.items import Item
from tongban.journeys import handle, see
from tongban.ui import words
from tongban.ui.line import Station

STATUS = {
    "submitted": (Words(zh="待受理", en="To be accepted"), "waiting"),
    "supplement": (Words(zh="待补正", en="Supplement awaited"), "waiting"),
    "accepted": (Words(zh="办理中", en="In handling"), "current"),
    "suspended": (Words(zh="计时暂停", en="Clock stopped"), "waiting"),
    "decided": (Words(zh="已决定", en="Decided"), "done"),
    "closed": (Words(zh="已办结", en="Closed"), "done"),
}
KINDS = {
    "accept": Words(zh="受理", en="Accept"),
    "examine": Words(zh="审查", en="Examine"),
    "inspect": Words(zh="现场勘验", en="Inspect"),
    "ask": Words(zh="协办", en="Answer"),
    "tell": Words(zh="知会", en="Told"),
    "decide": Words(zh="决定", en="Decide"),
    "issue": Words(zh="制证", en="Issue"),
    "computed": Words(zh="规则核定", en="Rules"),
}
STATE = {"done": "done", "taken": "current", "open": "current", "waiting": "ahead"}


def queue_rows(rows: list[handle.Row], link: Any) -> list[list[Any]]:
    """The queue as a table: what, which step, when it came, when it is due."""
    return [
        [
            link(row.number, row.title),
            words.w(KINDS[row.kind]) + (words.t("（我的）", " (mine)") if row.mine else ""),
            due(row.due_at),
            words.moment(row.received_at),
            row.number[-11:],
        ]
        for row in rows
    ]


def due(at: datetime | None) -> str:
    """When a step is due; a clock that stands, or has not begun, has no day."""
    return words.moment(at) if at else words.t("未起算", "not running")


def stations(view: see.View) -> list[Station]:
    """The case's line."""
    return [
        Station(
            key=s.key,
            title=s.title,
            office=s.office,
            state="refused" if s.outcome == "failed" else STATE[s.state],
            clock=Words(zh=words.moment(s.done_at, language="zh"), en=words.moment(s.done_at, language="en"))
            if s.done_at
            else None,
            needs=s.needs,
        )
        for s in view.stations
    ]


def answers(item: Item, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Form beside evidence: each answer in words, and what a registry said of it."""
    told, facts = document["answers"], document["facts"]
    rows = []
    for field in item.form:
        if field.key in told:
            rows.append({"label": field.title, "value": value(field, told[field.key]), "source": _source(field, facts)})
    return rows


def value(field: Any, raw: Any) -> str:
    """An answer as a person reads it."""
    labels = {o.value: words.w(o.label) for o in field.options}
    if field.widget == "money":
        return words.money(raw)
    if isinstance(raw, list):
        return "；".join(_member(each, labels) for each in raw)
    return _member(raw, labels)


def _member(raw: Any, labels: dict[str, str]) -> str:
    if isinstance(raw, dict):
        amount = f" {words.money(raw['amount'])}" if "amount" in raw else ""
        parts = [str(raw[k]) for k in ("name", "id", "text", "bank", "number") if raw.get(k)]
        return " ".join(parts) + amount if parts else str(raw.get("code", ""))
    if raw is True:
        return words.t("是", "yes")
    return labels.get(str(raw), str(raw))


def _source(field: Any, facts: dict[str, Any]) -> str:
    known = facts.get(field.element)
    return source(known["source"]) if known and known.get("value") is not None else ""


_SOURCES = {
    "population": Words(zh="人口库", en="population registry"),
    "population-registry": Words(zh="人口库", en="population registry"),
    "legal-entities": Words(zh="法人库", en="legal-entity registry"),
    "places": Words(zh="地址库", en="place registry"),
    "certificate": Words(zh="电子证照库", en="e-certificates"),
    "synthetic": Words(zh="人口库（演示）", en="population registry (demo)"),
}


def source(name: str) -> str:
    """A source in words."""
    found = _SOURCES.get(name.partition(":")[0])
    return words.w(found) if found else name


def checks(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What registries answered about what was filled in: by fact, with its source and day."""
    rows = []
    for key, known in sorted(document["facts"].items()):
        kind, _, about = key.partition(":")
        if about and kind in ("person", "firm", "place", "name-check"):
            rows.append({"what": _ABOUT[kind], "about": _short(kind, about, known), "ok": _ok(known), "source": source(known["source"])})
    return rows


_ABOUT = {
    "person": Words(zh="人员", en="Person"),
    "firm": Words(zh="企业", en="Firm"),
    "place": Words(zh="地址", en="Address"),
    "name-check": Words(zh="名称", en="Name"),
}


def _ok(known: dict[str, Any]) -> bool:
    found = known.get("value")
    return isinstance(found, dict) and found.get("ok") is not False


def _short(kind: str, about: str, known: dict[str, Any]) -> str:
    found = known.get("value") or {}
    return str(found.get("name") or found.get("text") or about)


def materials(view: see.View, link: Any) -> list[dict[str, Any]]:
    """Materials with why each was not needed, or the file."""
    return [
        {
            "title": Words(**m.title),
            "verdict": m.verdict,
            "reason": Words(**m.reason),
            "source": source(m.source) if m.source else None,
            "action": link(m) if m.blob_id else None,
            "state": "done" if m.blob_id else None,
        }
        for m in view.materials
    ]


def laws(item: Item) -> list[str]:
    """The law at hand: every article that the item stands on, once."""
    found = [*item.cites, *item.legal_cites]
    for each in (*item.rules, *item.steps):
        found += each.cites
    return list(dict.fromkeys(found))


def basis_options() -> list[tuple[str, str]]:
    """What stops the clock (行政许可法 art. 45)."""
    return [
        ("hearing", words.t("听证", "Hearing")),
        ("inspection", words.t("检验", "Inspection")),
        ("testing", words.t("检测", "Testing")),
        ("quarantine", words.t("检疫", "Quarantine")),
        ("appraisal", words.t("鉴定", "Appraisal")),
        ("expert-review", words.t("专家评审", "Expert review")),
        ("bidding", words.t("招标", "Bidding")),
        ("auction", words.t("拍卖", "Auction")),
    ]


def opinions(writings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What officers and systems wrote, oldest first."""
    return [
        {"when": w["at"][:16].replace("T", " "), "title": w["text"], "by": w["by"], "body": w.get("reference") or None}
        for w in writings
    ]


def paper_options(item: Item) -> list[tuple[str, str]]:
    """The item's papers, to say which of them are missing."""
    return [(m.type, words.w(m.title)) for m in item.materials]
