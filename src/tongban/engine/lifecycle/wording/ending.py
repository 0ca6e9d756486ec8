"""Ending, time and custody."""

from __future__ import annotations

from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.engine.lifecycle.wording.shape import (
    ART_26,
    ART_38,
    ART_42,
    ART_69,
    ASK_COLLEAGUE,
    RELOAD,
    WAIT,
    Wording,
    w,
)

WORDINGS: dict[str, Wording] = {
    "no_such_part": Wording(
        NotFound,
        w("没有该事项：{part}。", "The case has no such part: {part}."),
        w("请指明要决定的事项。", "Name the part to decide."),
    ),
    "part_decided": Wording(Conflict, w("该事项已作出决定。", "This part is decided already."), RELOAD),
    "part_gone": Wording(
        Conflict,
        w("该事项已终止办理。", "This part has ended without a decision."),
        w("如仍需办理，请另行申请。", "Apply anew if it is still wanted."),
    ),
    "part_undecided": Wording(
        Conflict,
        w("该事项没有作出过决定，不能重新办理。", "This part was never decided, so there is nothing to set aside."),
        w("随其他事项终止的，请对那一事项重新办理。", "If it fell with another part, have that one decided anew."),
    ),
    "rules_do_not_decide": Wording(
        Denied,
        w("该事项须由工作人员决定。", "An officer must decide this."),
        ASK_COLLEAGUE,
    ),
    "system_only_grants": Wording(
        Denied,
        w("系统只能作出准予决定。", "The system can only grant; a refusal is for an officer."),
        ASK_COLLEAGUE,
        (ART_38,),
    ),
    "not_granted": Wording(
        Conflict,
        w("尚未准予，不能制证。", "It is not granted, so nothing can be issued."),
        w("请先作出决定。", "Decide first."),
    ),
    "certificate_unfit": Wording(
        Refusal,
        w("证照标识不正确或已使用。", "The certificate's identifier is missing or already used."),
        w("请核对证照标识。", "Check the identifier."),
    ),
    "steps_left": Wording(Conflict, w("尚有环节未完成：{waits}。", "Still to be done: {waits}."), WAIT),
    "not_decided": Wording(Conflict, w("尚未作出决定。", "Nothing is decided yet."), WAIT),
    "too_late_to_withdraw": Wording(
        Conflict,
        w("已作出决定，不能撤回申请。", "It is decided, so it cannot be taken back."),
        w(
            "尚未决定的事项可以单独撤回；已决定的如不需要，可申请注销。",
            "Parts that are not decided can be taken back one by one; ask for cancellation of what is.",
        ),
        (ART_69,),
    ),
    "downstream_decided": Wording(
        Conflict,
        w("依赖“{step}”的事项已作出决定。", "A part that rests on “{step}” is decided already."),
        w("请依复议程序办理。", "It takes a review."),
    ),
    "not_sent_back_here": Wording(
        Refusal,
        w("“{step}”不属于该决定所依据的环节。", "This decision does not rest on “{step}”."),
        RELOAD,
    ),
    "same_office": Wording(
        Refusal,
        w("该环节已由此部门办理。", "That office has it already."),
        w("请选择其他部门。", "Choose another office."),
    ),
    "not_suspended": Wording(Conflict, w("该办件未中止计时。", "The case is not suspended."), RELOAD),
    "extension_too_long": Wording(
        Refusal,
        w("最多可延长 {most} 个工作日。", "The time may be extended by {most} working days at most."),
        w("请减少延长天数。", "Ask for fewer days."),
        (ART_42,),
    ),
    "extension_asked": Wording(
        Conflict,
        w("延长申请已提出，等待批准。", "The extension was asked for and awaits approval."),
        WAIT,
        (ART_42,),
    ),
    "already_extended": Wording(
        Conflict,
        w("本办件已延长过一次。", "The time was extended once already."),
        w("请在期限内作出决定。", "Decide within it."),
        (ART_42,),
    ),
    "no_extension_asked": Wording(
        Conflict,
        w("没有待批准的延长申请。", "No extension was asked for."),
        RELOAD,
        (ART_42,),
    ),
    "same_hand": Wording(
        Denied,
        w("申请延长的人不能自行批准。", "Who asked for the extension does not approve it."),
        ASK_COLLEAGUE,
        (ART_42,),
    ),
    "not_custodian": Wording(
        Conflict,
        w("该办件由 {held} 办理，本地不能变更。", "The case is held by {held} and cannot be changed here."),
        w("请转交该地办理。", "Pass the request on to that city."),
        (ART_26,),
    ),
    "hand_over_pending": Wording(
        Conflict,
        w("正在移交给 {to}，等待其接收。", "The case is being handed over to {to}."),
        w("请等待对方回执。", "Wait for its receipt."),
    ),
    "not_offered": Wording(
        Conflict,
        w("该办件未移交给这里。", "The case was not offered to this node."),
        RELOAD,
    ),
    "bad_node": Wording(
        Refusal,
        w("不能移交给“{to}”。", "The case cannot be offered to “{to}”."),
        w("请选择其他城市。", "Choose another city."),
    ),
    "nothing_to_give_back": Wording(
        Conflict,
        w("该办件本就由本地收件。", "The case began here; there is nobody to give it back to."),
        RELOAD,
    ),
    "nothing_to_deliver": Wording(
        Conflict,
        w("没有可递送的证照。", "There is nothing to deliver."),
        w("请先制证。", "Issue the certificate first."),
    ),
    "nothing_goes_back": Wording(
        Refusal,
        w("退回的金额须大于零。", "What goes back is more than nothing."),
        w("请填写要退的金额。", "Give the amount to go back."),
    ),
    "delivery_out_of_order": Wording(
        Conflict,
        w("递送状态不能从“{last}”变为“{state}”。", "The delivery cannot go from “{last}” to “{state}”."),
        RELOAD,
    ),
    "out_of_order": Wording(
        Conflict,
        w("事件顺序不符，应为第 {expected} 号。", "The event is out of order: expected number {expected}."),
        w("请从该号重新发送。", "Send again from that number."),
    ),
}
