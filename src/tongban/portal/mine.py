"""What the lists of my space show, read from journeys' values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from tongban.base.words import Words
from tongban.journeys import lanes, mine
from tongban.ui import shown, words
from tongban.ui.line import Station

REFUSED = Words(zh="未获批准", en="Refused")
RETURNED = Words(zh="已退回", en="Sent back")
GRANTED = Words(zh="已准予", en="Granted")
WITHDRAWN = Words(zh="已撤回", en="Withdrawn")


def cases(rows: tuple[mine.Brief, ...] | list[mine.Brief]) -> list[dict[str, Any]]:
    """Cases as ``ui.case_row`` draws them."""
    return [
        {
            "title": row.title,
            "href": reverse("portal:case", args=[row.number]),
            "city": row.city_name,
            "number": row.number,
            "received": words.day(row.received_at, weekday=False),
            "state": _state(row),
            "stations": [_station(s) for s in row.stations],
            "clock": _clock(row),
            "now": _now(row),
        }
        for row in rows
    ]


def _state(row: mine.Brief) -> tuple[Words, str]:
    if row.withdrawn:
        return WITHDRAWN, "plain"
    if row.bad:
        return (REFUSED if row.granted is False else RETURNED), "refused"
    if row.granted and row.status == "closed":
        return GRANTED, "done"
    return shown.STATUS[row.status]


def _station(step: lanes.Station) -> Station:
    state = "refused" if step.outcome == "failed" else shown.STATE[step.state]
    return Station(key=step.key, title=step.title, office=step.office, state=state)  # type: ignore[arg-type]


def _clock(row: mine.Brief) -> dict[str, Any] | None:
    """Promised against used, where both are known."""
    face = row.clock
    if face.used is None or not face.promised or row.status in ("submitted", "supplement"):
        return None
    drawn = "current" if face.running else ("done" if row.status in ("decided", "closed") else "waiting")
    return {"used": face.used, "promised": face.promised, "unit": face.unit, "state": drawn, "due": _due(face.due)}


def _due(due: object) -> str | None:
    if due is None:
        return None
    return words.moment(due) if isinstance(due, datetime) else words.day(due)  # type: ignore[arg-type]


def _now(row: mine.Brief) -> str | None:
    """What happens now, in a line: the steps that are open, and who does them."""
    if row.supplement_by is not None:
        until = words.day(row.supplement_by)
        return words.t(f"请在 {until} 前补正", f"Please send what is missing by {until}")
    if row.closed_at is not None:
        at = words.day(row.closed_at)
        return words.t(f"{at} 办结", f"Closed on {at}")
    steps = [s for s in row.stations if s.state in ("open", "taken")]
    said = [f"{words.w(s.title)} · {words.w(s.office)}" for s in steps[:2]]
    if len(steps) > 2:
        said.append(words.t(f"另 {len(steps) - 2} 个部门", f"{len(steps) - 2} more offices"))
    return words.t("正在：", "Now: ") + words.t("；", "; ").join(said) if said else None


def needs(
    *,
    to_sign: list[Any],
    waiting: list[mine.Brief],
    drafts: list[mine.Started],
    bad: list[mine.Brief],
    coming: Sequence[dict[str, Any]] = (),
) -> list[dict[str, Any]]:
    """What needs the person first, the most pressing on top: ``ui.needs`` makes the first one the page's one action."""
    return [
        *(_visit(row) for row in coming),
        *(_supplement(row) for row in waiting),
        *(_sign(row) for row in to_sign),
        *(_draft(row) for row in drafts),
        *(_bad(row) for row in bad),
    ]


def _visit(row: dict[str, Any]) -> dict[str, Any]:
    """A visit of today or tomorrow, as ``portal.visits.booking`` tells it."""
    return {
        "tag": (words.t("预约", "Visit"), "current"),
        "title": words.t(f"{row['when']} 到大厅办理", f"Visit: {row['when']}"),
        "says": words.w(row["hall"]),
        "href": row["href"],
        "act": words.t("取号", "Take my number") if row["soon"] else words.t("看预约码", "See the code"),
    }


def _supplement(row: mine.Brief) -> dict[str, Any]:
    return {
        "tag": (words.t("请补正", "To supplement"), "waiting"),
        "title": row.title,
        "says": _now(row),
        "href": reverse("portal:case", args=[row.number]),
        "act": words.t("去补正", "Send what is missing"),
    }


def _sign(row: Any) -> dict[str, Any]:
    return {
        "tag": (words.t("待签名", "To sign"), "waiting"),
        "title": row.title,
        "says": f"{words.w(row.role)} · {row.name}",
        "href": reverse("portal:read", args=[row.party]),
        "act": words.t("阅读并签名", "Read and sign"),
    }


def _draft(row: mine.Started) -> dict[str, Any]:
    if row.ready:
        tag, act = (words.t("可以提交", "Ready"), "current"), words.t("去提交", "Submit")
        says, href = words.t("所有人都已签名", "everyone has signed"), reverse("portal:signers", args=[row.id])
    elif row.sealed:
        tag, act = (words.t("等签名", "Waiting for signatures"), "current"), words.t("看看谁还没签", "See who has not signed")
        says = words.t(f"已签 {row.signed} / {row.signers}", f"{row.signed} of {row.signers} have signed")
        href = reverse("portal:signers", args=[row.id])
    else:
        tag, act = (words.t("草稿", "Draft"), "plain"), words.t("继续填写", "Continue")
        says, href = words.t(f"已填 {row.done} / {row.of}", f"{row.done} of {row.of} filled in"), None
    kept = words.moment(row.updated_at)
    return {
        "tag": tag,
        "title": row.title,
        "says": f"{says} · {words.t(f'{kept} 保存', f'kept {kept}')}",
        "href": href or reverse("portal:draft", args=[row.id]),
        "act": act,
        "share": (row.done, row.of) if not row.sealed else None,
        "drop": reverse("portal:give-up", args=[row.id]),
    }


def _bad(row: mine.Brief) -> dict[str, Any]:
    return {
        "tag": _state(row),
        "title": row.title,
        "says": words.t("看理由和申诉途径", "See why, and how to appeal"),
        "href": reverse("portal:case", args=[row.number]),
        "act": words.t("查看理由", "See why"),
    }


KINDS = {
    "ask": (Words(zh="要您办的", en="Asked of you"), Words(zh="补正、签名、授权", en="supplements, signatures, mandates")),
    "case": (Words(zh="办件进度", en="Progress"), Words(zh="受理、决定、证照、快递", en="accepted, decided, issued, sent")),
    "account": (Words(zh="账号与数据", en="Account and data"), Words(zh="登录、查看、导出", en="sign-ins, looks, exports")),
}


def messages(rows: Any) -> list[dict[str, Any]]:
    """Messages as ``ui.message_list`` draws them."""
    return [
        {
            "title": Words(**m.title),
            "body": Words(**m.body),
            "when": words.moment(m.at),
            "kind": KINDS[m.kind][0],
            "new": m.read_at is None,
            "href": reverse("portal:message", args=[m.id]),
        }
        for m in rows
    ]
