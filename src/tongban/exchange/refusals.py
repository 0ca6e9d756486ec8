"""What the wire says no to, each by a stable code."""

from __future__ import annotations

from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words

_SAYS = {
    "no_signature": (401, "请求没有签名", "The message is not signed"),
    "duplicate_header": (401, "签名或安全头重复", "Two signatures, or a doubled security header"),
    "coverage": (401, "签名未覆盖必须的内容", "The signature leaves out what it must cover"),
    "digest": (401, "正文与摘要不一致", "The body does not match its digest"),
    "algorithm": (401, "算法与密钥不符", "The algorithm is not the key's"),
    "unknown_key": (401, "未知的密钥", "The key is not on the trust list"),
    "key_not_valid": (401, "密钥已吊销或不在有效期内", "The key is revoked or not valid at this time"),
    "bad_signature": (401, "签名不正确", "The signature is wrong"),
    "replay": (401, "请求重复", "This request was used before"),
    "expired": (401, "签名已过期", "The signature has expired"),
    "not_yet_valid": (401, "签名尚未生效，请核对时钟", "The signature is not valid yet: compare the clocks"),
    "too_long": (401, "签名有效期超过六十秒", "A signature may be valid for 60 seconds at most"),
    "wrong_target": (401, "请求不是发给本节点的", "The request is meant for another node"),
    "response_mismatch": (502, "回答与请求不对应", "The answer does not belong to this request"),
    "too_large": (413, "报文过大", "The message is too large"),
    "malformed": (400, "报文格式不正确", "The message is malformed"),
    "wrong_sender": (403, "密钥不属于所称的发送方", "The key does not belong to the sender named"),
    "untrusted": (403, "发送方不在信任名单内", "The sender is not on a trust list in force"),
}


class WireRefusal(Refusal):
    """A message that is refused before it has any effect. ``detail`` is for operators."""

    def __init__(self, code: str, detail: str = "") -> None:
        status, zh, en = _SAYS[code]
        super().__init__(
            code, Words(zh=zh, en=en), because=Words(zh=detail, en=detail) if detail else None, status=status
        )


class DocumentRefused(Refusal):
    """A trust list or contract that is not taken: ``trust_forged``, ``trust_quorum``, ``trust_rollback``, …"""


class NoContract(NotFound):
    """No contract in force is meant: none has this hash, or several begin so."""

    def __init__(self) -> None:
        super().__init__(
            "no_contract_in_force",
            Words(zh="没有这样的有效协议，或不止一个", en="There is no such contract in force, or more than one"),
            because=Words(
                zh="协议以其哈希值称呼；已撤销或到期的不再有效。",
                en="A contract goes by its hash; one that was revoked or has run out is not in force.",
            ),
            next_step=Words(
                zh="用 `tongban exchange contracts` 查看有效的协议。",
                en="See those in force with `tongban exchange contracts`.",
            ),
        )


class PeerUnavailable(Refusal):
    """A peer did not answer in time, or not in a way that can be believed. ``peer`` says who."""

    status = 503

    def __init__(self, peer: str, name: Words, detail: str) -> None:
        super().__init__(
            "peer_unavailable",
            Words(zh="{name}暂时没有回应", en="{name} is not answering at the moment").format(name=name),
            because=Words(zh=detail, en=detail),
            next_step=Words(zh="可以先继续，结果到达后会通知您", en="You can go on; you will be told when it arrives"),
        )
        self.peer = peer
        self.detail = detail


class PeerRefused(Refusal):
    """A peer answered, signed, with a refusal of its own. ``answer`` is its decoded body."""

    status = 502

    def __init__(self, peer: str, name: Words, code: str, status: int, answer: object) -> None:
        super().__init__(
            code,
            Words(zh="{name}没有同意：{code}", en="{name} refused: {code}").format(name=name, code=code),
        )
        self.peer, self.answer, self.peer_status = peer, answer, status


class GapExpected(Refusal):
    """An event came before its predecessors. ``expected`` is the number that must come next (HTTP 412)."""

    status = 412

    def __init__(self, expected: int) -> None:
        super().__init__(
            "gap",
            Words(zh="缺少前面的事件", en="An earlier event is missing"),
            because=Words(zh=str(expected), en=str(expected)),
        )
        self.expected = expected
