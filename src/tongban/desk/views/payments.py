"""What came of comparing the acquirer's statements with the ledger, for a supervisor (对账)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.words import Words
from tongban.journeys import pay
from tongban.ui import words
from tongban.ui.doors import opens_for, page

KINDS = {
    "missing-here": Words(zh="回报丢失，已补记", en="its message was lost; booked now"),
    "missing-there": Words(zh="对账单没有这笔", en="not in the statement"),
    "other-amount": Words(zh="金额不一致", en="another amount"),
    "no_order": Words(zh="没有这个缴费单", en="of no order of ours"),
    "no_refund": Words(zh="没有这笔退款", en="of no refund of ours"),
}
OTHER = Words(zh="不能入账", en="cannot be booked")


@require_GET
@opens_for(Kind.OFFICER, power="supervise")
def payments(request: HttpRequest) -> HttpResponse:
    """Balances, the last days, and every difference that a person has to look at."""
    books = pay.books()
    return page(
        request,
        "desk/payments.html",
        accounts=[(account, words.money(abs(fen))) for account, fen in books.accounts],
        days=[
            (words.day(s.day), s.read, words.money(s.paid_fen), words.money(s.refunded_fen), s.mended, s.differing)
            for s in books.days
        ],
        open=[
            (words.day(d.statement.day), d.subject, KINDS.get(d.kind, OTHER), words.money(d.ours_fen), words.money(d.theirs_fen))
            for d in books.open
        ],
    )
