"""Why money is not taken, or not given back."""

from __future__ import annotations

from tongban.base import money
from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.base.words import Words


class NoOrder(NotFound):
    """No order of this acquirer has this number."""

    def __init__(self) -> None:
        super().__init__("no_order", Words(zh="没有这个缴费单", en="There is no such order"))


class NoRefund(NotFound):
    """No refund of this acquirer has this number."""

    def __init__(self) -> None:
        super().__init__("no_refund", Words(zh="没有这笔退款", en="There is no such refund"))


class OtherAmount(Refusal):
    """What the acquirer says it took or gave is not what was asked for."""

    def __init__(self, fen: int, expected: int) -> None:
        super().__init__(
            "other_amount",
            Words(zh="金额与缴费单不符", en="The amount is not that of the order"),
            because=Words(zh="应为 {a}，来报为 {b}", en="{a} was asked for, {b} is reported").format(
                a=money.words(expected), b=money.words(fen)
            ),
        )


class OtherCurrency(Refusal):
    """Only CNY is asked for."""

    def __init__(self) -> None:
        super().__init__("other_currency", Words(zh="币种与缴费单不符", en="The currency is not that of the order"))


class OtherContent(Conflict):
    """The same message came before with other content."""

    def __init__(self) -> None:
        super().__init__("other_content", Words(zh="同一条回报内容不同", en="This message came before with other content"))


class TooEarly(Conflict):
    """A message that rests on one that has not come yet; the sender is told from which to send again."""

    def __init__(self) -> None:
        super().__init__(
            "out_of_order", Words(zh="前面的回报还没有收到", en="An earlier message has not come yet: send it first")
        )
        self.expected = 1


class PaidAlready(Conflict):
    """Something of what is asked for has been paid."""

    def __init__(self) -> None:
        super().__init__(
            "paid_already",
            Words(zh="已经缴过费了", en="It is paid already"),
            next_step=Words(zh="请刷新页面查看缴费结果。", en="Reload the page to see the payment."),
        )


class BeingPaid(Conflict):
    """Another party has an order open in which something of this is paid."""

    def __init__(self) -> None:
        super().__init__(
            "being_paid",
            Words(zh="另一位当事人正在缴纳其中的费用", en="Another party is paying some of this right now"),
            next_step=Words(zh="请稍等几分钟，刷新页面查看结果。", en="Wait a few minutes and reload the page."),
        )


class TooMuch(Conflict):
    """More would go back than came in and is still there."""

    def __init__(self) -> None:
        super().__init__(
            "refund_too_much", Words(zh="退款超过已缴金额", en="More would go back than was paid and is left")
        )


class RefundWaits(Conflict):
    """Of this order a refund is asked for already, and nobody has judged it yet."""

    def __init__(self) -> None:
        super().__init__(
            "refund_waits",
            Words(zh="这笔缴费已有一份退费申请等待审核", en="A refund of this payment already waits to be judged"),
            next_step=Words(zh="请先审核或撤回那一份。", en="Have that one judged, or take it back, first."),
        )


class NoProposal(NotFound):
    """Nobody asked for such a refund."""

    def __init__(self) -> None:
        super().__init__("no_proposal", Words(zh="没有这份退费申请", en="There is no such request for a refund"))


class JudgedAlready(Conflict):
    """Somebody else has judged it."""

    def __init__(self) -> None:
        super().__init__("judged_already", Words(zh="这份退费申请已经审核过了", en="This refund has been judged already"))


class OwnProposal(Denied):
    """Who asks for money to go back does not allow it."""

    def __init__(self) -> None:
        super().__init__(
            "own_proposal",
            Words(zh="不能审核自己提出的退费申请", en="Nobody allows a refund that they asked for themselves"),
            because=Words(zh="退费由一人申请、另一人审核。", en="One officer asks for money to go back, another allows it."),
            next_step=Words(
                zh="请另一位有审核权限的人员处理。", en="Another officer with the power to approve refunds has to deal with it."
            ),
        )


class NoPayout(NotFound):
    """No payout of this acquirer has this number."""

    def __init__(self) -> None:
        super().__init__("no_payout", Words(zh="没有这笔划拨", en="There is no such payout"))


class NoDrift(NotFound):
    """No difference of this number waits for anybody."""

    def __init__(self) -> None:
        super().__init__("no_drift", Words(zh="没有这笔待处理的差异", en="There is no such difference to deal with"))


class DealtAlready(Conflict):
    """Somebody else was first."""

    def __init__(self) -> None:
        super().__init__("dealt_already", Words(zh="这笔差异已经处理过了", en="This difference was dealt with already"))
