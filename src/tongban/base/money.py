"""Money as integer fen (1 yuan = 100 fen). A float is never money."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongban.base.errors import Refusal
from tongban.base.identifiers.text import normalise
from tongban.base.words import Words

LARGEST = 10**15  # fen: ten trillion yuan; more than any firm's capital, small enough for a 64-bit column
_UNITS = {"": 2, "元": 2, "万": 6, "万元": 6, "亿": 10, "亿元": 10}  # decimals of a fen in the unit
_SHAPE = re.compile(
    r"(?:¥|CNY|RMB)?(?P<minus>-?)(?P<whole>[0-9]{1,40}|[0-9]{1,3}(?:,[0-9]{3}){1,13})(?:\.(?P<part>[0-9]{1,10}))?"
    r"(?P<unit>元|万元|亿元|万|亿)?",
    re.ASCII,
)
_WRONG = Words("请填写金额，例如 1,234.56 或 10万元", "Give an amount such as 1,234.56 or 10万元")


def parse(text: str, *, unit: str = "元", field: str | None = None) -> int:
    """Fen of "1,234.56", "¥1,234.56", "10万元", "1.5亿元"; without a unit in the text, ``unit`` (元, 万元, 亿元) holds.

    Strict: commas only between groups of three, no fraction of a fen, no exponent. Negative and zero are read.
    Raises Refusal ``amount_format``, ``amount_fraction``, ``amount_absurd`` (beyond 10^15 fen either way).
    """
    found = _SHAPE.fullmatch(normalise(text).replace("￥", "¥"))
    if found is None:
        raise Refusal("amount_format", _WRONG, field=field)
    decimals = _UNITS[found["unit"] or unit]
    part = (found["part"] or "").rstrip("0")
    if len(part) > decimals:
        raise Refusal("amount_fraction", Words("金额最多精确到分", "An amount is exact to the fen"), field=field)
    fen = int(found["whole"].replace(",", "") + part.ljust(decimals, "0"))
    _bound(fen, field)
    return -fen if found["minus"] else fen


def amount(value: object, *, field: str | None = None) -> int:
    """``value`` if it is integer fen within bounds.

    Raises Refusal ``amount_not_integer`` (floats and bools are none) or ``amount_absurd``.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        brief = Words("金额必须是以分为单位的整数", "An amount is an integer of fen")
        raise Refusal("amount_not_integer", brief, field=field)
    _bound(abs(value), field)
    return value


def capital(value: object, *, field: str | None = None) -> int:
    """``value`` as an amount somebody puts in: 0 < fen <= 10^15.

    Raises Refusal ``amount_zero``, ``amount_negative``, ``amount_absurd``, ``amount_not_integer``.
    """
    fen = amount(value, field=field)
    if fen == 0:
        raise Refusal("amount_zero", Words("金额不能为零", "The amount is not zero"), field=field)
    if fen < 0:
        raise Refusal("amount_negative", Words("金额不能为负数", "The amount is not negative"), field=field)
    return fen


def show(fen: int, language: str = "zh") -> str:
    """"1,234.56 元" in Chinese, "¥1,234.56" in any other language."""
    amount(fen)
    yuan, rest = divmod(abs(fen), 100)
    text = f"{yuan:,}.{rest:02d}"
    sign = "-" if fen < 0 else ""
    return f"{sign}{text} 元" if language == "zh" else f"{sign}¥{text}"


def words(fen: int) -> Words:
    """The amount in both languages."""
    return Words(show(fen, "zh"), show(fen, "en"))


def portion(fen: int, parts: int, of: int) -> int:
    """``parts`` out of ``of`` of an amount (10 of 1000: one percent), to the fen; half a fen and more counts as one.

    Exact: whole numbers only, whatever their size. Raises ValueError for what is negative, or a share of nothing.
    """
    if fen < 0 or parts < 0 or of <= 0:
        raise ValueError("a portion needs an amount and a share that are not negative, of something")
    return (2 * fen * parts + of) // (2 * of)


def tiers(fen: int, steps: Sequence[Sequence[int]]) -> int:
    """What a tariff in steps takes of an amount: each step ``[up to, parts, of]`` takes its portion of what lies in it,
    ``up to`` 0 means without end. Each step is rounded by itself, as each is a line of the account.

    Raises ValueError for steps that do not rise, or that end below the amount.
    """
    found, below = 0, 0
    for upto, parts, of in steps:
        if upto and upto <= below:
            raise ValueError("the steps of a tariff rise")
        found += portion(max(0, (min(fen, upto) if upto else fen) - below), parts, of)
        if not upto or fen <= upto:
            return found
        below = upto
    raise ValueError("the steps of a tariff end below the amount")


def split(fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    """``fen`` in shares by integer ``weights``, without losing a fen: what is left over goes to the largest remainders.

    Of equal remainders the earlier share comes first; each share is within one fen of its exact part. Raises ValueError
    for negative amounts or weights, or no positive weight.
    """
    total = sum(weights)
    if fen < 0 or total <= 0 or min(weights) < 0:
        raise ValueError("shares need an amount and weights that are not negative, one of them positive")
    shares = [fen * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(fen * weights[i] % total), i))
    for i in by_remainder[: fen - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


def _bound(fen: int, field: str | None) -> None:
    if fen > LARGEST:
        brief = Words("金额超出合理范围", "The amount is beyond reason")
        because = Words(f"最大为 {LARGEST // 100:,} 元", f"At most ¥{LARGEST // 100:,}")
        raise Refusal("amount_absurd", brief, because=because, field=field)
