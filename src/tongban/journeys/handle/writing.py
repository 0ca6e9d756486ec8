"""The letters that the law wants: written, signed and sent with the command that calls for them (文书)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.certificates import actions as certificates
from tongban.certificates import queries as issued
from tongban.engine import lifecycle
from tongban.journeys import find, issue, moves, parts

LICENCE = "01"  # 行政许可, GB/T 39046: only there is it the licensing law that speaks


class NoArticle(Refusal):
    """A decision against the person names what it stands on (行政许可法 art. 38)."""

    def __init__(self) -> None:
        super().__init__(
            "say_why",
            Words(zh="须写明依据的条款", en="The articles must be named"),
            cites=("行政许可法 第三十八条",),
            next_step=Words(zh="请填写依据条款，或选用带条款的常用语。", en="Name them, or choose a phrase that brings them."),
            field="cites",
        )


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as it would read: nothing is signed, numbered or kept."""

    title: Words
    issuer: Words
    addressee: str
    parts: tuple[Any, ...]
    cites: tuple[str, ...]
    day: datetime


def letter(number: str, kind: str, by: Actor, now: datetime, values: dict[str, Any], part: str = "") -> None:
    """Write, sign and send the letter that the law wants for what was just done: to the case, or to one part of it."""
    row = stored.by_number(number)
    state = stored.state(row)
    made = certificates.write_letter(
        kind=kind,
        issuer=issue.issuer(_office(state, part)),
        addressee=_addressee(row, part, now),
        values=_values(row, part, now) | {key: value for key, value in values.items() if value},
        case_ref=number,
        by=by,
        now=now,
        key=row.key,
        occasion=f"{state.reopened or ''}{part if row.codes else ''}",  # decided anew after a review it is another letter
    )
    issue.send_letter(row, made, now=now, roles=[r["key"] for r in _parties(row, part, now)] if part and row.codes else ())


def _office(state: lifecycle.Case, part: str) -> str:
    """Who answers for a part; for the case the office of the part that leads."""
    found = state.part(part) if part else None
    return (found or state.parts[0]).office


def preview(number: str, kind: str, now: datetime, values: dict[str, Any], part: str = "") -> Preview:
    """The letter as it would read now. Raises Refusal ``letter_lacks`` where the law wants more in it."""
    row = stored.by_number(number)
    given = _values(row, part, now) | {key: value for key, value in values.items() if value}
    found = issued.letter_text(kind, given)
    office = find.office(row.city, _office(stored.state(row), part))["name"]
    return Preview(
        title=found.name,
        issuer=Words(**office),
        addressee=_addressee(row, part, now),
        parts=found.parts,
        cites=found.cites,
        day=now,
    )


def decided(number: str, *, granted: bool, part: str = "") -> str:
    """The kind of letter that says the decision: a licence is granted or refused, all else approved or declined."""
    licence = item_of(number, part).type == LICENCE
    return ("granted" if licence else "approved") if granted else ("refused" if licence else "declined")


def item_of(number: str, part: str = "") -> Any:
    """The item of a case, or of one part of it, in the version that it began with."""
    return parts.of_row(stored.by_number(number), part)


def _addressee(row: Any, part: str, now: datetime) -> str:
    """The parties of the case; of one part those who take part in it."""
    return "、".join(dict.fromkeys(r["name"] for r in _parties(row, part, now) if r.get("name")))


def _parties(row: Any, part: str, now: datetime) -> list[dict[str, Any]]:
    document = stored.content(row, warrant=moves.SELF, now=now)["document"]
    return parts.roles_of(document, parts.of_row(row, part)) if part and row.codes else list(document["roles"])


def _values(row: Any, part: str, now: datetime) -> dict[str, Any]:
    """What letters say of a case: the service, when applied, by when, and where to appeal."""
    city = settings.TONGBAN_CITY.name
    given = {
        "item": parts.of_row(row, part).title if row.codes and part else Words(**row.title),
        "applied_on": day(day_of(row.received_at)),
        "accepted_on": day(day_of(now)),
        "due_on": day(day_of(row.due_at)) if row.due_at else None,
        "case_number": row.number,
        "review_body": Words(zh=f"{city.zh}人民政府", en=f"the People's Government of {city.en}"),
        "court": Words(zh="有管辖权的人民法院", en="the people's court that has jurisdiction"),
    }
    return {key: value for key, value in given.items() if value}


def day(on: date) -> Words:
    """A day as letters write it."""
    return Words(zh=f"{on.year}年{on.month}月{on.day}日", en=f"{on.day} {on:%b} {on.year}")


def articles(text: str) -> tuple[str, ...]:
    """Articles as they were typed: one a line, or with a semicolon between."""
    return tuple(line.strip() for line in text.replace("；", "\n").splitlines() if line.strip())


def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
