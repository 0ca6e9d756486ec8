"""What is due in a case: the fees of its items, to whom, under which articles (费用测算、核定).

A case is charged by the tariffs of the versions that were applied for, as of the day of the application. Where the city
has lowered or lifted a fee since, the lower one counts; a higher one does not. What was refused is not charged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.calendar import day_of
from tongban.base.cryptography import canonical
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import compose, lifecycle
from tongban.engine import items as engine
from tongban.engine.plan import ItemRef, Known, StepKind
from tongban.journeys import find, moves, parts
from tongban.journeys.pay import payers
from tongban.payments import queries as payments


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One fee that is due: of which item (``of`` is its title), to which payee (an office role, and its name here), and
    which roles of the application owe it."""

    item: str
    of: Words
    key: str
    title: Words
    payee: str
    office: Words
    fen: int
    cites: tuple[str, ...] = ()
    owes: tuple[str, ...] = ()


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What is due now. ``digest`` stands for exactly this; ``kept`` is what had been paid when it was made."""

    case: str
    lines: tuple[Line, ...]
    kept: dict[tuple[str, str], int]

    @property
    def digest(self) -> str:
        told = [[line.item, line.key, line.payee, line.fen] for line in self.lines]
        return canonical.digest({"case": self.case, "lines": told})

    def only(self, roles: Collection[str]) -> Quote:
        """What these roles owe of it."""
        mine = tuple(line for line in self.lines if set(line.owes) & set(roles))
        return msgspec.structs.replace(self, lines=mine)

    def without(self, other: Quote) -> Quote:
        """What is left of it beside another part of it."""
        return msgspec.structs.replace(self, lines=tuple(line for line in self.lines if line not in other.lines))

    @property
    def fen(self) -> int:
        return sum(line.fen for line in self.lines)

    @property
    def payees(self) -> list[tuple[Words, int, list[Line]]]:
        """By payee: its name, what it gets in all, and for what."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.payee, []).append(line)
        return [(lines[0].office, sum(line.fen for line in lines), lines) for lines in found.values()]


_PAYABLE = (lifecycle.Status.ACCEPTED, lifecycle.Status.SUSPENDED, lifecycle.Status.DECIDED)


def quote(row: Any, *, now: Any) -> Quote:
    """What is due of a case that this node decides, from acceptance on; nothing while it is not accepted."""
    state = stored.state(row)
    kept = payments.kept(row.number) if asks(state) else {}
    lines = tuple(sorted(_due(row, state, kept, now), key=lambda line: (line.payee, line.item, line.key)))
    return Quote(case=row.number, lines=lines, kept=kept)


def asks(state: lifecycle.Case) -> bool:
    """Whether a case has come so far that something may have to be paid."""
    return state.status in _PAYABLE and any(step.kind is StepKind.PAY and not step.done for step in state.steps)


def _due(row: Any, state: lifecycle.Case, kept: dict[tuple[str, str], int], now: Any) -> Iterator[Line]:
    here = settings.TONGBAN_ADCODE
    waiting = {step.part for step in state.steps if step.kind is StepKind.PAY and not step.done}
    if not asks(state) or state.custody.held != here or row.city != here:
        return
    document = stored.content(row, warrant=moves.SELF, now=now)["document"]
    for ref in parts.refs(document):
        if ref.code in waiting:
            yield from (line for line in charged(ref, document, row) if line.fen > 0 for line in _left(line, kept))


def _left(line: Line, kept: dict[tuple[str, str], int]) -> Iterator[Line]:
    """What of a fee is not paid yet."""
    fen = line.fen - kept.get((line.item, line.key), 0)
    if fen > 0:
        yield msgspec.structs.replace(line, fen=fen)


def charged(ref: ItemRef, document: dict[str, Any], row: Any) -> Iterator[Line]:
    """What an item of a case is charged, whether paid or not."""
    item = find.item_of(ref)
    if not item.fees:
        return
    then, since = _charges(item, document, row), _charges_now(ref, item, document, row)
    for tariff in item.fees:
        fen = min(then[tariff.key] or 0, since.get(tariff.key, 0))
        yield Line(
            item=ref.code,
            of=item.title,
            key=tariff.key,
            title=tariff.title,
            payee=tariff.payee,
            office=Words(**find.office(row.city, tariff.payee)["name"]),
            fen=fen,
            cites=tariff.cites,
            owes=payers.owing(item, tariff, document),
        )


def _charges(item: engine.Item, document: dict[str, Any], row: Any) -> dict[str, int | None]:
    known = msgspec.convert(document["facts"], dict[str, Known])
    on = document.get("on") or day_of(row.received_at).isoformat()
    return compose.charges(
        item, facts=known, answers=document["answers"], today=date.fromisoformat(on), city=row.city
    )


def _charges_now(ref: ItemRef, item: engine.Item, document: dict[str, Any], row: Any) -> dict[str, int]:
    """The same by the version that is in force today. What it cannot tell of this case stays as it was."""
    then = {key: fen or 0 for key, fen in _charges(item, document, row).items()}
    try:
        digest = find.catalog.digest_in_force(ref.code, city=ref.city)
    except NotFound:
        return then
    if not digest or digest == ref.sha256:
        return then
    newer = find.item_of(ItemRef(city=ref.city, code=ref.code, sha256=digest))
    try:
        since = _charges(newer, document, row)
    except Refusal:
        return then
    return {key: then[key] if key in since and since[key] is None else since.get(key) or 0 for key in then}


def share(due: Quote, paid: Sequence[Any], eyes: payers.Eyes) -> Quote:
    """What of the sum due is for these eyes to pay first: what their own roles owe. Who owes nothing of the case, and may
    see all of it, pays for whom they act."""
    mine = due.only(eyes.roles)
    owed = mine.lines or any(eyes.roles & set(each.owes) for each in paid)
    return mine if owed or not eyes.whole else due
