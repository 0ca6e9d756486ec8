"""Citations: ``company-law#49.2`` in the files, 《中华人民共和国公司法》第四十九条第二款 for people."""

from __future__ import annotations

from tongban.base.words import Words

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """``number`` (1 … 9999) as Chinese articles write it: 24 → 二十四, 105 → 一百零五."""
    if not 0 < number < 10_000:
        raise ValueError(f"{number} is not an article's number")
    parts, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            parts += ("零" if gap and parts else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return parts.removeprefix("一") if parts.startswith("一十") else parts


def cite(reference: str, laws: dict[str, Words]) -> Words:
    """The citation ``law[#article[.paragraph[.item]]]`` in words. Raises KeyError for a law that nobody listed,
    ValueError for an article that is not a number."""
    slug, _, place = reference.partition("#")
    law = laws[slug]
    if not place:
        return Words(zh=f"《{law.zh}》", en=law.en)
    numbers = [int(number) for number in place.split(".")]
    units = ("条", "款", "项")
    if len(numbers) > len(units):
        raise ValueError(f"'{place}' has more parts than article, paragraph, item")
    zh = "".join(f"第{numeral(n)}{unit}" for n, unit in zip(numbers, units, strict=False))
    en = f"{law.en}, art. {numbers[0]}" + "".join(f"({n})" for n in numbers[1:])
    return Words(zh=f"《{law.zh}》{zh}", en=en)
