"""An item in the element names of the national exchange (国家政务服务平台事项要素), and back as far as they carry it.

The national elements know Chinese only, and neither questions nor rules nor steps that a program could run: those stay
as they are in an item that there is; a new one comes as what it says, for a clerk to complete. ``local_code``,
``task_name_en`` and ``abstract_en`` are ours beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items.model import Contact, Faq, Item, Material, Outcome, Subjects
from tongban.engine.plan import Promise
from tongban.engine.rules import yuan

SCALARS = (
    "local_code", "task_name", "task_name_en", "abstract", "abstract_en", "catalog_code", "task_code", "task_type",
    "task_version", "use_level", "dept_code", "dept_name",
    "anticipate_day", "anticipate_type", "promise_day", "promise_type",
    "project_type", "limit_scene_num", "limit_explain",
    "handle_area", "is_online", "online_handle_depth", "is_pay_online", "is_express",
    "link_way", "supervise_way", "result_type", "result_name", "result_sample",
)  # fmt: skip
LISTS = (
    "by_law", "special_procedure", "accept_condition", "handle_flow", "handle_type", "other_dept", "server_type",
    "user_topic_type", "corp_topic_type", "materials", "fees", "faq",
)  # fmt: skip
COLUMNS = SCALARS + LISTS
NEEDED = ("task_name", "catalog_code", "task_type", "use_level", "dept_code", "promise_day", "promise_type")
DAYS, MINUTES = "工作日", "分钟"
NEED = {True: "必要", False: "非必要"}
SOURCES = {"applicant": "申请人自备", "government": "政府部门核发", "other": "其他"}
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")
replace = msgspec.structs.replace


class Wrong(Exception):
    """A row that cannot be taken: in which column, and why."""

    def __init__(self, column: str, zh: str, en: str) -> None:
        super().__init__(f"{column}: {en}")
        self.column, self.why = column, Words(zh=zh, en=en)


def row(item: Item, *, dept_name: str, uscc: str, version: int, depth: str) -> dict[str, Any]:
    """The elements of an item, in the order of :data:`COLUMNS`."""
    visits = [step.visit.zh for step in item.steps if step.visit]
    legal, promise = _term(item.legal), _term(item.promise)
    found: dict[str, Any] = {
        "local_code": item.code,
        "task_name": item.title.zh,
        "task_name_en": item.title.en,
        "abstract": item.summary.zh,
        "abstract_en": item.summary.en,
        "catalog_code": item.catalog_code,
        "task_code": f"{uscc}{item.level}{item.catalog_code}" if uscc else "",
        "task_type": item.type,
        "task_version": str(version),
        "use_level": item.level,
        "dept_code": item.office,
        "dept_name": dept_name,
        "anticipate_day": legal[0],
        "anticipate_type": legal[1],
        "promise_day": promise[0],
        "promise_type": promise[1],
        "project_type": "即办件" if item.promise.office_minutes is not None else "承诺件",
        "limit_scene_num": str(len(visits)),
        "limit_explain": "；".join(visits),
        "handle_area": item.scope or "",
        "is_online": _yes(bool({"2", "3"} & set(item.channels))),
        "online_handle_depth": depth,
        "is_pay_online": _yes(any(fee.online and (fee.fen or fee.amount) for fee in item.fees)),
        "is_express": _yes("courier" in item.outcome.delivery),
        "link_way": item.contact.consult,
        "supervise_way": item.contact.complaint,
        "result_type": "出证办结" if item.outcome.certificate else "审批结果",
        "result_name": item.outcome.title.zh,
        "result_sample": item.outcome.sample or "",
    }
    return found | _lists(item)


def _lists(item: Item) -> dict[str, Any]:
    return {
        "by_law": list(item.cites),
        "special_procedure": [step.stops_clock for step in item.steps if step.stops_clock],
        "accept_condition": [{"condition": rule.condition.zh, "by_law": list(rule.cites)} for rule in item.rules],
        "handle_flow": [step.title.zh for step in item.steps],
        "handle_type": list(item.channels),
        "other_dept": list(item.partners),
        "server_type": list(item.audience),
        "user_topic_type": list(item.subjects.persons),
        "corp_topic_type": list(item.subjects.firms),
        "materials": [_paper(each) for each in item.materials],
        "fees": [
            {"fee_name": f.title.zh, "fee_stand": "按规定计算" if f.amount else yuan(f.fen), "by_law": list(f.cites)}
            for f in item.fees
        ],
        "faq": [{"question": each.question.zh, "answer": each.answer.zh} for each in item.faq],
    }


def _paper(paper: Material) -> dict[str, Any]:
    return {
        "material_code": paper.type,
        "material_name": paper.title.zh,
        "is_need": "容缺后补" if paper.deferrable else NEED[paper.required],
        "source_type": SOURCES.get(paper.origin, SOURCES["other"]),
        "page_num": str(paper.pages),
        "form": paper.form,
        "accept_stand": paper.stand.zh if paper.stand else "",
        "by_law": list(paper.cites),
    }


def taken(row: Mapping[str, Any], base: Item | None) -> Item:
    """The item that a row says: ``base`` with the elements that the row carries, or a new one that is only listed.
    Raises :class:`Wrong` with the column."""
    for name in NEEDED:
        if not _text(row, name):
            raise Wrong(name, "没有填写", "it is empty")
    item = base or _listed(row)
    outcome = replace(item.outcome, title=_words(item.outcome.title, _text(row, "result_name")))
    return replace(
        item,
        title=_named(item.title, row, "task_name"),
        summary=_named(item.summary, row, "abstract"),
        catalog_code=_text(row, "catalog_code"),
        type=_text(row, "task_type"),
        level=_text(row, "use_level"),
        office=_text(row, "dept_code"),
        promise=_promise(row, "promise", item.promise),
        legal=_promise(row, "anticipate", item.legal),
        scope=_text(row, "handle_area") or (item.scope if "handle_area" not in row else None),
        contact=Contact(
            consult=_text(row, "link_way") or item.contact.consult,
            complaint=_text(row, "supervise_way") or item.contact.complaint,
        ),
        outcome=outcome,
        cites=_many(row, "by_law", item.cites),
        channels=_many(row, "handle_type", item.channels),
        partners=_many(row, "other_dept", item.partners),
        audience=_many(row, "server_type", item.audience),
        subjects=Subjects(
            persons=_many(row, "user_topic_type", item.subjects.persons),
            firms=_many(row, "corp_topic_type", item.subjects.firms),
        ),
        materials=_papers(row, item.materials),
        faq=_faq(row, item.faq),
        laws={**item.laws, **{law: Words(zh=law, en=law) for law in _many(row, "by_law", ()) if law not in item.laws}},
    )


def _listed(row: Mapping[str, Any]) -> Item:
    """A new item that is no more than its elements: found and read, not yet applied for."""
    name = _text(row, "task_name")
    conditions = [_inside(each, "condition", "accept_condition") for each in _rows(row, "accept_condition")]
    pending = [Words(zh=f"办理条件：{each}", en=f"A condition: {each}") for each in conditions if each]
    pending.append(Words(zh="填写内容和办理环节由本市补充", en="Questions and steps are to be completed by the city"))
    code = _text(row, "local_code")
    if not _CODE.match(code):
        zh, en = (
            "新事项须写小写字母、数字和连字符的代码",
            "a new item needs a code of lower-case letters, digits and hyphens",
        )
        raise Wrong("local_code", zh, en)
    return Item(
        code=code,
        title=Words(zh=name, en=name),
        summary=Words(zh=name, en=name),
        catalog_code="",
        type="",
        level="",
        audience=("1",),
        subjects=Subjects(),
        office="",
        promise=Promise(),
        legal=Promise(),
        contact=Contact(consult="12345", complaint="12388"),
        outcome=Outcome(title=Words(zh=f"{name}办理结果", en=f"Outcome of {name}")),
        to_confirm=tuple(pending),
        subject_folder="imported",
    )


def _papers(row: Mapping[str, Any], known: tuple[Material, ...]) -> tuple[Material, ...]:
    """The papers that the row names: known ones keep what the elements do not carry."""
    if "materials" not in row:
        return known
    by_code, by_name = {m.type: m for m in known}, {m.title.zh: m for m in known}
    found = []
    for index, each in enumerate(_rows(row, "materials")):
        name = _inside(each, "material_name", "materials")
        if not name:
            raise Wrong("materials", f"第 {index + 1} 份材料没有名称", f"paper {index + 1} has no name")
        code = _inside(each, "material_code", "materials")
        before = (
            by_code.get(code) or by_name.get(name) or Material(type=code or f"paper-{index + 1}", title=_same(name))
        )
        found.append(_paper_of(each, before, name))
    return tuple(found)


def _paper_of(told: Any, before: Material, name: str) -> Material:
    need = _inside(told, "is_need", "materials") or NEED[before.required]
    pages = _inside(told, "page_num", "materials") or str(before.pages)
    if need not in (*NEED.values(), "容缺后补") or not re.fullmatch(r"[1-9]\d{0,3}", pages):
        raise Wrong("materials", f"“{name}”的必要性或份数不对", f"'{name}': is_need or page_num is none")
    stand = _inside(told, "accept_stand", "materials")
    return replace(
        before,
        title=_words(before.title, name),
        deferrable=need == "容缺后补",
        required=before.required if need == "容缺后补" else need == NEED[True],
        pages=int(pages),
        stand=_words(before.stand or _same(stand), stand)
        if stand
        else None
        if "accept_stand" in told
        else before.stand,
    )


def _faq(row: Mapping[str, Any], known: tuple[Faq, ...]) -> tuple[Faq, ...]:
    if "faq" not in row:
        return known
    asked = {each.question.zh: each for each in known}
    found = []
    for each in _rows(row, "faq"):
        question, answer = _inside(each, "question", "faq"), _inside(each, "answer", "faq")
        if not question or not answer:
            raise Wrong("faq", "问题或回答没有填写", "a question or an answer is empty")
        before = asked.get(question, Faq(question=_same(question), answer=_same(answer)))
        found.append(Faq(question=before.question, answer=_words(before.answer, answer)))
    return tuple(found)


def _promise(row: Mapping[str, Any], name: str, known: Promise) -> Promise:
    number, kind = _text(row, f"{name}_day"), _text(row, f"{name}_type")
    if not number:
        return Promise() if f"{name}_day" in row else known
    if not re.fullmatch(r"\d{1,5}", number):
        raise Wrong(f"{name}_day", f"“{number[:20]}”不是天数", f"'{number[:20]}' is no number of days")
    if kind not in (DAYS, MINUTES):
        raise Wrong(f"{name}_type", f"应为{DAYS}或{MINUTES}", f"it is {DAYS} or {MINUTES}")
    return Promise(working_days=int(number)) if kind == DAYS else Promise(office_minutes=int(number))


def _term(promise: Promise) -> tuple[str, str]:
    if promise.working_days is not None:
        return str(promise.working_days), DAYS
    return (str(promise.office_minutes), MINUTES) if promise.office_minutes is not None else ("", "")


def _named(known: Words, row: Mapping[str, Any], name: str) -> Words:
    zh, en = _text(row, name) or known.zh, _text(row, f"{name}_en")
    return Words(zh=zh, en=en or (known.en if zh == known.zh else zh))


def _words(known: Words, zh: str) -> Words:
    """The known text where its Chinese is unchanged; else the Chinese for both until somebody translates it."""
    return known if not zh or zh == known.zh else _same(zh)


def _same(text: str) -> Words:
    return Words(zh=text, en=text)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name, "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Wrong(name, "应为文字", "it is a text")
    if len(value) > 4000:
        raise Wrong(name, "超过 4000 字", "it is longer than 4,000 characters")
    return value.strip()


def _rows(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name) or []
    if not isinstance(value, list) or len(value) > 200:
        raise Wrong(name, "应为不超过 200 项的列表", "it is a list of at most 200")
    return value


def _many(row: Mapping[str, Any], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    if name not in row:
        return known
    if not all(isinstance(each, str) and len(each) <= 400 for each in _rows(row, name)):
        raise Wrong(name, "列表里应为文字", "it is a list of texts")
    return tuple(row.get(name) or ())


def _inside(told: Any, name: str, column: str) -> str:
    if not isinstance(told, dict):
        raise Wrong(column, "列表里应为对象", "it is a list of objects")
    try:
        return _text(told, name)
    except Wrong as wrong:
        raise Wrong(column, f"{name} {wrong.why.zh}", f"{name}: {wrong.why.en}") from wrong


def _yes(holds: bool) -> str:
    return "1" if holds else "0"
