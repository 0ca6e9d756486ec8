"""What the desk's pages show, read from journeys' values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.words import Words
from tongban.engine.items import Item
from tongban.journeys import handle
from tongban.ui import shown, words

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


def answers(item: Item, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Form beside evidence: each answer in words, and what a registry said of it."""
    told, facts = document["answers"], document["facts"]
    rows = []
    for field in item.form:
        if field.key in told:
            rows.append(
                {
                    "label": field.title,
                    "value": shown.answer(field, told[field.key], facts),
                    "source": shown.source_of(field, facts),
                }
            )
    return rows


def read_over(sheet: Any) -> list[dict[str, Any]]:
    """Everything that is about to be signed, from the draft: answers and what registries know."""
    known = {key: each.value for key, each in sheet.plan.known.items() if each.value is not None}
    facts = {key: {"value": each.value, "source": each.source} for key, each in sheet.facts.items()}
    return answers(sheet.item, {"answers": {**known, **sheet.answers}, "facts": facts})


def checks(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What registries answered about what was filled in: by fact, with its source and day."""
    rows = []
    for key, known in sorted(document["facts"].items()):
        kind, _, about = key.partition(":")
        if about and kind in ("person", "firm", "place", "name-check"):
            rows.append(
                {
                    "what": _ABOUT[kind],
                    "about": _short(kind, about, known),
                    "ok": _ok(known),
                    "source": shown.source(known["source"]),
                }
            )
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
        {
            "when": words.moment(datetime.fromisoformat(w["at"])),
            "title": w["text"],
            "by": w["by"],
            "body": w.get("reference") or None,
        }
        for w in writings
    ]


def paper_options(item: Item) -> list[tuple[str, str]]:
    """The item's papers, to say which of them are missing."""
    return [(m.type, words.w(m.title)) for m in item.materials]


def signatures(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who signed as what, and when."""
    return [
        {"name": r["name"], "title": Words(**r["title"]), "when": words.moment(datetime.fromisoformat(r["signed_at"]))}
        for r in rows
    ]
