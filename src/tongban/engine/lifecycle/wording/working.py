"""Working on steps: reach, powers, offices, hands."""

from __future__ import annotations

from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.engine.lifecycle.wording.shape import ART_38, ASK_COLLEAGUE, RELOAD, WAIT, Wording, w

WORDINGS: dict[str, Wording] = {
    "no_such_step": Wording(NotFound, w("没有环节“{step}”。", "There is no step “{step}”."), RELOAD),
    "step_waiting": Wording(
        Conflict,
        w("“{step}”还需先完成：{waits}。", "“{step}” still waits for: {waits}."),
        WAIT,
    ),
    "step_done": Wording(Conflict, w("“{step}”已完成。", "“{step}” is done already."), RELOAD),
    "step_taken": Wording(
        Conflict,
        w("“{step}”正由其他人员办理。", "Somebody else has “{step}” in hand."),
        w("请等待其完成或交还。", "Wait until they finish it or give it back."),
    ),
    "same_hands": Wording(
        Conflict,
        w("“{step}”已在这位同事手中。", "This colleague has “{step}” in hand already."),
        w("请选择其他同事。", "Choose another colleague."),
    ),
    "step_not_taken": Wording(Conflict, w("“{step}”无人领取。", "Nobody has “{step}” in hand."), RELOAD),
    "step_not_done": Wording(Conflict, w("“{step}”尚未完成。", "“{step}” is not done yet."), RELOAD),
    "step_failed": Wording(
        Refusal,
        w("未通过的环节：{waits}，不能准予。", "These did not pass: {waits}; it cannot be granted."),
        w("请退回重办，或作出不予许可决定。", "Send it back, or refuse in writing."),
        (ART_38,),
    ),
    "not_finished_here": Wording(
        Refusal,
        w("“{step}”应通过受理、决定或制证完成。", "“{step}” is finished by accepting, deciding or issuing."),
        w("请使用相应操作。", "Use that action."),
    ),
    "outcome_unfit": Wording(
        Refusal,
        w("“{step}”不能以“{outcome}”结束。", "“{step}” cannot end as “{outcome}”."),
        w("请选择适用的结果。", "Choose an outcome that fits the step."),
    ),
    "proof_expected": Wording(
        Refusal,
        w("自动办理须附全部规则成立的证明。", "A computed step needs the proof that all rules held."),
        w("请附规则运算记录的摘要。", "Give the digest of the rules' evaluation."),
    ),
    "payment_expected": Wording(
        Refusal,
        w("缴费环节须附入账凭据。", "A step of payment needs the ledger's entry."),
        w("请附入账记录的摘要。", "Give the digest of the ledger's entry."),
    ),
    "paid_by_payment": Wording(
        Denied,
        w("“{step}”在款项到账后自动完成。", "“{step}” is done by the payment itself."),
        w("请等待申请人缴费。", "Wait for the applicant to pay."),
    ),
    "note_expected": Wording(
        Refusal,
        w("系统告知须附送达凭据。", "A step told by the system needs the receipt of having told."),
        w("请附送达回执的摘要。", "Give the digest of the receipt."),
    ),
    "rules_decide": Wording(
        Denied,
        w("“{step}”由规则自动办理。", "“{step}” is done by the rules themselves."),
        w("请等待系统运算。", "Wait for the system."),
    ),
    "by_desk": Wording(
        Denied,
        w("“{step}”由工作人员办理，不接受系统办理。", "“{step}” is done by officers, not by a system."),
        ASK_COLLEAGUE,
    ),
    "officers_only": Wording(
        Denied,
        w("此操作由工作人员办理。", "This is for officers to do."),
        w("请联系受理窗口。", "Ask the window."),
    ),
    "system_only": Wording(
        Denied,
        w("此操作由系统办理。", "This is for the system to do."),
        RELOAD,
    ),
    "no_power": Wording(
        Denied,
        w("您没有“{power}”权限。", "You do not hold the power “{power}”."),
        ASK_COLLEAGUE,
    ),
    "wrong_office": Wording(
        Denied,
        w("该环节由其他部门办理（{office}）。", "This belongs to another office ({office})."),
        w("请由该部门人员办理。", "Let an officer of that office do it."),
    ),
    "own_case": Wording(
        Denied,
        w("不得办理本人或近亲属的办件，应当回避。", "Nobody handles their own or a relative's case."),
        ASK_COLLEAGUE,
        ("公务员法 第七十六条",),
    ),
    "not_a_party": Wording(
        Denied,
        w("只有申请人或其代理人可以这样做。", "Only a party of the case may do this."),
        w("请由申请人登录办理。", "Let the applicant sign in."),
    ),
    "examined_cannot_decide": Wording(
        Denied,
        w("审查人员不得作出决定。", "Who examined does not decide."),
        ASK_COLLEAGUE,
    ),
    "separate_hands": Wording(
        Denied,
        w("您已办理“{other}”，不得再办理“{step}”。", "You did “{other}”, so you may not do “{step}”."),
        ASK_COLLEAGUE,
    ),
}
