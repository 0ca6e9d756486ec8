"""Coming in: submitted, accepted or not, supplemented; and where a case stands."""

from __future__ import annotations

from tongban.base.errors import Conflict, NotFound, Refusal
from tongban.engine.lifecycle.wording.shape import ART_32, ART_38, ART_45, RELOAD, Wording, w

WORDINGS: dict[str, Wording] = {
    "no_such_case": Wording(
        NotFound,
        w("没有这个办件。", "There is no such case."),
        w("请核对办件编号。", "Check the case number."),
    ),
    "already_submitted": Wording(
        Conflict,
        w("该申请已经提交。", "This application was submitted already."),
        w("请凭办件编号查询进展。", "Follow it by its case number."),
    ),
    "bad_plan": Wording(
        Refusal,
        w("办理方案不完整：{what}。", "The plan is not sound: {what}."),
        w("请修正事项配置后重新生成方案。", "Mend the item's files and compose the plan again."),
    ),
    "digest_expected": Wording(
        Refusal,
        w("“{name}”应为 SHA-256 摘要。", "“{name}” must be a SHA-256 digest."),
        w("请保存原文并提交其摘要。", "Store the text and give its digest."),
    ),
    "say_why": Wording(
        Refusal,
        w("须书面说明理由和法律依据。", "Reasons and the articles must be given in writing."),
        w("请填写理由和依据条款。", "Write the reasons and name the articles."),
        (ART_38,),
    ),
    "say_what_is_missing": Wording(
        Refusal,
        w("须一次告知需要补正的全部内容。", "Everything that is missing must be named at once."),
        w("请列出需要补正的材料或信息。", "List the materials or facts to supplement."),
        (ART_32,),
    ),
    "supplement_leaves_out": Wording(
        Refusal,
        w("补正只告知一次，还须列入其他部门提出的：{lines}。", "It is told once: add what other offices miss: {lines}."),
        w("请把各部门提出的内容一并列入告知书。", "Put what every office misses into the one notice."),
        (ART_32,),
    ),
    "supplement_already_asked": Wording(
        Conflict,
        w("补正只能一次告知，本办件已告知过。", "Supplements may be asked for once only, and they were."),
        w("请依法受理，或书面不予受理。", "Accept the case, or refuse acceptance in writing."),
        (ART_32,),
    ),
    "supplement_by_past": Wording(
        Refusal,
        w("补正截止日应在今天之后。", "The last day to supplement must lie after today."),
        w("请另定截止日。", "Set a later day."),
        (ART_32,),
    ),
    "supplement_still_open": Wording(
        Refusal,
        w("补正期限未到（{until}）。", "The time to supplement runs until {until}."),
        w("请在期限届满后再办结。", "Wait until it has passed."),
        (ART_32,),
    ),
    "not_asked_to_supplement": Wording(
        Conflict,
        w("该办件没有待补正的内容。", "Nothing is asked to be supplemented."),
        RELOAD,
    ),
    "nothing_supplemented": Wording(
        Refusal,
        w("没有补正内容。", "Nothing was supplemented."),
        w("请上传或填写被告知的内容。", "Upload or fill in what was asked for."),
    ),
    "not_deemed_yet": Wording(
        Refusal,
        w("告知期限未过（{until}），尚不能视为受理。", "The office may still answer until {until}."),
        w("请等待受理结果。", "Wait for the office's answer."),
        (ART_32,),
    ),
    "not_yet_accepted": Wording(
        Conflict,
        w("该办件尚未受理。", "The case is not accepted yet."),
        w("请先受理。", "Accept it first."),
        (ART_32,),
    ),
    "awaiting_supplement": Wording(
        Conflict,
        w("正在等待申请人补正。", "The applicant has still to supplement."),
        w("请等待补正或补正期满。", "Wait for the supplement or for its last day."),
        (ART_32,),
    ),
    "already_accepted": Wording(Conflict, w("该办件已受理。", "The case is accepted already."), RELOAD),
    "already_suspended": Wording(
        Conflict,
        w("该办件已中止计时。", "The case is suspended."),
        w("特别程序结束后请恢复计时。", "Resume it when the special procedure has ended."),
        (ART_45,),
    ),
    "already_decided": Wording(Conflict, w("该办件已作出决定。", "The decision was made already."), RELOAD),
    "already_closed": Wording(
        Conflict,
        w("该办件已办结。", "The case is closed."),
        w("如有异议，可申请行政复议或提起行政诉讼。", "Whoever disagrees may ask for review or sue."),
    ),
    "not_closed": Wording(Conflict, w("该办件尚未办结。", "The case is not closed."), RELOAD),
    "withdrawn": Wording(
        Conflict,
        w("申请人已撤回该申请。", "The applicant took this application back."),
        w("如需办理，请重新申请。", "Apply anew if it is still wanted."),
    ),
}
