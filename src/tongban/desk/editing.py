"""The plain form of an item or a bundle, in the order in which a clerk reads it: headings, fields, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.bundles import Bundle
from tongban.engine.items import Item
from tongban.engine.ways import Asked

STATES = {
    "draft": (Words(zh="起草中", en="In draft"), "current"),
    "review": (Words(zh="待审核", en="Waiting for review"), "waiting"),
    "returned": (Words(zh="已退回", en="Sent back"), "refused"),
    "approved": (Words(zh="已批准", en="Approved"), "done"),
    "dropped": (Words(zh="已撤销", en="Given up"), "plain"),
}
FOLDED = ("papers", "rules", "asked", "members")  # one fold for each: there are many of them
Field = dict[str, Any]


def sections(
    item: Item | Bundle, values: Mapping[str, str], no: Refusal | None, names: Mapping[str, Words]
) -> list[dict[str, Any]]:
    """Headings with groups of fields. ``values`` are what is kept or was typed; ``no`` says what cannot be taken; ``names``
    are what a bundle's services are called."""
    wrong: Mapping[str, Words] = getattr(no, "wrong", {})
    found = []
    for key, title, hint, groups in _joint(item, names) if isinstance(item, Bundle) else _layout(item):
        laid = [(legend, [_field(row, values, wrong) for row in rows]) for legend, rows in groups]
        if laid:
            found.append({"key": key, "title": title, "hint": hint, "groups": laid, "folded": key in FOLDED})
    return found


def errors(form: list[dict[str, Any]]) -> list[tuple[str, Words]]:
    """All fields that cannot be taken, in their order, for the summary at the head of the page."""
    rows = (row for section in form for _, group in section["groups"] for row in group)
    return [(row["name"], row["error"]) for row in rows if row["error"]]


def _field(row: Field, values: Mapping[str, str], wrong: Mapping[str, Words]) -> Field:
    return {**row, "value": values.get(row["name"], ""), "error": wrong.get(row["name"])}


Group = tuple[Words | None, list[Field]]


def facts(item: Item | Bundle) -> list[tuple[Words, object]]:
    """What a new one comes to, in rows."""
    told: list[tuple[Words, object]] = [(Words(zh="说明", en="Description"), item.summary)]
    if isinstance(item, Bundle):
        told += [
            (Words(zh="一起办的事项", en="Services in it"), len(item.members)),
            (Words(zh="提问", en="Questions"), len(item.questions)),
            (Words(zh="示例", en="Examples"), len(item.situations)),
        ]
        return told
    told += [
        (Words(zh="条件", en="Conditions"), len(item.rules)),
        (Words(zh="材料", en="Papers"), len(item.materials)),
        (Words(zh="填写的问题", en="Questions"), len(item.form)),
    ]
    return told


def _joint(bundle: Bundle, names: Mapping[str, Words]) -> Iterator[tuple[str, Words, Words | None, list[Group]]]:
    yield from _texts()
    folder = Words(zh="增减问题、事项要修改文件夹后上传", en="To add or take out one, change the folder and send it")
    asked = [(each.ask, _asked(each)) for each in bundle.questions]
    yield "asked", Words(zh="问题和选项", en="Questions and answers"), folder, asked
    why = Words(zh="为什么一起办", en="Why it belongs to it")
    members: list[Group] = [
        (names.get(each.item, each.why), _both(f"members.{each.item}.why", why, "area")) for each in bundle.members
    ]
    yield "members", Words(zh="一起办的事项", en="Services in it"), folder, members
    hint = Words(zh="清空即删除", en="Emptied, it is taken out")
    confirm = [_confirm(n) for n in range(len(bundle.to_confirm) + 1)]
    yield "confirm", Words(zh="由本市确认的内容", en="To be confirmed by the city"), hint, confirm


def _asked(asked: Asked) -> list[Field]:
    at = f"questions.{asked.key}"
    options = [
        row
        for option in asked.options
        for row in _both(f"{at}.{option.value}", Words(zh="选项“{a}”", en="Answer “{a}”").format(a=option.label))
    ]
    why = Words(zh="为什么问（可不填）", en="Why it is asked (optional)")
    return [*_both(f"{at}.ask", Words(zh="问题", en="Question")), *_both(f"{at}.why", why), *options]


def _layout(item: Item) -> Iterator[tuple[str, Words, Words | None, list[Group]]]:
    yield "promise", Words(zh="承诺时限", en="Promise"), None, [(None, _promise())]
    yield from _texts()
    yield "fees", Words(zh="费用", en="Fees"), Words(zh="不收费填 0", en="0 for free"), _fees(item)
    papers = Words(zh="增减材料要修改文件夹后上传", en="To add a paper or take one out, change the folder and send it")
    yield "papers", Words(zh="材料", en="Papers"), papers, [_paper(each.title, each.type) for each in item.materials]
    rules = Words(
        zh="这里改的是文字；条件本身在文件夹里改", en="Its words; the condition itself is changed in the folder"
    )
    yield (
        "rules",
        Words(zh="条件的文字", en="Words of conditions"),
        rules,
        [_rule(each.condition, each.key) for each in item.rules],
    )
    hint = Words(zh="清空即删除", en="Emptied, it is taken out")
    yield "faq", Words(zh="常见问题", en="Questions people ask"), hint, [_faq(n) for n in range(len(item.faq) + 1)]
    confirm = [_confirm(n) for n in range(len(item.to_confirm) + 1)]
    yield "confirm", Words(zh="由本市确认的内容", en="To be confirmed by the city"), hint, confirm
    phones = [
        {"name": "contact.consult", "label": Words(zh="咨询电话", en="To ask"), "kind": "tel"},
        {"name": "contact.complaint", "label": Words(zh="投诉电话", en="To complain"), "kind": "tel"},
    ]
    yield "contact", Words(zh="电话", en="Telephone"), None, [(None, phones)]


def _texts() -> Iterator[tuple[str, Words, Words | None, list[Group]]]:
    says = Words(zh="群众平常怎么说，每行一条", en="How people say it, one per line")
    texts: list[Group] = [
        (
            None,
            [
                *_both("title", Words(zh="名称", en="Title")),
                *_both("summary", Words(zh="说明", en="Description"), "area"),
            ],
        )
    ]
    yield "texts", Words(zh="名称和说明", en="Title and description"), None, texts
    yield (
        "says",
        Words(zh="搜索用语", en="Words to search by"),
        says,
        [(None, _both("says", Words(zh="说法", en="Said as"), "area"))],
    )


def _promise() -> list[Field]:
    units = [
        ("days", Words(zh="工作日", en="working days")),
        ("minutes", Words(zh="分钟（办公时间）", en="minutes of office time")),
    ]
    return [
        {"name": "promise.number", "label": Words(zh="承诺在多久内办结", en="Promised within"), "kind": "number"},
        {"name": "promise.unit", "label": Words(zh="单位", en="Unit"), "kind": "select", "options": units},
    ]


def _both(name: str, label: Words, kind: str = "text") -> list[Field]:
    return [
        {"name": f"{name}.zh", "label": Words(zh=f"{label.zh}（中文）", en=f"{label.en} (Chinese)"), "kind": kind},
        {"name": f"{name}.en", "label": Words(zh=f"{label.zh}（英文）", en=f"{label.en} (English)"), "kind": kind},
    ]


def _fees(item: Item) -> list[Group]:
    found: list[Group] = []
    for fee in item.fees:
        rows = _both(f"fees.{fee.key}.title", Words(zh="名称", en="Name"))
        if fee.amount is None:
            rows.append({"name": f"fees.{fee.key}.yuan", "label": Words(zh="金额", en="Amount"), "kind": "money"})
        found.append((fee.title, rows))
    return found


def _paper(title: Words, key: str) -> Group:
    at = f"materials.{key}"
    return title, [
        *_both(f"{at}.title", Words(zh="名称", en="Name")),
        *_both(f"{at}.stand", Words(zh="要求", en="What it must be"), "area"),
    ]


def _rule(condition: Words, key: str) -> Group:
    at = f"rules.{key}"
    asks = Words(zh="指南上的条件（与下面相同的不用写）", en="The condition in the guide (if other than below)")
    return condition, [
        *_both(f"{at}.asks", asks, "area"),
        *_both(f"{at}.says", Words(zh="不符合时的说法", en="Shown to people who do not meet it"), "area"),
        *_both(f"{at}.remedy", Words(zh="不符合时怎么办", en="What to do if not"), "area"),
    ]


def _faq(n: int) -> Group:
    legend = Words(zh=f"第 {n + 1} 问", en=f"Question {n + 1}")
    asked, answer = Words(zh="问题", en="Question"), Words(zh="回答", en="Answer")
    return legend, [*_both(f"faq.{n}.question", asked), *_both(f"faq.{n}.answer", answer, "area")]


def _confirm(n: int) -> Group:
    return None, _both(f"confirm.{n}", Words(zh="内容", en="What"))
