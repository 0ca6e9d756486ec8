"""What the pages of mandates show."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from tongban.base.words import Words
from tongban.journeys import acting, mandates
from tongban.ui import words

STATES: dict[str, tuple[Words, str]] = {
    "stands": (Words(zh="有效", en="In force"), "done"),
    "coming": (Words(zh="未到开始日", en="Not begun"), "waiting"),
    "over": (Words(zh="已到期", en="Expired"), "plain"),
    "revoked": (Words(zh="已撤回", en="Revoked"), "refused"),
    "declined": (Words(zh="已谢绝", en="Declined"), "refused"),
    "capacity": (Words(zh="已失效：授权人的身份已变更", en="Ended with its giver's capacity"), "refused"),
}
TERMS = {
    "90": Words(zh="三个月", en="Three months"),
    "365": Words(zh="一年", en="One year"),
    "1095": Words(zh="三年", en="Three years"),
}


def row(found: mandates.View) -> dict[str, Any]:
    """One mandate in a list: from whom to whom, what, until when, and its state."""
    until = words.day(found.until_on, year=True, weekday=False)
    return {
        "href": reverse("portal:mandate", args=[found.id]),
        "title": words.t(f"{found.giver} → {found.receiver}", f"{found.giver} → {found.receiver}"),
        "covers": found.covers,
        "term": words.t(f"到 {until}", f"until {until}"),
        "state": STATES[found.state],
    }


def facts(found: mandates.View) -> list[tuple[Words, str]]:
    """Everything about one mandate."""
    signed = words.t(
        f"{found.given_by}，{words.moment(found.given_at)}", f"{found.given_by}, {words.moment(found.given_at)}"
    )
    rows = [
        (Words(zh="授权人", en="Given by"), found.giver),
        (Words(zh="受托人", en="Given to"), found.receiver),
        (Words(zh="可以办理", en="May do"), words.w(found.covers)),
        (Words(zh="期限", en="Term"), _span(found.from_on, found.until_on)),
        (Words(zh="签名", en="Signed"), signed),
    ]
    if found.ended_at:
        rows.append((STATES[found.state][0], words.moment(found.ended_at)))
    return rows


def _span(start: date, end: date) -> str:
    first, last = (words.day(each, year=True, weekday=False) for each in (start, end))
    return words.t(f"{first} 到 {last}", f"{first} to {last}")


def givers(rows: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """For whom it can be given."""
    return [
        (code, name, words.t("您是法定代表人", "You are its legal representative") if code else words.t("您本人", "Yourself"))
        for code, name in rows
    ]


def terms() -> list[tuple[str, str]]:
    """How long; the last choice names a day."""
    return [*((days, words.w(said)) for days, said in TERMS.items()), ("day", words.t("到指定的一天", "Until a day"))]


def themes(found: list[mandates.Theme]) -> list[dict[str, Any]]:
    """Subjects with their services, to be ticked."""
    return [
        {
            "key": theme.key,
            "title": theme.title,
            "note": words.t(f"共 {len(theme.items)} 项，以后新增的也包括", f"{len(theme.items)} now, and any added later"),
            "items": [(code, words.w(title)) for code, title in theme.items],
        }
        for theme in found
    ]


def review(wanted: mandates.Wanted, givers: dict[str, str], *, today: date) -> list[dict[str, Any]]:
    """Everything again before it is signed; each can be changed."""

    def change(step: str) -> str:
        return reverse("portal:mandate-step", args=[step])

    until = _span(today, wanted.until) if wanted.until else ""
    return [
        {
            "label": Words(zh="授权人", en="Given by"),
            "value": givers.get(wanted.firm or "", ""),
            "change": change("giver") if len(givers) > 1 else None,
        },
        {"label": Words(zh="受托人", en="Given to"), "value": wanted.receiver_name, "change": change("receiver")},
        {"label": Words(zh="可以办理", en="May do"), "value": acting.covers(wanted.scope), "change": change("scope")},
        {"label": Words(zh="期限", en="Term"), "value": until, "change": change("term")},
    ]
