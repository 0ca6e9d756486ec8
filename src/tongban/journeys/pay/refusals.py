"""Why a payment does not begin."""

from __future__ import annotations

from tongban.base import money
from tongban.base.errors import Conflict
from tongban.base.words import Words


class NothingDue(Conflict):
    """There is nothing to pay: it is paid, not yet asked for, or free."""

    def __init__(self) -> None:
        super().__init__(
            "nothing_due",
            Words(zh="现在没有需要缴纳的费用", en="There is nothing to pay now"),
            next_step=Words(zh="需要缴费时会通知您。", en="You are told when there is."),
        )


class QuoteChanged(Conflict):
    """What is due is not what was shown any more; the new amounts stand on the page."""

    status = 422

    def __init__(self, fen: int) -> None:
        super().__init__(
            "quote_changed",
            Words(zh="应缴金额有变化，没有扣款", en="The amount has changed; nothing was charged"),
            because=Words(
                zh="您打开页面之后，收费标准或办理情况有了变化，现在应缴 {fen}",
                en="Since you opened the page a fee or the case has changed; {fen} is due now",
            ).format(fen=money.words(fen)),
            next_step=Words(zh="请核对新的金额，再确认缴费。", en="Look at the new amounts, then confirm."),
        )
