"""Who read my data and why; asking about a look that one did not expect; a supervisor's answer (谁看过我的数据)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.identity import queries as identity
from tongban.notices import actions as notices
from tongban.trail import actions as trail
from tongban.trail import queries as written

PAGE = 20
WHO = tuple(written.WHO)


class Page(msgspec.Struct, frozen=True):
    """Some looks in order, the offices they came from by key, and where the following page begins."""

    rows: tuple[Any, ...]
    offices: dict[str, Words]
    next: str


def page(*, by: Actor, who: str = "others", after: str = "", size: int = PAGE) -> Page:
    """Looks at this person's own data, newest first."""
    if by.person is None:
        return Page(rows=(), offices={}, next="")
    found = written.looks(by.person, me=by.id, who=who, after=after, size=size + 1)
    return Page(
        rows=tuple(found[:size]),
        offices=identity.office_names({row.office for row in found if row.office}),
        next=str(found[size - 1].id) if len(found) > size else "",
    )


def ask(*, read: UUID | str, words: str, by: Actor, now: datetime) -> None:
    """Ask a supervisor about a look. Raises NotFound, AlreadyAsked."""
    trail.ask(read=read, words=words, by=by, now=now)


class Asked(msgspec.Struct, frozen=True):
    """A question as the supervisor sees it: the look, whose office, and whether it is the supervisor's own."""

    row: Any
    office: Words | None
    own: bool


def questions(*, by: Actor) -> tuple[list[Asked], list[Asked]]:
    """What people ask about looks: open ones, the oldest first; then the last ones answered."""
    waiting, done = written.open_questions(), written.answered_questions()
    names = identity.office_names({row.read.office for row in (*waiting, *done) if row.read.office})
    seen = [[Asked(row, names.get(row.read.office), row.read.actor_id == by.id) for row in rows] for rows in (waiting, done)]
    return seen[0], seen[1]


def answer(*, question: UUID | str, finding: str, words: str, by: Actor, now: datetime) -> None:
    """Answer a person who asked; they are told."""
    row = trail.answer(question=question, finding=finding, words=words, by=by, now=now)
    account = identity.account(row.account)
    if account is not None:
        notices.tell(
            account=account,
            title=Words(zh="您询问的查看有了答复", en="Your question about a look is answered"),
            body=Words(zh="{finding}。{words}", en="{finding}. {words}").format(
                finding=FINDINGS[row.finding], words=row.answer
            ),
            now=now,
            link="/space/access",
            kind="account",
        )


FINDINGS = {
    "proper": Words(zh="查看正当", en="The look was proper"),
    "improper": Words(zh="查看不当，已责令改正", en="The look was not proper and is being put right"),
}
