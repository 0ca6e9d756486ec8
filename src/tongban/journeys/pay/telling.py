"""What people are told of the money of their case: each thing once (缴费通知)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tongban.base import money
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.engine.plan import StepKind
from tongban.identity import queries as identity
from tongban.journeys import acting, moves, tell
from tongban.journeys.pay import payers, quoting
from tongban.notices import actions as notices
from tongban.notices import queries as told
from tongban.payments import queries as payments

Said = tuple[str, Words, Words]
PATIENCE = timedelta(days=3)  # after which who has not paid is told once more


def tell_all(row: Any, orders: Sequence[Any], *, due: quoting.Quote, waits: bool, now: datetime) -> None:
    """Tell those whom the case concerns, and every other party who owes something, what is due from them where it waits for
    it (``waits``), what they paid, what has gone back."""
    if not orders and not (waits and due.lines):
        return
    for account, mine, all_ in _readers(row, due, now=now):
        theirs = [order for order in orders if all_ or order.payer == str(account.id)]
        _tell(row, [account], list(_said(Words(**row.title), theirs, mine.fen if waits else 0)), now)


def _readers(row: Any, due: quoting.Quote, *, now: datetime) -> Iterator[tuple[Any, quoting.Quote, bool]]:
    """Who is told of the money of a case: each account with what is due from it, and whether it is told of all payments."""
    document = stored.content(row, warrant=moves.SELF, now=now)["document"]
    keys = [role["key"] for role in document["roles"]]
    owing = {str(account.id): (account, roles) for account, roles in payers.accounts(document, keys)}
    shares = payments.paid_shares(row.number)
    for account in tell.concerned(row, now=now):
        _, roles = owing.pop(str(account.id), (account, frozenset()))
        yield account, quoting.share(due, shares, payers.Eyes(roles=roles, whole=True)), True
    for account, roles in owing.values():
        if not row.entity and not acting.minor(account.person, now=now):
            yield account, due.only(roles), False


def tell_of_step(row: Any, *, now: datetime) -> None:
    """Tell them once that a case which another city decides waits for its payment; the amount stands on the page."""
    steps = stored.state(row).steps
    if not any(s.kind is StepKind.PAY and s.state is lifecycle.StepState.OPEN for s in steps):
        return
    title = Words(zh="请缴费", en="Please pay")
    body = Words(zh="《{title}》已经办好，缴费后出具结果", en="{title} is ready; it is issued when it is paid").format(
        title=Words(**row.title)
    )
    _tell(row, tell.concerned(row, now=now), [("ask", title, body)], now)


def remind(*, now: datetime) -> int:
    """Tell those once more who were told days ago and have not paid (job); of how many cases."""
    told_of = 0
    for number in stored.waiting_to_be_paid():
        row = stored.by_number(number)
        due = quoting.quote(row, now=now)
        if due.lines and now - stored.state(row).updated_at > PATIENCE:
            for account, mine, _ in _readers(row, due, now=now):
                _tell(row, [account], _reminded(row, mine.fen), now)
            told_of += 1
    return told_of


def _reminded(row: Any, fen: int) -> list[Said]:
    body = Words(zh="《{title}》还有 {fen} 没有缴纳，缴清后出具结果", en="{title}: {fen} is still to be paid; then it is issued")
    said = body.format(title=Words(**row.title), fen=money.words(fen))
    return [("ask", Words(zh="缴费提醒", en="A reminder to pay"), said)] if fen else []


def tell_of_refund(row: Any, proposal: Any, *, now: datetime) -> None:
    """Tell them, and who paid, that money goes back on an officer's word: how much, why, under which article."""
    body = Words(
        zh="《{title}》退回 {fen}，原路返回。理由：{why}。依据：{cites}",
        en="{title}: {fen} goes back the way it came. Reason: {why}. Article: {cites}",
    ).format(title=Words(**row.title), fen=money.words(proposal.fen), why=proposal.reason, cites=proposal.cites)
    accounts = {str(each.id): each for each in tell.concerned(row, now=now)}
    payer = _payer(proposal.order)
    if payer is not None:
        accounts[str(payer.id)] = payer
    for account in accounts.values():
        title, link = Words(zh="退费已批准", en="A refund is approved"), f"/cases/{row.number}/pay"
        notices.tell(account=account, title=title, body=body, now=now, case=row.number, link=link, kind="case")


def _payer(order: Any) -> Any:
    """The account that ordered a payment; None where another city ordered it."""
    try:
        return identity.account(UUID(order.payer))
    except ValueError:
        return None


def _tell(row: Any, accounts: Sequence[Any], said: Sequence[Said], now: datetime) -> None:
    for account in accounts:
        for kind, title, body in said:
            if not told.said(account.id, case=row.number, title=title, body=body):
                notices.tell(
                    account=account, title=title, body=body, now=now, case=row.number, link=f"/cases/{row.number}/pay", kind=kind
                )


def _said(of: Words, orders: Sequence[Any], due: int) -> Iterator[Said]:
    for order in orders:
        if order.paid_fen:
            body = Words(zh="《{title}》已缴 {fen}，票据在缴费页面", en="{title}: {fen} is paid; the receipts are on its page")
            yield "case", Words(zh="缴费成功", en="Paid"), body.format(title=of, fen=money.words(order.paid_fen))
    back = sum(refund.fen for refund in _done(orders))
    if back:
        body = Words(zh="《{title}》共退回 {fen}，原路返回", en="{title}: {fen} in all went back the way it came")
        yield "case", Words(zh="款项已退回", en="Money was refunded"), body.format(title=of, fen=money.words(back))
    yield from _troubled(of, orders)
    if due:
        body = Words(zh="《{title}》已经办好，缴纳 {fen} 后出具结果", en="{title} is ready; it is issued when {fen} is paid")
        yield "ask", Words(zh="请缴费", en="Please pay"), body.format(title=of, fen=money.words(due))


def _troubled(of: Words, orders: Sequence[Any]) -> Iterator[Said]:
    """Money that did not go back."""
    for refund in _refunds(orders):
        if refund.trouble:
            title, body = _TROUBLE[refund.trouble]
            yield "case", title, body.format(title=of, fen=money.words(refund.fen))


_TROUBLE = {
    "again": (
        Words(zh="退款没有成功", en="A refund did not go through"),
        Words(
            zh="《{title}》的 {fen} 没有退成，系统会再次退款，您不需要做什么",
            en="{title}: {fen} did not go back; it is tried again by itself, and you need do nothing",
        ),
    ),
    "stuck": (
        Words(zh="退款由工作人员办理", en="An officer sees to your refund"),
        Words(
            zh="《{title}》的 {fen} 多次没有退成，已转工作人员办理，您不需要做什么",
            en="{title}: {fen} was tried several times and did not go back; an officer sees to it, and you need do nothing",
        ),
    ),
}


def _done(orders: Sequence[Any]) -> Iterator[Any]:
    """Refunds that have reached who paid."""
    return (refund for refund in _refunds(orders) if refund.state == refund.DONE)


def _refunds(orders: Sequence[Any]) -> Iterator[Any]:
    for order in orders:
        for payment in order.payments.all():
            yield from payment.refunds.all()
