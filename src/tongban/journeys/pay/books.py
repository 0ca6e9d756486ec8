"""The ledger, the last comparisons, what differs and what was done about it, and what is paid out (账务监督)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import find
from tongban.journeys.pay import payees
from tongban.payments import comparisons, ledger
from tongban.payments import queries as payments

LISTED = 31  # days, and payouts
PAGE = 50  # differences that were dealt with
SHORTEST = 4
DEALT = {
    "corrected-there": Words(zh="收单机构已更正", en="The acquirer has corrected it"),
    "settled-there": Words(zh="与收单机构核实无误，不需更正", en="Found right with the acquirer; nothing to correct"),
    "given-back": Words(zh="款项已另行退回", en="The money went back in another way"),
    "reported": Words(zh="已移送财政或者监察", en="Reported to finance or supervision"),
    "other": Words(zh="其他处理", en="Something else"),
}
_NAMES = {
    ledger.RETURNING: Words(zh="退款在途", en="On its way back"),
    ledger.SURPLUS: Words(zh="多收待退", en="Surplus to give back"),
    ledger.PAYING_OUT: Words(zh="划拨在途", en="On its way to payees"),
}


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on one account: ``kind`` is held | to-pay-out | owed | under-way; ``lost``: the payee has no account to
    which it could be paid out."""

    name: Words
    kind: str
    fen: int
    lost: bool = False


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """One payout, with the payee's name."""

    row: Any
    payee: Words


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """Every account with its balance, the last comparisons and payouts, differences that wait for a person, refunds that
    the acquirer would not make (``stuck``), and differences that were dealt with (``more``: there are older ones)."""

    accounts: tuple[Balance, ...]
    days: tuple[Any, ...]
    outs: tuple[Out, ...]
    open: tuple[Any, ...]
    stuck: tuple[Any, ...]
    past: tuple[Any, ...]
    more: bool


def books(*, page: int = 1) -> Books:
    """How the money stands; ``page`` of what was dealt with."""
    from_ = (page - 1) * PAGE
    past = list(payments.drifts_past()[from_ : from_ + PAGE + 1])
    known = payees.accounts()
    return Books(
        accounts=tuple(_balance(code, fen, known.keys()) for code, fen in ledger.balances().items()),
        days=tuple(payments.statements(LISTED)),
        outs=tuple(Out(row=row, payee=_office(row.payee)) for row in payments.payouts(LISTED)),
        open=tuple(payments.drifts_open()),
        stuck=tuple(payments.refunds_stuck()),
        past=tuple(past[:PAGE]),
        more=len(past) > PAGE,
    )


def _balance(code: str, fen: int, known: Any) -> Balance:
    kind, _, rest = code.partition(":")
    if kind == "payee":
        owed = fen > 0
        return Balance(name=_office(rest), kind="owed" if owed else "to-pay-out", fen=abs(fen), lost=rest not in known)
    if kind == "acquirer":
        return Balance(name=Words(zh=f"收单机构（{rest}）", en=f"Acquirer ({rest})"), kind="held", fen=fen)
    return Balance(name=_NAMES.get(code, Words(zh=code, en=code)), kind="under-way", fen=abs(fen))


def _office(role: str) -> Words:
    return Words(**find.office(settings.TONGBAN_ADCODE, role)["name"])


def deal(*, drift: str, done: str, words: str, by: Actor, now: datetime) -> None:
    """Keep what was done about a difference, and by whom. Raises Refusal, NoDrift, DealtAlready."""
    if done not in DEALT:
        raise Refusal("done", Words(zh="请选择怎样处理的", en="Choose what was done"), field="done")
    if len(words.strip()) < SHORTEST:
        raise Refusal("say_what", Words(zh="请写明怎样核实、怎样处理", en="Write what was found and done"), field="words")
    comparisons.deal(drift=drift, done=done, words=words.strip()[:1000], by=by, now=now)
