"""Every no of this room, with its words."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.base.words import Words


class WrongCode(Refusal):
    """The one-time code is wrong, used or too old; all alike, so that nothing is learnt by guessing."""

    def __init__(self) -> None:
        super().__init__(
            "wrong_code",
            Words(zh="验证码不正确或已过期", en="The code is wrong or has expired"),
            next_step=Words(zh="请核对短信，或重新获取验证码。", en="Check the text message, or ask for a new code."),
            field="code",
        )


class NoMatch(Refusal):
    """Name and ID number do not match the population registry; alike for no such person."""

    def __init__(self) -> None:
        super().__init__(
            "no_match",
            Words(
                zh="姓名与身份证号码和人口库登记的不一致",
                en="This name and ID number do not match the population registry",
            ),
            next_step=Words(
                zh="请照身份证上的姓名和号码填写；仍不一致时，请持身份证到任一窗口核对。",
                en="Enter both exactly as on the ID card; if they still differ, bring the card to any counter.",
            ),
            field="id_number",
        )


class AlreadyBound(Conflict):
    """Another account is bound to this person: a dispute is opened, nothing is overwritten."""

    def __init__(self) -> None:
        super().__init__(
            "already_bound",
            Words(
                zh="这个身份已绑定另一个手机号，我们已登记核查",
                en="This identity is bound to another mobile number; we have opened a check",
            ),
            because=Words(
                zh="为防止冒名办理，已绑定的身份不会被覆盖。",
                en="To keep anybody from acting in your name, a bound identity is never overwritten.",
            ),
            next_step=Words(
                zh="如是您本人换了手机号，请用原手机号登录，或持身份证到窗口改绑。",
                en="If you changed your number, sign in with the old one or bring your ID card to a counter.",
            ),
        )


class ProofFailed(Denied):
    """The face or national-ID port said no, or what it said cannot be believed. ``reason`` is its own word, or ours."""

    def __init__(self, reason: str) -> None:
        because, next_step = PROOFS.get(reason, UNPROVEN)
        super().__init__(
            "proof_failed",
            Words(zh="身份核验没有通过", en="The identity check did not pass"),
            because=because,
            next_step=next_step,
        )


_AGAIN = Words(zh="可以再试一次，或持身份证到任一窗口办理。", en="Try again, or bring your ID card to any counter.")
_COUNTER = Words(
    zh="请核对登录的账号和姓名；仍不一致的，请持身份证到任一窗口核实。",
    en="Check the account and the name; if they still differ, bring your ID card to any counter.",
)
UNPROVEN = (Words(zh="核验方没有确认是您本人。", en="The checking service did not confirm that it is you."), _AGAIN)
_NOT_SAME = (
    Words(zh="核验的人和这个账号登记的不是同一个人。", en="Whoever was checked is not the person that this account belongs to."),
    _COUNTER,
)
_UNSURE = (
    Words(
        zh="核验结果不完整或来源不明，为了安全没有采用。",
        en="The result was incomplete or of doubtful origin, so to be safe it was not used.",
    ),
    _AGAIN,
)
PROOFS = {
    "left": (
        Words(zh="您没有做完核验就退出了。", en="You left before the check was done."),
        _AGAIN,
    ),
    "expired": (
        Words(zh="这次核验已经超时，或已经用过。", en="This check ran out of time, or was used already."),
        Words(zh="请重新开始一次核验。", en="Please begin the check anew."),
    ),
    "not_same_person": _NOT_SAME,
    "other-person": _NOT_SAME,
    "name_mismatch": (
        Words(zh="姓名与核验方登记的不一致。", en="The name is not the one that the checking service has on record."),
        _COUNTER,
    ),
    "refused": (
        Words(zh="核验方没有接受这次核验。", en="The checking service did not take this check on."),
        _AGAIN,
    ),
    "forged": _UNSURE,
    "other-session": _UNSURE,
}


class WrongSignIn(Denied):
    """User name, password or code is wrong; alike whichever it is."""

    def __init__(self) -> None:
        super().__init__(
            "wrong_sign_in",
            Words(zh="用户名、密码或动态码不正确", en="User name, password or code is not right"),
            next_step=Words(
                zh="核对后再试；忘记密码请找本单位管理员。", en="Try again, or ask your office's administrator."
            ),
        )


class NoMandate(Denied):
    """The firm has not (or no longer) let this person act for it in this matter."""

    def __init__(self, firm: Words | str) -> None:
        name = firm if isinstance(firm, Words) else Words(zh=f"“{firm}”", en=firm)
        super().__init__(
            "no_mandate",
            Words(zh=f"您没有代表{name.zh}办理此事的授权", en=f"You hold no mandate to act for {name.en} in this matter"),
            cites=("《中华人民共和国民法典》第一百六十五条",),
            next_step=Words(
                zh="请由该单位法定代表人登录后授权，或由其本人办理。",
                en="Ask the firm's legal representative to sign in and give a mandate, or to act in person.",
            ),
        )


class OutsideMandate(Denied):
    """The mandate stands, but does not go as far as this matter."""

    def __init__(self, by: Actor) -> None:
        covers = by.reach.covers if by.reach else Words(zh="全部事项", en="everything")
        super().__init__(
            "outside_mandate",
            Words(zh="这件事不在您的授权范围内", en="Your mandate does not cover this"),
            because=Words(
                zh=f"“{by.principal}”授权您办理的是：{covers.zh}。",
                en=f"What {by.principal} lets you do is: {covers.en}.",
            ),
            cites=("《中华人民共和国民法典》第一百六十二条",),
            next_step=Words(
                zh="需要办理更多事项的，请授权人在“我的空间 · 授权”另给一份授权，或由其本人办理。",
                en="To do more, ask whoever gave it for a further mandate (My space · Mandates), or to act in person.",
            ),
        )


class ActingEnded(Denied):
    """Between two requests the power to act for somebody ended: nothing is done, and the session is one's own again."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "acting_ended",
            Words(zh=f"您已不能再为“{name}”办事", en=f"You can no longer act for {name}"),
            because=Words(
                zh="授权已到期、被撤回或被谢绝，或者法定代表人、监护关系已经变更。刚才的操作没有执行。",
                en="The mandate has ended, or the legal representative or guardian has changed. "
                "What you just asked for was not done.",
            ),
            cites=("《中华人民共和国民法典》第一百七十三条", "《中华人民共和国民法典》第一百七十五条"),
            next_step=Words(
                zh="您现在以本人身份办事；仍需代办的，请对方重新授权。",
                en="From now on you act for yourself; if you are still to act for them, ask for a new mandate.",
            ),
        )


class OtherSpace(Denied):
    """The thing is there, in the name of somebody whom this person may act for: they switch first. ``to`` is what they
    choose, empty for themself."""

    def __init__(self, name: str, *, to: str, path: str) -> None:
        whose = Words(zh=f"“{name}”", en=name) if to else Words(zh="您本人", en="yourself")
        super().__init__(
            "other_space",
            Words(zh=f"这件事在{whose.zh}名下", en=f"This is in the name of {whose.en}"),
            because=Words(
                zh="替谁办的事，就在谁的名下；同一时间只为一方办事，不会弄混。",
                en="What is done for somebody is in their name. You act for one at a time, so that nothing is mixed up.",
            ),
            next_step=Words(zh=f"换到{whose.zh}名下，就能打开。", en=f"Switch to acting for {whose.en} to open it."),
        )
        self.to = to
        self.leads = (f"/space/acting?{urlencode({'next': path})}", Words(zh="去切换", en="Switch"))


class InPerson(Denied):
    """Nobody can do this for another."""

    def __init__(self, what: Words) -> None:
        super().__init__(
            "in_person",
            Words(zh="这件事须由本人办理", en="This has to be done in person"),
            because=Words(
                zh=f"{what.zh}：须由本人确认和签名，不能由他人代理。",
                en=f"{what.en}: the person themself confirms and signs; nobody can do it for them.",
            ),
            cites=("《中华人民共和国民法典》第一百六十一条",),
            next_step=Words(zh="请由本人登录后办理。", en="Ask the person to sign in and do it."),
        )


class GuardianSigns(Denied):
    """Under 18 a guardian signs (民法典 arts. 18–20)."""

    def __init__(self) -> None:
        super().__init__(
            "guardian_signs",
            Words(zh="未满 18 周岁，请监护人代为签名", en="You are under 18: a guardian signs for you"),
            because=Words(
                zh="您可以查看和填写；签名由监护人代理。", en="You can look and fill in; a guardian signs in your name."
            ),
            cites=(
                "《中华人民共和国民法典》第十八条",
                "《中华人民共和国民法典》第十九条",
                "《中华人民共和国民法典》第二十条",
            ),
            next_step=Words(
                zh="请父母或其他监护人登录，换到您的名下签名；年满 16 周岁、以自己的劳动收入为主要生活来源的，可持证明到窗口办理。",
                en="Ask a parent or guardian to sign in, act for you, and sign. From 16, if you live on your own earnings, "
                "bring proof of it to a counter.",
            ),
        )


class NoSuchReceiver(Refusal):
    """Name and number are nobody's who can be given a mandate; alike for every reason."""

    def __init__(self) -> None:
        super().__init__(
            "no_receiver",
            Words(
                zh="没有找到姓名与号码都相符、可以接受授权的人",
                en="Nobody who can be given a mandate has both this name and this number",
            ),
            next_step=Words(
                zh="请核对姓名和身份证号码；用手机号的，对方须已登录并核对过身份。受托人须年满 18 周岁，不能是您自己。",
                en="Check the name and ID number; by mobile, they must have signed in and matched their identity. "
                "They must be 18 or over, and another than yourself.",
            ),
            field="number",
        )


class MandateOver(Conflict):
    """The mandate has ended already, or is not this person's to end."""

    def __init__(self) -> None:
        super().__init__(
            "mandate_over",
            Words(zh="这份授权已经结束", en="This mandate is over already"),
            next_step=Words(zh="请在“授权”页查看。", en="See the mandates page."),
        )


class GrantsAndExercises(Denied):
    """Who grants powers exercises none: an officer grants none, the operator none to an account of their own name."""

    def __init__(self) -> None:
        super().__init__(
            "grants_and_exercises",
            Words(zh="授予权限的人不行使权限", en="Who grants powers exercises none"),
            because=Words(
                zh="账号和权限由节点运维人员管理；经办人员不能授予权限，运维人员不能给自己开账号。",
                en="Accounts and powers are the node operator's; an officer grants none, and an operator none to themself.",
            ),
            next_step=Words(zh="请由另一位运维人员办理。", en="Let another operator of the node do it."),
        )


class UnknownPower(Refusal):
    """A power that there is not; ``known`` are those that there are."""

    def __init__(self, unknown: Iterable[str], *, known: list[str]) -> None:
        said, there = ", ".join(unknown), ", ".join(known)
        super().__init__(
            "unknown_power",
            Words(zh="没有这项权限：{said}", en="No such power: {said}").format(said=said),
            next_step=Words(zh="可用的权限：{there}", en="The powers there are: {there}").format(there=there),
            field="powers",
        )
        self.known = known


class UnknownOffice(NotFound):
    """An office that this node has not; ``known`` are the keys of those that it has."""

    def __init__(self, key: str, *, known: list[str]) -> None:
        super().__init__(
            "no_office",
            Words(zh="本市没有这个部门：{key}", en="No such office here: {key}").format(key=key),
            next_step=Words(zh="本市的部门：{there}", en="The offices here: {there}").format(there=", ".join(known)),
            field="office",
        )
        self.known = known


class BadUsername(Refusal):
    """What cannot be a user name or a name; ``field`` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "bad_username",
            Words(zh="账号名或姓名不合规", en="This can be no user name, or no name"),
            because=Words(
                zh="账号名为 1 至 64 位小写字母、数字、点、下划线或连字符，以字母或数字开头；姓名 1 至 64 个字。",
                en="A user name has 1 to 64 lower-case letters, digits, dots, underscores or hyphens and begins with a "
                "letter or digit; a name has 1 to 64 characters.",
            ),
            field=field,
        )


class UsernameTaken(Conflict):
    """There is, or was, an officer of this user name: what they did keeps its name."""

    def __init__(self, username: str) -> None:
        super().__init__(
            "username_taken",
            Words(zh="已有这个账号：{u}", en="There is an account of this name already: {u}").format(u=username),
            next_step=Words(zh="请换一个账号名；停用的账号不再启用。", en="Choose another; an ended account is not opened again."),
            field="username",
        )


class NoOfficer(NotFound):
    """There is no officer of this user name."""

    def __init__(self, username: str) -> None:
        super().__init__(
            "no_officer",
            Words(zh="没有这个账号：{u}", en="There is no account of this name: {u}").format(u=username),
            next_step=Words(zh="用 tongban officer list 查看。", en="See `tongban officer list`."),
            field="username",
        )


class OfficerEnded(Conflict):
    """The officer works here no more: nothing is granted to them."""

    def __init__(self, username: str) -> None:
        super().__init__(
            "officer_ended",
            Words(zh="账号已停用：{u}", en="This account has ended: {u}").format(u=username),
            next_step=Words(zh="请新建一个账号。", en="Make a new account."),
            field="username",
        )
