"""Refunds by hand (人工退费): one officer asks for so much of each line, another allows it, and who paid is told."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base import money
from tongban.base.actors import Actor
from tongban.base.errors import Denied, NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.identity import queries as identity
from tongban.journeys import find, moves
from tongban.journeys.handle import giving
from tongban.journeys.pay import taking, telling
from tongban.payments import proposals
from tongban.payments import queries as paid
from tongban.payments.refusals import NoOrder, NoProposal, NoRefund

ASK, ALLOW = "refund", "allow-refund"  # powers
SHORTEST = 4


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what was paid; ``left`` is what can still go back."""

    id: str
    title: Words
    payee: Words
    fen: int
    back: int
    left: int
    cites: tuple[str, ...]


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """One payment with its lines; ``waiting``: what was asked for of it, and nobody has judged yet."""

    id: str
    at: datetime
    fen: int
    back: int
    reference: str
    lines: tuple[Line, ...]
    waiting: Any = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asked for by hand: of which lines how much; ``own``: by whoever looks at it."""

    row: Any
    number: str
    title: Words
    lines: tuple[tuple[Words, int], ...]
    own: bool


class Stuck(msgspec.Struct, frozen=True, kw_only=True):
    """Money that the acquirer would not give back, of which lines; ``waits``: a refund of its payment waits to be judged."""

    row: Any
    number: str
    title: Words
    lines: tuple[tuple[Words, int], ...]
    waits: bool


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The money of one case as the officer sees it who gives it back."""

    number: str
    title: Words
    paid: tuple[Paid, ...]
    asked: tuple[Asked, ...]
    stuck: tuple[Stuck, ...]


def waiting(*, by: Actor) -> list[Asked]:
    """What waits to be judged at the offices that this officer looks after, oldest first."""
    reach = _reach(by)
    rows = paid.proposals_open()
    found = [row for row in rows if _payees(row) <= reach]
    return [_asked(row, by) for row in found]


def stuck(*, by: Actor) -> list[Stuck]:
    """What the acquirer would not give back of the payees that this officer looks after, oldest first."""
    reach, live = _reach(by), {row.order_id for row in paid.proposals_open()}
    return [_stuck(row, live) for row in paid.refunds_stuck() if _payees_of(row.payment.order, row.shares) <= reach]


def _stuck(row: Any, live: Container[Any]) -> Stuck:
    order = row.payment.order
    case = stored.by_number(order.case)
    lines = _moved(order, row)
    return Stuck(row=row, number=case.number, title=Words(**case.title), lines=lines, waits=order.id in live)


def sheet(number: str, *, by: Actor) -> Sheet:
    """One case's payments. Raises NotFound, and Denied where none of its payees is of the officer's."""
    row, orders = _seen(number, by)
    asked = [_asked(each, by) for each in paid.proposals_of(row.number)]
    live = {each.row.order_id: each for each in asked if each.row.state == each.row.OPEN}
    made = tuple(_paid(order, live.get(order.id)) for order in orders if order.state == order.PAID)
    found = tuple(each for each in stuck(by=by) if each.number == row.number)
    return Sheet(number=row.number, title=Words(**row.title), paid=made, asked=tuple(asked), stuck=found)


def _seen(number: str, by: Actor) -> tuple[Any, list[Any]]:
    row = stored.find(number)
    if row is None or row.city != settings.TONGBAN_ADCODE:
        raise NotFound("no_case", Words(zh="没有找到这个办件", en="There is no such case"))
    orders = paid.of_case(row.number)
    payees = {share.payee for order in orders for share in order.shares.all()}
    if not (payees or stored.state(row).offices) & _reach(by):
        raise _not_yours()
    return row, orders


def _reach(by: Actor) -> frozenset[str]:
    """The offices whose money this officer may have given back: their own, and what theirs looks after."""
    return identity.acting_for(by.office or "") | identity.supervised_by(by.office or "")


def _not_yours() -> Denied:
    return Denied(
        "not_your_office",
        Words(zh="收款单位不归您所在的部门管理", en="Your office does not look after these payees"),
        next_step=Words(zh="请由收款单位或者财政部门办理。", en="The payee's own office, or finance, does this."),
    )


def _payees(row: Any) -> set[str]:
    return _payees_of(row.order, row.shares)


def _payees_of(order: Any, shares: Mapping[str, int]) -> set[str]:
    """Whose money it is; what fits no order is nobody's, and for all of its payees to look after."""
    return {share.payee for share in order.shares.all() if not shares or str(share.id) in shares}


def _moved(order: Any, row: Any) -> tuple[tuple[Words, int], ...]:
    """What goes back of which line; what fits no order has none."""
    titles = {str(share.id): Words(**share.title) for share in order.shares.all()}
    beside = Words(zh="重复支付或者超时支付的款项", en="What was paid twice or too late")
    return tuple((titles[id], fen) for id, fen in row.shares.items()) or ((beside, row.fen),)


def _asked(row: Any, by: Actor) -> Asked:
    case = stored.by_number(row.order.case)
    lines = _moved(row.order, row)
    return Asked(row=row, number=case.number, title=Words(**case.title), lines=lines, own=row.asked_by == by.id)


def _paid(order: Any, live: Asked | None) -> Paid:
    return Paid(
        id=str(order.id),
        at=order.paid_at,
        fen=order.paid_fen,
        back=order.refunded_fen,
        reference=order.reference,
        lines=tuple(_lines(order)),
        waiting=live,
    )


def _lines(order: Any) -> Iterator[Line]:
    for share in order.shares.all():
        yield Line(
            id=str(share.id),
            title=Words(**share.title),
            payee=Words(**find.office(settings.TONGBAN_ADCODE, share.payee)["name"]),
            fen=share.fen,
            back=share.refunded_fen,
            left=share.left,
            cites=tuple(share.cites),
        )


def ask(
    *, number: str, order: str, amounts: Mapping[str, str], reason: str, cites: str, by: Actor, now: datetime
) -> Any:
    """Ask for money to go back: ``amounts`` are yuan as typed, by share. Raises Refusal with the field that is wrong,
    NoOrder, TooMuch, RefundWaits."""
    row, orders = _seen(number, by)
    _may(by, ASK, row, now)
    found = next((each for each in orders if str(each.id) == order and each.state == each.PAID), None)
    if found is None:
        raise NoOrder
    shares = _typed(found, amounts)
    _explained(reason, cites)
    if not _payees_of(found, shares) <= _reach(by):
        raise _not_yours()
    return proposals.ask(order=order, shares=shares, reason=reason.strip(), cites=cites.strip(), by=by, now=now)


def ask_stuck(*, number: str, refund: str, reason: str, cites: str, by: Actor, now: datetime) -> Any:
    """Ask for what the acquirer would not give back to go back all the same. Raises Refusal with the field that is wrong,
    NoRefund, RefundWaits."""
    row, _ = _seen(number, by)
    _may(by, ASK, row, now)
    if refund not in {str(each.row.id) for each in stuck(by=by) if each.number == row.number}:
        raise NoRefund
    _explained(reason, cites, f"-{refund}")
    return proposals.ask_stuck(refund=refund, reason=reason.strip(), cites=cites.strip(), by=by, now=now)


def _explained(reason: str, cites: str, of: str = "") -> None:
    _written(reason, f"reason{of}", Words(zh="请写明为什么退费", en="Write why it goes back"))
    _written(cites, f"cites{of}", Words(zh="请写明依据哪一条", en="Name the article it rests on"))


def _typed(order: Any, amounts: Mapping[str, str]) -> dict[str, int]:
    """What was typed, as fen by share. Raises Refusal for what is no amount, nothing, or more than is left."""
    shares: dict[str, int] = {}
    for share in order.shares.all():
        text, field = amounts.get(str(share.id), "").strip(), f"fen-{share.id}"
        if text:
            fen = money.capital(money.parse(text, field=field), field=field)
            if fen > share.left:
                raise _more_than(share, field)
            shares[str(share.id)] = fen
    if not shares:
        first = str(order.shares.all()[0].id)
        raise Refusal(
            "amount_missing", Words(zh="请填写要退的金额", en="Give the amount to go back"), field=f"fen-{first}"
        )
    return shares


def _more_than(share: Any, field: str) -> Refusal:
    says = Words(zh="最多还能退 {fen}", en="At most {fen} can go back").format(fen=money.words(share.left))
    return Refusal("refund_too_much", says, field=field)


def _written(text: str, field: str, says: Words) -> None:
    if len(text.strip()) < SHORTEST:
        raise Refusal("say_why", says, field=field)


def _may(by: Actor, power: str, row: Any, now: datetime) -> None:
    """Who has the power, and neither is nor is near to whose case it is (回避)."""
    if power not in by.powers:
        raise Denied("no_power", Words(zh="您没有这项退费权限", en="You have no such power over refunds"))
    circle = moves.circle_of(row, now=now)
    if by.person and by.person in circle.persons | circle.relatives:
        raise Denied(
            "own_case",
            Words(zh="不得办理本人或近亲属的退费，应当回避", en="Nobody gives money back to themselves or a relative"),
            cites=("公务员法 第七十六条",),
        )


def allow(*, proposal: str, by: Actor, now: datetime) -> Any:
    """Give back what another officer asked for; whom it concerns is told. Raises as ``proposals.allow``."""
    row = _mine(proposal, by, now)
    with moves.together():
        made = proposals.allow(proposal=proposal, by=by, now=now)
        taking.send_back(made.refund)
        telling.tell_of_refund(row, made, now=now)
        _noted(row, made, by, now)
    return made


def _noted(row: Any, made: Any, by: Actor, now: datetime) -> None:
    """The case's history says it too, here and where the case was taken in; why and under which article is kept sealed."""
    text = f"{made.reason}（{made.cites}）"
    command = lifecycle.GiveBack(
        by=by,
        node=settings.TONGBAN_ADCODE,
        circle=moves.circle_of(row, now=now),
        fen=made.fen,
        reasons=moves.digest_of(text),
    )
    kept = giving.written(command.reasons, kind="refund", text=text, step="", by=by, now=now)
    moves.move(number=row.number, command=command, now=now, writing=kept)


def decline(*, proposal: str, words: str, by: Actor, now: datetime) -> Any:
    """Give nothing back, and say why; or take back what oneself asked for."""
    found = paid.proposal(proposal)
    if found is not None and found.asked_by == by.id:
        return proposals.decline(proposal=proposal, words="", by=by, now=now)
    _mine(proposal, by, now)
    _written(words, "words", Words(zh="请写明为什么不退", en="Write why nothing goes back"))
    return proposals.decline(proposal=proposal, words=words.strip(), by=by, now=now)


def _mine(proposal: str, by: Actor, now: datetime) -> Any:
    """The case of a proposal that this officer may judge."""
    found = paid.proposal(proposal)
    if found is None:
        raise NoProposal
    if not _payees(found) <= _reach(by):
        raise _not_yours()
    row = stored.by_number(found.order.case)
    _may(by, ALLOW, row, now)
    return row
