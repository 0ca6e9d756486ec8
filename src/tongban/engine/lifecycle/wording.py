"""How each refusal reads. A table, so that lawyers can read it; codes are stable."""

from __future__ import annotations

import msgspec

from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.base.words import Words


class Wording(msgspec.Struct, frozen=True):
    """One refusal: its class (which sets the HTTP status), what, what to do next, and the articles."""

    kind: type[Refusal]
    brief: Words
    next_step: Words
    cites: tuple[str, ...] = ()


def _w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


_ART_26 = "行政许可法 第二十六条"
_ART_32 = "行政许可法 第三十二条"
_ART_38 = "行政许可法 第三十八条"
_ART_42 = "行政许可法 第四十二条"
_ART_45 = "行政许可法 第四十五条"
_ART_69 = "行政许可法 第六十九条"
_RELOAD = _w("请刷新办件，查看最新进展。", "Reload the case and see where it stands now.")
_ASK_COLLEAGUE = _w("请转由其他工作人员办理。", "Pass it to another officer.")
_WAIT = _w("请等待前一环节完成。", "Wait until the earlier step is finished.")

WORDINGS: dict[str, Wording] = {
    "no_such_case": Wording(
        NotFound,
        _w("没有这个办件。", "There is no such case."),
        _w("请核对办件编号。", "Check the case number."),
    ),
    "already_submitted": Wording(
        Conflict,
        _w("该申请已经提交。", "This application was submitted already."),
        _w("请凭办件编号查询进展。", "Follow it by its case number."),
    ),
    "bad_plan": Wording(
        Refusal,
        _w("办理方案不完整：{what}。", "The plan is not sound: {what}."),
        _w("请修正事项配置后重新生成方案。", "Mend the item's files and compose the plan again."),
    ),
    "digest_expected": Wording(
        Refusal,
        _w("“{name}”应为 SHA-256 摘要。", "“{name}” must be a SHA-256 digest."),
        _w("请保存原文并提交其摘要。", "Store the text and give its digest."),
    ),
    "say_why": Wording(
        Refusal,
        _w("须书面说明理由和法律依据。", "Reasons and the articles must be given in writing."),
        _w("请填写理由和依据条款。", "Write the reasons and name the articles."),
        (_ART_38,),
    ),
    "say_what_is_missing": Wording(
        Refusal,
        _w("须一次告知需要补正的全部内容。", "Everything that is missing must be named at once."),
        _w("请列出需要补正的材料或信息。", "List the materials or facts to supplement."),
        (_ART_32,),
    ),
    "supplement_already_asked": Wording(
        Conflict,
        _w("补正只能一次告知，本办件已告知过。", "Supplements may be asked for once only, and they were."),
        _w("请依法受理，或书面不予受理。", "Accept the case, or refuse acceptance in writing."),
        (_ART_32,),
    ),
    "supplement_by_past": Wording(
        Refusal,
        _w("补正截止日应在今天之后。", "The last day to supplement must lie after today."),
        _w("请另定截止日。", "Set a later day."),
        (_ART_32,),
    ),
    "supplement_still_open": Wording(
        Refusal,
        _w("补正期限未到（{until}）。", "The time to supplement runs until {until}."),
        _w("请在期限届满后再办结。", "Wait until it has passed."),
        (_ART_32,),
    ),
    "not_asked_to_supplement": Wording(
        Conflict,
        _w("该办件没有待补正的内容。", "Nothing is asked to be supplemented."),
        _RELOAD,
    ),
    "nothing_supplemented": Wording(
        Refusal,
        _w("没有补正内容。", "Nothing was supplemented."),
        _w("请上传或填写被告知的内容。", "Upload or fill in what was asked for."),
    ),
    "not_deemed_yet": Wording(
        Refusal,
        _w("告知期限未过（{until}），尚不能视为受理。", "The office may still answer until {until}."),
        _w("请等待受理结果。", "Wait for the office's answer."),
        (_ART_32,),
    ),
    "not_yet_accepted": Wording(
        Conflict,
        _w("该办件尚未受理。", "The case is not accepted yet."),
        _w("请先受理。", "Accept it first."),
        (_ART_32,),
    ),
    "awaiting_supplement": Wording(
        Conflict,
        _w("正在等待申请人补正。", "The applicant has still to supplement."),
        _w("请等待补正或补正期满。", "Wait for the supplement or for its last day."),
        (_ART_32,),
    ),
    "already_accepted": Wording(Conflict, _w("该办件已受理。", "The case is accepted already."), _RELOAD),
    "already_suspended": Wording(
        Conflict,
        _w("该办件已中止计时。", "The case is suspended."),
        _w("特别程序结束后请恢复计时。", "Resume it when the special procedure has ended."),
        (_ART_45,),
    ),
    "already_decided": Wording(Conflict, _w("该办件已作出决定。", "The decision was made already."), _RELOAD),
    "already_closed": Wording(
        Conflict,
        _w("该办件已办结。", "The case is closed."),
        _w("如有异议，可申请行政复议或提起行政诉讼。", "Whoever disagrees may ask for review or sue."),
    ),
    "not_closed": Wording(Conflict, _w("该办件尚未办结。", "The case is not closed."), _RELOAD),
    "withdrawn": Wording(
        Conflict,
        _w("申请人已撤回该申请。", "The applicant took this application back."),
        _w("如需办理，请重新申请。", "Apply anew if it is still wanted."),
    ),
    "no_such_step": Wording(NotFound, _w("没有环节“{step}”。", "There is no step “{step}”."), _RELOAD),
    "step_waiting": Wording(
        Conflict,
        _w("“{step}”还需先完成：{waits}。", "“{step}” still waits for: {waits}."),
        _WAIT,
    ),
    "step_done": Wording(Conflict, _w("“{step}”已完成。", "“{step}” is done already."), _RELOAD),
    "step_taken": Wording(
        Conflict,
        _w("“{step}”正由其他人员办理。", "Somebody else has “{step}” in hand."),
        _w("请等待其完成或交还。", "Wait until they finish it or give it back."),
    ),
    "step_not_taken": Wording(Conflict, _w("“{step}”无人领取。", "Nobody has “{step}” in hand."), _RELOAD),
    "step_not_done": Wording(Conflict, _w("“{step}”尚未完成。", "“{step}” is not done yet."), _RELOAD),
    "step_failed": Wording(
        Refusal,
        _w("未通过的环节：{waits}，不能准予。", "These did not pass: {waits}; it cannot be granted."),
        _w("请退回重办，或作出不予许可决定。", "Send it back, or refuse in writing."),
        (_ART_38,),
    ),
    "not_finished_here": Wording(
        Refusal,
        _w("“{step}”应通过受理、决定或制证完成。", "“{step}” is finished by accepting, deciding or issuing."),
        _w("请使用相应操作。", "Use that action."),
    ),
    "outcome_unfit": Wording(
        Refusal,
        _w("“{step}”不能以“{outcome}”结束。", "“{step}” cannot end as “{outcome}”."),
        _w("请选择适用的结果。", "Choose an outcome that fits the step."),
    ),
    "proof_expected": Wording(
        Refusal,
        _w("自动办理须附全部规则成立的证明。", "A computed step needs the proof that all rules held."),
        _w("请附规则运算记录的摘要。", "Give the digest of the rules' evaluation."),
    ),
    "note_expected": Wording(
        Refusal,
        _w("系统告知须附送达凭据。", "A step told by the system needs the receipt of having told."),
        _w("请附送达回执的摘要。", "Give the digest of the receipt."),
    ),
    "rules_decide": Wording(
        Denied,
        _w("“{step}”由规则自动办理。", "“{step}” is done by the rules themselves."),
        _w("请等待系统运算。", "Wait for the system."),
    ),
    "by_desk": Wording(
        Denied,
        _w("“{step}”由工作人员办理，不接受系统办理。", "“{step}” is done by officers, not by a system."),
        _ASK_COLLEAGUE,
    ),
    "officers_only": Wording(
        Denied,
        _w("此操作由工作人员办理。", "This is for officers to do."),
        _w("请联系受理窗口。", "Ask the window."),
    ),
    "system_only": Wording(
        Denied,
        _w("此操作由系统办理。", "This is for the system to do."),
        _RELOAD,
    ),
    "no_power": Wording(
        Denied,
        _w("您没有“{power}”权限。", "You do not hold the power “{power}”."),
        _ASK_COLLEAGUE,
    ),
    "wrong_office": Wording(
        Denied,
        _w("该环节由其他部门办理（{office}）。", "This belongs to another office ({office})."),
        _w("请由该部门人员办理。", "Let an officer of that office do it."),
    ),
    "own_case": Wording(
        Denied,
        _w("不得办理本人或近亲属的办件，应当回避。", "Nobody handles their own or a relative's case."),
        _ASK_COLLEAGUE,
        ("公务员法 第七十六条",),
    ),
    "not_a_party": Wording(
        Denied,
        _w("只有申请人或其代理人可以这样做。", "Only a party of the case may do this."),
        _w("请由申请人登录办理。", "Let the applicant sign in."),
    ),
    "examined_cannot_decide": Wording(
        Denied,
        _w("审查人员不得作出决定。", "Who examined does not decide."),
        _ASK_COLLEAGUE,
    ),
    "separate_hands": Wording(
        Denied,
        _w("您已办理“{other}”，不得再办理“{step}”。", "You did “{other}”, so you may not do “{step}”."),
        _ASK_COLLEAGUE,
    ),
    "no_such_part": Wording(
        NotFound,
        _w("没有该事项：{part}。", "The case has no such part: {part}."),
        _w("请指明要决定的事项。", "Name the part to decide."),
    ),
    "part_decided": Wording(Conflict, _w("该事项已作出决定。", "This part is decided already."), _RELOAD),
    "rules_do_not_decide": Wording(
        Denied,
        _w("该事项须由工作人员决定。", "An officer must decide this."),
        _ASK_COLLEAGUE,
    ),
    "system_only_grants": Wording(
        Denied,
        _w("系统只能作出准予决定。", "The system can only grant; a refusal is for an officer."),
        _ASK_COLLEAGUE,
        (_ART_38,),
    ),
    "not_granted": Wording(
        Conflict,
        _w("尚未准予，不能制证。", "It is not granted, so nothing can be issued."),
        _w("请先作出决定。", "Decide first."),
    ),
    "certificate_unfit": Wording(
        Refusal,
        _w("证照标识不正确或已使用。", "The certificate's identifier is missing or already used."),
        _w("请核对证照标识。", "Check the identifier."),
    ),
    "steps_left": Wording(Conflict, _w("尚有环节未完成：{waits}。", "Still to be done: {waits}."), _WAIT),
    "not_decided": Wording(Conflict, _w("尚未作出决定。", "Nothing is decided yet."), _WAIT),
    "too_late_to_withdraw": Wording(
        Conflict,
        _w("已作出决定，不能撤回申请。", "It is decided, so it cannot be taken back."),
        _w("如不需要，可申请注销。", "Ask for cancellation if it is no longer wanted."),
        (_ART_69,),
    ),
    "downstream_decided": Wording(
        Conflict,
        _w("依赖“{step}”的事项已作出决定。", "A part that rests on “{step}” is decided already."),
        _w("请依复议程序办理。", "It takes a review."),
    ),
    "not_sent_back_here": Wording(
        Refusal,
        _w("“{step}”不属于该决定所依据的环节。", "This decision does not rest on “{step}”."),
        _RELOAD,
    ),
    "same_office": Wording(
        Refusal,
        _w("该环节已由此部门办理。", "That office has it already."),
        _w("请选择其他部门。", "Choose another office."),
    ),
    "not_suspended": Wording(Conflict, _w("该办件未中止计时。", "The case is not suspended."), _RELOAD),
    "extension_too_long": Wording(
        Refusal,
        _w("最多可延长 {most} 个工作日。", "The time may be extended by {most} working days at most."),
        _w("请减少延长天数。", "Ask for fewer days."),
        (_ART_42,),
    ),
    "extension_asked": Wording(
        Conflict,
        _w("延长申请已提出，等待批准。", "The extension was asked for and awaits approval."),
        _WAIT,
        (_ART_42,),
    ),
    "already_extended": Wording(
        Conflict,
        _w("本办件已延长过一次。", "The time was extended once already."),
        _w("请在期限内作出决定。", "Decide within it."),
        (_ART_42,),
    ),
    "no_extension_asked": Wording(
        Conflict,
        _w("没有待批准的延长申请。", "No extension was asked for."),
        _RELOAD,
        (_ART_42,),
    ),
    "same_hand": Wording(
        Denied,
        _w("申请延长的人不能自行批准。", "Who asked for the extension does not approve it."),
        _ASK_COLLEAGUE,
        (_ART_42,),
    ),
    "not_custodian": Wording(
        Conflict,
        _w("该办件由 {held} 办理，本地不能变更。", "The case is held by {held} and cannot be changed here."),
        _w("请转交该地办理。", "Pass the request on to that city."),
        (_ART_26,),
    ),
    "hand_over_pending": Wording(
        Conflict,
        _w("正在移交给 {to}，等待其接收。", "The case is being handed over to {to}."),
        _w("请等待对方回执。", "Wait for its receipt."),
    ),
    "not_offered": Wording(
        Conflict,
        _w("该办件未移交给这里。", "The case was not offered to this node."),
        _RELOAD,
    ),
    "bad_node": Wording(
        Refusal,
        _w("不能移交给“{to}”。", "The case cannot be offered to “{to}”."),
        _w("请选择其他城市。", "Choose another city."),
    ),
    "nothing_to_give_back": Wording(
        Conflict,
        _w("该办件本就由本地收件。", "The case began here; there is nobody to give it back to."),
        _RELOAD,
    ),
    "nothing_to_deliver": Wording(
        Conflict,
        _w("没有可递送的证照。", "There is nothing to deliver."),
        _w("请先制证。", "Issue the certificate first."),
    ),
    "delivery_out_of_order": Wording(
        Conflict,
        _w("递送状态不能从“{last}”变为“{state}”。", "The delivery cannot go from “{last}” to “{state}”."),
        _RELOAD,
    ),
    "out_of_order": Wording(
        Conflict,
        _w("事件顺序不符，应为第 {expected} 号。", "The event is out of order: expected number {expected}."),
        _w("请从该号重新发送。", "Send again from that number."),
    ),
}


def refusal(code: str, *, field: str | None = None, **values: object) -> Refusal:
    """The refusal of that ``code`` with its words filled in; raise what this returns."""
    wording = WORDINGS[code]
    return wording.kind(
        code,
        wording.brief.format(**values),
        cites=wording.cites,
        next_step=wording.next_step,
        field=field,
    )
