"""What the portal's pages show, read from journeys' values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

import segno
from django.urls import reverse
from markupsafe import Markup

from tongban.base.words import Words
from tongban.engine.items import Item
from tongban.engine.plan import Plan, PlannedMaterial, StepKind, Verdict
from tongban.journeys import acting, draft, find, hold, see, signing
from tongban.ui import shown, words
from tongban.ui.line import Station


def stations(plan: Plan, guide: find.Guide) -> list[Station]:
    """What will happen, as a line: the steps of the plan, and the interchange where another city decides."""
    abroad = guide.city_name if guide.abroad else None
    return [
        Station(
            key=s.key,
            title=s.title,
            office=Words(**find.office(guide.ref.city, s.office)["name"]),  # type: ignore[arg-type]
            node=abroad if s.kind is StepKind.ACCEPT else None,
            needs=s.needs,
        )
        for s in plan.steps
    ]


def decider(guide: find.Guide) -> str:
    """The office that decides, in its own name, and of which city it is."""
    office = words.w(Words(**find.office(guide.ref.city, guide.item.office)["name"]))  # type: ignore[arg-type]
    city = words.w(guide.city_name)
    return office if city in office else f"{city} · {office}"


WAYS = {
    "electronic": Words(zh="电子证照，办结即到您的空间", en="An e-certificate, in your space at once"),
    "courier": Words(zh="纸质件可寄送", en="On paper by courier"),
    "counter": Words(zh="到窗口领取", en="At the counter"),
}


def ways(item: Item) -> str:
    """How the outcome reaches people."""
    return words.t("；", "; ").join(words.w(WAYS[way]) for way in item.outcome.delivery if way in WAYS)


def visits(guide: find.Guide) -> list[tuple[Words, list[tuple[str, str]]]]:
    """Steps for which somebody must come: why, to whom, where and on which number to ask."""
    found = []
    for step in guide.item.steps:
        if step.visit:
            office = find.office(guide.ref.city, step.office)
            contact = office.get("contact") or {}
            rows = [(words.t("到哪里", "Where"), words.w(Words(**office["name"])))]
            for key, title in (("address", words.t("地址", "Address")), ("phone", words.t("电话", "Telephone"))):
                rows += [(title, str(contact[key]))] if contact.get(key) else []
            found.append((step.visit, rows))
    return found


def qr(address: str) -> Markup:
    """An address as a code to be scanned, drawn inline."""
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True, title=address))


def promise(value: Any) -> str:
    """A term in words; none where there is none."""
    if value.office_minutes is None and value.working_days is None:
        return words.t("即时办结", "at once")
    return words.promise(office_minutes=value.office_minutes, working_days=value.working_days)


ONCE_TOLD = Words(zh="填写后由系统核验；查不到时再请您上传", en="Checked once you have filled in; you upload it only if that fails")


def materials(
    planned: tuple[PlannedMaterial, ...],
    link: Callable[[PlannedMaterial], Any] | None = None,
    given: dict[str, Any] | None = None,
    laws: dict[str, Words] | None = None,
    later: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Materials with why each is not needed; ``laws`` are the item's, in both languages; ``later`` are those that a registry
    checks once more is answered."""
    given = given or {}
    return [
        {
            "title": m.title,
            "verdict": "later" if m.type in later else m.verdict.value,
            "reason": ONCE_TOLD if m.type in later else shown.reason(m.told, asked=not given.get(m.type)),
            "source": shown.source(m.source) if m.source else None,
            "cites": [(laws or {}).get(cite, cite) for cite in m.cites],
            "action": link(m) if link and m.verdict is Verdict.UPLOAD and m.type not in later else None,
            "state": "done" if given.get(m.type) else None,
        }
        for m in planned
    ]


def needed(planned: tuple[PlannedMaterial, ...], later: Collection[str] = ()) -> tuple[int, int]:
    """How many papers are left to bring, of how many."""
    return sum(m.verdict is Verdict.UPLOAD and m.type not in later for m in planned), len(planned)


LEFT = 3  # titles of open questions that a page names; the draft's own page has them all


def progress(sheet: draft.Sheet, key: str) -> tuple[int, int, list[str]]:
    """Which question this is, of how many, and the titles of what is left."""
    questions = sheet.plan.questions
    at = next((n for n, q in enumerate(questions, 1) if q.key == key), 1)
    left = [words.w(q.title or q.ask) for q in questions[at:] if not sheet.done(q)]
    if len(left) > LEFT:
        left = [*left[:LEFT], words.t(f"另 {len(left) - LEFT} 项", f"{len(left) - LEFT} more")]
    return at, len(questions), left


def review(sheet: draft.Sheet, change: Callable[[str], str], *, today: date) -> list[dict[str, Any]]:
    """Everything that will be signed, each with where it comes from and a way to change it."""
    rows: list[dict[str, Any]] = []
    asked = {q.key for q in sheet.plan.questions}
    failing = {f.question: f.says for f in sheet.plan.failed if f.question}
    for field in sheet.item.form:
        value = sheet.answers.get(field.key)
        known = sheet.plan.known.get(field.key)
        if value is None and known is None:
            if field.key not in asked:
                continue
            text = words.t("（未填写）", "(not answered)")
        else:
            text = answer(sheet, field, value if value is not None else known.value)  # type: ignore[union-attr]
        rows.append(
            {
                "label": field.title,
                "value": text,
                "change": change(field.key) if field.key in asked and not sheet.sealed else None,
                "source": shown.source(known.source) if known and value is None else None,
                "as_of": as_of(known.as_of, today=today) if known and value is None else None,
                "error": failing.get(field.key),
            }
        )
    return rows


def answer(sheet: draft.Sheet, field: Any, value: Any) -> str:
    """An answer in words; a place by the text that its registry gave."""
    if field.widget == "place" and isinstance(value, dict):
        found = sheet.facts.get(f"place:{value.get('code')}")
        if found is not None and isinstance(found.value, dict) and found.value.get("text"):
            return str(found.value["text"])
    return shown.value(field, value)


def as_of(day: str | None, *, today: date) -> str | None:
    """The day of a fact in words."""
    if not day:
        return None
    if day[:10] == today.isoformat():
        return words.t("今天", "today")
    return words.day(date.fromisoformat(day[:10]))


def event(kind: str, facts: dict[str, Any]) -> Words:
    """What happened, in plain words."""
    if kind == "part_decided":
        return GRANTED if facts.get("granted") else REFUSED
    if kind == "step_finished":
        return FINISHED.get(facts.get("outcome", ""), EVENTS[kind])
    if kind == "delivery_reported":
        return DELIVERY.get(facts.get("state", ""), Words(zh="快递", en="Courier"))
    return EVENTS.get(kind, Words(zh=kind, en=kind))


FILTERS = {
    "all": Words(zh="全部", en="All"),
    "open": Words(zh="办理中", en="In progress"),
    "waiting": Words(zh="等我处理", en="Waiting for me"),
    "done": Words(zh="已办结", en="Done"),
}
GRANTED = Words(zh="准予", en="Granted")
REFUSED = Words(zh="不予许可", en="Refused")
PAID = Words(zh="已缴", en="Paid")
EVENTS = {
    "submitted": Words(zh="已提交", en="Submitted"),
    "custody_offered": Words(zh="正在移交办理城市", en="Being handed over to the deciding city"),
    "custody_taken": Words(zh="办理城市已接收", en="Received by the deciding city"),
    "custody_returned": Words(zh="办理城市退回", en="Returned by the deciding city"),
    "accepted": Words(zh="已受理", en="Accepted"),
    "not_accepted": Words(zh="不予受理", en="Not accepted"),
    "missing_noted": Words(zh="部门在受理前核对材料", en="An office checked it before acceptance"),
    "supplement_asked": Words(zh="一次告知补正", en="Asked to supplement"),
    "supplemented": Words(zh="已补正", en="Supplemented"),
    "supplement_lapsed": Words(zh="逾期未补正", en="Not supplemented in time"),
    "step_taken": Words(zh="部门开始办理", en="An office began a step"),
    "step_released": Words(zh="退回待办", en="Waits for an officer again"),
    "step_assigned": Words(zh="转给同一单位的同事", en="Handed to a colleague of the same office"),
    "step_finished": Words(zh="已办完", en="Done"),
    "step_sent_back": Words(zh="退回重办", en="To be done again"),
    "placed": Words(zh="分到承办单位", en="Given to the office that handles it"),
    "step_transferred": Words(zh="转交其他单位", en="Passed on to another office"),
    "suspended": Words(zh="计时暂停", en="Clock stopped"),
    "resumed": Words(zh="恢复计时", en="Clock restarted"),
    "extension_asked": Words(zh="申请延长时限", en="More time asked for"),
    "extended": Words(zh="时限已延长", en="Time limit extended"),
    "part_withdrawn": Words(zh="已撤回", en="Taken back"),
    "part_fell": Words(zh="随之终止", en="Ended with it"),
    "issued": Words(zh="证照已生成", en="Certificate issued"),
    "money_given_back": Words(zh="批准退费", en="A refund was approved"),
    "withdrawn": Words(zh="已撤回", en="Withdrawn"),
    "closed": Words(zh="已办结", en="Closed"),
    "reopened": Words(zh="重新办理", en="Opened again"),
    "part_reopened": Words(zh="原决定已撤销，重新办理", en="Set aside, to be decided again"),
    "part_back": Words(zh="一并恢复办理", en="Continues with it"),
}
# What came of a step, in the words of its outcome.
FINISHED = {
    "passed": Words(zh="通过", en="passed"),
    "failed": Words(zh="不通过", en="not passed"),
    "answered": Words(zh="已答复", en="answered"),
    "told": Words(zh="已告知", en="told"),
    "dropped": Words(zh="不再需要", en="no longer needed"),
}
DELIVERY = {
    "ordered": Words(zh="已下单寄送", en="Courier ordered"),
    "collected": Words(zh="快递已取件", en="Collected"),
    "on-the-way": Words(zh="快递在途", en="On the way"),
    "delivered": Words(zh="快递已送达", en="Delivered"),
    "failed": Words(zh="快递未能送达", en="Not delivered"),
}
RATINGS = [
    ("1", Words(zh="非常满意", en="Very satisfied")),
    ("2", Words(zh="满意", en="Satisfied")),
    ("3", Words(zh="基本满意", en="Fairly satisfied")),
    ("4", Words(zh="不满意", en="Dissatisfied")),
    ("5", Words(zh="非常不满意", en="Very dissatisfied")),
]


TOLD = Words(zh="有进展会发短信，您也可以随时查看。", en="We text you at every step, and you can check progress at any time.")


def next_of(view: see.View, *, promised: str, due: str | None) -> Words:
    """What happens next, and by when, in a sentence or two."""
    says = _next_of(view)
    if view.status in ("accepted", "suspended") and due:
        says = Words(zh="{says}，{due} 前办结", en="{says}; it is decided by {due}").format(says=says, due=due)
    elif view.status == "submitted" and promised:
        says = Words(zh="{says}，受理后 {p}内办结", en="{says}, and decided within {p} after that").format(says=says, p=promised)
    return Words(zh="{says}。{told}", en="{says}. {told}").format(says=says, told=TOLD)


def _next_of(view: see.View) -> Words:
    if view.granted and view.status in ("decided", "closed"):
        return Words(zh="已经准予，电子证照就在“我的证照”里", en="It is granted; the e-certificate is under My certificates")
    if view.granted is False:
        return Words(zh="未获批准，决定书写明理由和申诉途径", en="It is refused; the letter gives the reasons and how to appeal")
    if view.status == "supplement":
        return Words(zh="请按清单补交材料", en="Please send what the list names")
    if view.status in ("accepted", "suspended"):
        return Words(zh="已经受理，正在办理", en="It is accepted and being handled")
    if view.awaiting_city:
        return Words(
            zh="正在移交{city}，接收后 5 个工作日内决定是否受理",
            en="It is passed to {city}, which decides within 5 working days whether to accept it",
        ).format(city=view.city_name)
    return Words(zh="5 个工作日内决定是否受理", en="Within 5 working days it is accepted, or you are told why not")


def timeline(view: see.View) -> list[dict[str, Any]]:
    """What happened, newest first; takings of steps are left to the line."""
    titles = {s.key: words.w(s.title) for s in view.stations}
    payments = {s.key for s in view.stations if s.kind == "pay"}
    rules = {s.key for s in view.stations if s.kind in ("computed", "pay")}
    names = {p.key: words.w(p.title) for p in view.parts}
    titles |= {s.key: f"{names[p.key]} · {titles[s.key]}" for p in view.parts for s in p.stations if s.key in titles}
    rows = []
    for each in reversed(view.events):
        if each.kind == "step_taken":
            continue
        step = titles.get(each.facts.get("step", "")) or names.get(each.facts.get("part", ""))
        says = words.w(PAID if each.facts.get("step") in payments else event(each.kind, each.facts))
        state = "refused" if each.facts.get("outcome") == "failed" else "done"
        rows.append({"when": words.moment(each.at), "title": _of_step(step, says, each, rules), "by": None, "state": state})
    return rows


def _of_step(step: str | None, says: str, each: Any, rules: set[str]) -> str:
    """What happened, with the step that it happened to: 审查通过; what the rules decide nobody passes: 系统核定：通过."""
    if not step:
        return says
    by_hand = each.facts.get("outcome") == "passed" and each.facts.get("step") not in rules
    return f"{step}{says}" if by_hand and words.language() == "zh" else f"{step}{words.t('：', ': ')}{says}"


def letters(papers: tuple[Any, ...], held: list[hold.Card]) -> list[dict[str, Any]]:
    """Papers of a case as one list, from here or from the deciding city: certificates that the reader holds first, as cards."""
    cards = {each["id"]: each for each in certificates(held)}
    rows = [
        {
            "card": cards.get(str(p.id)),
            "id": str(p.id),
            "kind": getattr(p, "type", "") or p.kind,
            "name": Words(**p.name) if isinstance(getattr(p, "name", None), dict) else hold.name_of(p),
            "number": p.number,
            "identifier": getattr(p, "identifier", ""),
            "verify": getattr(p, "verify_url", "") or f"/verify/{getattr(p, 'code', '')}",
        }
        for p in papers
    ]
    return sorted(rows, key=lambda row: (row["card"] is None, not row["identifier"]))


_CARD_STATE = {"01": "valid", "02": "paused", "05": "expired"}


def certificates(cards: list[hold.Card]) -> list[dict[str, Any]]:
    """Certificates as ``ui.certificate`` draws them."""
    return [
        {
            "id": c.id,
            "name": c.name,
            "holder": c.holder,
            "number": c.number,
            "issuer": c.issuer,
            "valid": _valid(c),
            "state": _CARD_STATE.get(c.status, "revoked"),
            "href": reverse("portal:certificate", args=[c.id]),
            "pdf": reverse("portal:paper", args=[c.id]),
            "show": reverse("portal:show", args=[c.id]),
            "verify": c.verify,
            "demo": c.demo,
        }
        for c in cards
    ]


def _valid(card: hold.Card) -> str | None:
    if card.valid_to is None:
        return words.t("长期有效", "No expiry date")
    until = words.day(card.valid_to, year=True, weekday=False)
    return words.t(f"有效期至 {until}", f"Valid until {until}")


def laws(item: Item) -> list[Words | str]:
    """Every article that the item stands on, once."""
    found = [*item.cites, *item.legal_cites]
    for each in (*item.rules, *item.steps, *item.materials):
        found += each.cites
    return cited(item, dict.fromkeys(found))


def cited(item: Item, cites: Iterable[str]) -> list[Words | str]:
    """Articles in both languages where the item knows both; their official name is Chinese."""
    return [item.laws.get(cite, cite) for cite in cites]


def conditions(item: Item) -> list[tuple[Words, list[Words | str]]]:
    """What must hold, with its articles."""
    return [(rule.condition, cited(item, rule.cites)) for rule in item.rules]


_POWERS = {
    "mandate": Words(zh="由 {name} 凭授权代签", en="signed for them by {name}, under a mandate"),
    "guardian": Words(zh="由监护人 {name} 代签", en="signed for them by {name}, their guardian"),
    "representative": Words(zh="由法定代表人 {name} 签", en="signed by {name}, its legal representative"),
}


def signed_by(party: signing.Signer, asked: signing.Waiting | None, me: str) -> Words | None:
    """Whose hand a party's signature is, where it is another's: who made it, or who is asked for it now."""
    basis, name = (party.basis, party.signer) if party.signed_at or asked is None else (asked.basis, me)
    return _POWERS[basis].format(name=name) if basis in _POWERS else None


BASIS = {
    "guardian": Words(zh="您是监护人", en="You are the guardian"),
    "representative": Words(zh="您是法定代表人", en="You are its legal representative"),
}


def choice(found: acting.Choice) -> tuple[str, str, str]:
    """Somebody to act for: what is chosen, the name, and by which power, how far and until when."""
    if found.until is None:
        return found.id, found.name, words.w(BASIS[found.basis])
    until = words.day(found.until, year=True, weekday=False)
    covers = words.w(found.covers)
    return found.id, found.name, words.t(f"授权您办理{covers}，到 {until}", f"Lets you do {covers}, until {until}")
