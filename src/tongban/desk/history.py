"""What happened in a case and what was written, in the order it happened (办理记录)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.words import Words
from tongban.journeys import handle
from tongban.ui import words

EVENTS = {
    "submitted": Words(zh="提交申请", en="Submitted"),
    "accepted": Words(zh="受理", en="Accepted"),
    "not_accepted": Words(zh="不予受理", en="Not accepted"),
    "missing_noted": Words(zh="提出缺少的内容", en="An office said what it misses"),
    "supplement_asked": Words(zh="一次告知补正", en="Supplements asked for"),
    "supplemented": Words(zh="提交补正", en="Supplemented"),
    "supplement_lapsed": Words(zh="逾期未补正，办结", en="Closed: not supplemented in time"),
    "step_taken": Words(zh="领取", en="Taken"),
    "step_released": Words(zh="退回待办", en="Given back"),
    "step_assigned": Words(zh="转给同事", en="Handed to a colleague"),
    "step_finished": Words(zh="完成", en="Finished"),
    "step_sent_back": Words(zh="退回重办", en="Sent back"),
    "placed": Words(zh="分到承办单位", en="Given to the office that handles it"),
    "step_transferred": Words(zh="转其他部门", en="Passed to another office"),
    "suspended": Words(zh="中止计时", en="Clock stopped"),
    "resumed": Words(zh="恢复计时", en="Clock restarted"),
    "extension_asked": Words(zh="申请延长审批", en="More time asked for"),
    "extended": Words(zh="批准延长审批", en="More time approved"),
    "custody_offered": Words(zh="移交", en="Offered to another city"),
    "custody_taken": Words(zh="接收移交", en="Taken over"),
    "custody_returned": Words(zh="退回移交", en="Given back"),
    "part_decided": Words(zh="作出决定", en="Decided"),
    "part_withdrawn": Words(zh="申请人撤回该事项", en="Taken back by the applicant"),
    "part_fell": Words(zh="随之终止办理", en="Ended with it"),
    "issued": Words(zh="制证", en="Certificate issued"),
    "delivery_reported": Words(zh="递送", en="Delivery"),
    "money_given_back": Words(zh="批准退费", en="Refund approved"),
    "withdrawn": Words(zh="申请人撤回", en="Withdrawn"),
    "closed": Words(zh="办结", en="Closed"),
    "reopened": Words(zh="重新办理", en="Reopened"),
    "part_reopened": Words(zh="撤销原决定，重新办理", en="Set aside, to be decided again"),
    "part_back": Words(zh="一并恢复办理", en="Continues with it"),
}
WRITINGS = {
    "opinion": Words(zh="意见", en="Opinion"),
    "answer": Words(zh="答复", en="Answer"),
    "hand-over": Words(zh="转办说明", en="Note to a colleague"),
    "send-back": Words(zh="退回理由", en="Why it was sent back"),
    "extension": Words(zh="延长理由", en="Why more time"),
    "supplement": Words(zh="补正内容", en="What is missing"),
    "suspension": Words(zh="中止理由", en="Why the clock is stopped"),
    "not-accept": Words(zh="不予受理理由", en="Why it is not accepted"),
    "review": Words(zh="撤销原决定的理由", en="Why it was set aside"),
    "missing": Words(zh="缺少的内容", en="What is missing"),
    "decision": Words(zh="决定理由", en="Reasons of the decision"),
    "refund": Words(zh="退费理由", en="Reason for the refund"),
    "opinion-asked": Words(zh="征求意见", en="Opinion asked for"),
    "opinion-given": Words(zh="会商意见", en="Second opinion"),
}


def opinions(screen: handle.Screen) -> list[dict[str, Any]]:
    """What officers and systems wrote, newest first, with the step that it belongs to."""
    titles = {s.key: s.title for s in screen.view.stations}
    return [
        {
            "when": words.moment(datetime.fromisoformat(w["at"])),
            "what": _what(w, titles),
            "text": w["text"] or w.get("reference") or "",
            "by": w["by"] + (f" → {w['to']}" if w.get("to") else ""),
        }
        for w in reversed(screen.writings)
    ]


def _what(writing: dict[str, Any], titles: dict[str, Words]) -> str:
    kind = WRITINGS.get(writing.get("kind", ""), Words(zh="文字", en="Text"))
    title = titles.get(writing.get("step", ""))
    return f"{words.w(title)} · {words.w(kind)}" if title else words.w(kind)


def entries(screen: handle.Screen) -> list[dict[str, Any]]:
    """Every event, oldest first: when, what, who, through which channel."""
    titles = {s.key: s.title for s in screen.view.stations}
    names = {p.key: p.title for p in screen.view.parts}
    return [
        {
            "when": words.moment(event.at),
            "title": _event(event, titles, names),
            "by": screen.holders.get(event.actor["id"], "") or _WHO.get(event.actor["kind"], lambda: "")(),
            "body": None,
            "state": "refused" if _said_no(event) else "done",
        }
        for event in screen.view.events
    ]


def _event(event: Any, titles: dict[str, Words], names: dict[str, Words]) -> str:
    says, colon = words.w(EVENTS.get(event.kind, Words(zh=event.kind, en=event.kind))), words.t("：", ": ")
    title = titles.get(event.facts.get("step", ""))
    part = names.get(event.facts.get("part") or "")
    if event.kind == "part_decided":
        says = f"{says}{colon}{words.t('准予', 'granted') if event.facts['granted'] else words.t('不予许可', 'refused')}"
    said = f"{words.w(title)}{colon}{says}" if title else says
    return f"{words.w(part)} · {said}" if part else said


def _said_no(event: Any) -> bool:
    facts = event.facts
    return facts.get("outcome") == "failed" or facts.get("granted") is False or event.kind == "not_accepted"


_WHO = {
    "person": lambda: words.t("申请人", "the applicant"),
    "system": lambda: words.t("系统", "the system"),
    "agency": lambda: words.t("部门系统", "a department's system"),
    "peer": lambda: words.t("对方城市", "the other city"),
}
