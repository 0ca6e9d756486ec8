"""Every no of this room, with its words."""

from __future__ import annotations

from tongban.base.errors import Conflict, Denied, Refusal
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
    """The face or national-ID port said no, or what it said cannot be believed."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "proof_failed",
            Words(zh="身份核验没有通过", en="The identity check did not pass"),
            because=Words(zh="核验方答复：{reason}", en="The checking service answered: {reason}").format(
                reason=reason
            ),
            next_step=Words(
                zh="可以再试一次，或持身份证到任一窗口办理。", en="Try again, or bring your ID card to any counter."
            ),
        )


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

    def __init__(self, firm: str) -> None:
        super().__init__(
            "no_mandate",
            Words(
                zh="您没有代表“{firm}”办理此事的授权", en="You hold no mandate to act for {firm} in this matter"
            ).format(firm=firm),
            cites=("《中华人民共和国民法典》第一百六十五条",),
            next_step=Words(
                zh="请由该单位法定代表人登录后授权，或由其本人办理。",
                en="Ask the firm's legal representative to sign in and give a mandate, or to act in person.",
            ),
        )
