"""What a firm's name is made of: division, 字号 (core), trade, form (art. 6)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec
import rjieba
from opencc import OpenCC

from tongban.base import divisions
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.registries.names.vocabulary import families, forms, trade_words, vocabulary

RULE = "《企业名称登记管理规定》"
# 县级以上 names lose these when written short (杭州市 → 杭州); 市辖区 keep theirs.
_SHORT = re.compile(r"(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$")
_HAN = re.compile(r"[㐀-鿿𠀀-𱍊]+")


class Malformed(Refusal):
    """The name is not made as art. 5 to 10 ask; ``cites`` and the words say of which part that is true."""

    def __init__(self, zh: str, en: str, article: str, *, next_zh: str, next_en: str) -> None:
        super().__init__(
            "name_malformed",
            Words(zh=zh, en=en),
            cites=(f"{RULE}第{article}条",),
            next_step=Words(zh=next_zh, en=next_en),
        )


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """How the place of registration may be written: ``accepted`` prefixes, longest first; ``alone`` are its districts,
    which may not stand alone (art. 7); ``short`` is the shortest way to write the place itself."""

    accepted: tuple[str, ...]
    short: str
    alone: tuple[str, ...] = ()

    @classmethod
    def of(cls, code: str) -> Places:
        """The ways to write the division ``code`` (a city or county), what it lies in, and what lies in it."""
        chain = [d.zh for d in divisions.path(code)]
        own = [_ways(chain[: n + 1]) for n in range(len(chain))]
        below = [(d.name.zh, _ways([*chain, d.name.zh])) for d in divisions.children(code)]
        districts = [name for name, _ in below if name.endswith("区")] + [c for c in chain[1:] if c.endswith("区")]
        counties = [name for name, _ in below if not name.endswith("区")]
        ways = {way for group in own for way in group} | {way for _, group in below for way in group}
        ways = (ways | set(counties)) - set(districts) - {_short(name) for name in districts}
        return cls(accepted=_longest(ways), alone=_longest(districts), short=min(sorted(own[-1]), key=len))


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """A name taken apart. ``name`` is normalised and what two names are equal by; ``families`` are the trades meant
    (empty: none, as of 实业 or 发展); ``form_kind`` unites forms that mean the same."""

    name: str
    division: str
    core: str
    trade: str
    form: str
    form_kind: str
    families: frozenset[str]


def normalised(name: str) -> str:
    """Width folded, no spaces, Chinese brackets, none empty: how names are compared and kept."""
    text = "".join(unicodedata.normalize("NFKC", name).split()).replace("(", "（").replace(")", "）")
    text = text.replace("（）", "")
    return text if text == name else normalised(text)


def parse(name: str, places: Places) -> Parsed:
    """Take ``name`` apart. Raises Malformed, which says what is missing or wrong and the article."""
    text = normalised(name)
    _check_characters(text)
    rest, form, kind = _form(text)
    rest, division = _division(_place_first(rest, places), places)
    if not rest:
        raise _no_core()
    core, trade, meant = _trade(rest, form)
    form = "有限公司" if kind == "limited" else form
    return Parsed(
        name=f"{division}{rest}{form}",
        division=division,
        core=core,
        trade=trade,
        form=form,
        form_kind=kind,
        families=meant,
    )


def _check_characters(text: str) -> None:
    if not text:
        raise Malformed(
            "请填写名称", "Enter a name", "六",
            next_zh="例如：杭州某某科技有限公司", next_en="For example 杭州某某科技有限公司",
        )
    if not _HAN.fullmatch(re.sub(r"[（）]", "", text)) or len(text) > 60:
        raise Malformed(
            "名称只能用规范汉字", "A name is written in standard Chinese characters only", "五",
            next_zh="去掉字母、数字和符号", next_en="Leave out letters, digits and signs",
        )
    simplified = _simplified(text)
    if any(a != b and a not in vocabulary().standard for a, b in zip(text, simplified, strict=True)):
        raise Malformed(
            "名称里有不规范的汉字", "The name has characters outside the standard list", "五",
            next_zh=f"可以写作“{simplified}”", next_en=f"It can be written {simplified}",
        )


def _simplified(text: str) -> str:
    """Character by character, so that no phrase of the converter changes the length."""
    return "".join(_simple(c) for c in text)


@lru_cache(maxsize=20000)
def _simple(character: str) -> str:
    return _converter().convert(character)[:1] or character


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _form(text: str) -> tuple[str, str, str]:
    for word, kind in forms():
        if text.endswith(word):
            return text[: -len(word)], word, kind
    raise Malformed(
        "名称末尾没有组织形式", "The name does not end in a form of organisation", "十",
        next_zh="在末尾加上“有限公司”等", next_en="End it in 有限公司 or another form",
    )


def _place_first(rest: str, places: Places) -> str:
    """红光（杭州）酒业 and 红光酒业（杭州） say the same as 杭州红光酒业: the bracket, which stands behind the 字号 and before
    the form (实施办法 art. 9), goes to the front. No other bracket is let through."""
    if not re.search(r"[（）]", rest):
        return rest
    found = re.fullmatch(r"([^（）]{2,})（([^（）]+)）([^（）]*)", rest)
    if found is None:
        raise _bracket("名称里的括号不成对，或者位置不对", "A bracket in the name has no pair, or stands in a wrong place", places)
    before, inside, after = found.groups()
    if inside not in places.accepted:
        raise _bracket("括号里只能写登记地的行政区划", "A bracket can hold the place of registration only", places)
    if before.startswith(places.accepted):
        raise _bracket("行政区划写了两次", "The place of registration is written twice", places)
    return inside + before + after


def _bracket(zh: str, en: str, places: Places) -> Malformed:
    way = places.short
    return Malformed(
        zh, en, "七",
        next_zh=f"去掉括号，以“{way}”开头；或者在字号之后、组织形式之前写“（{way}）”",
        next_en=f"Leave the brackets out and begin with {way}; or write （{way}） after the 字号 and before the form",
    )


def _division(rest: str, places: Places) -> tuple[str, str]:
    for way in places.accepted:
        if rest.startswith(way):
            _refuse_place(rest[len(way):], places)
            return rest[len(way):], way
    if any(rest.startswith(name) for name in places.alone):
        raise Malformed(
            "市辖区名称不能单独使用", "A district's name may not stand alone", "七",
            next_zh="前面加上所属市的名称", next_en="Put the city's name before it",
        )
    raise Malformed(
        "名称开头不是登记地的行政区划", "The name does not begin with the place of registration", "七",
        next_zh=f"以“{places.short}”开头", next_en=f"Begin it with {places.short}",
    )


def _refuse_place(rest: str, places: Places) -> None:
    """Art. 8: the name of a division is no 字号. Only where nothing but a trade follows it (杭州北京科技)."""
    for end in range(2, min(len(rest), 12) + 1):
        way, after = rest[:end], rest[end:]
        if (way in _all_divisions() or way in places.alone) and (after == "" or after in trade_words()):
            raise Malformed(
                "行政区划名称不能作字号", "The name of a division cannot be the 字号", "八",
                next_zh="换一个两字以上的字号", next_en="Choose another 字号 of two characters or more",
            )


def _trade(rest: str, form: str) -> tuple[str, str, frozenset[str]]:
    """Split what is left into 字号 and trade; words are taken off the end while two characters stay."""
    core, words = rest, []
    while found := next((w for w in trade_words() if core.endswith(w) and len(core) - len(w) >= 2), None):
        core, words = core[: -len(found)], [found, *words]
    if len(core) < 2 or core in trade_words():
        raise _no_core()
    if not words and form in vocabulary().form_trades:
        words = [vocabulary().form_trades[form]]
    if not words:
        core, unknown = _unknown_trade(core)
        return core, unknown, frozenset({unknown})
    return core, "".join(words), _meant(words)


def _meant(words: list[str]) -> frozenset[str]:
    """The families of the trade words that say a trade; of several the first is the trade (教育科技 is education)."""
    known = [families()[word] for word in words if word in families()]
    return frozenset(known[:1])


def _unknown_trade(core: str) -> tuple[str, str]:
    """A trade outside the vocabulary: what follows the first word, where enough is left to be one (art. 9)."""
    first = _first_word(core)
    if len(core) - len(first) < 2:
        raise Malformed(
            "名称里没有行业或者经营特点", "The name does not say the trade", "六",
            next_zh="在字号后写明行业，例如“科技”“餐饮”", next_en="Say the trade after the 字号, as 科技 or 餐饮",
        )
    return first, core[len(first):]


def _first_word(core: str) -> str:
    taken = ""
    for word in rjieba.cut(core):
        taken += word
        if len(taken) >= 2:
            break
    return taken


def _no_core() -> Malformed:
    return Malformed(
        "名称里没有两个字以上的字号", "The name has no 字号 of two characters or more", "八",
        next_zh="在行政区划和行业之间写上字号，行业不能作字号",
        next_en="Put a 字号 between place and trade; a trade is no 字号",
    )


def _ways(chain: list[str]) -> set[str]:
    """杭州市 / 杭州 / 浙江杭州 / 浙江省杭州市 …: each part long or short, with or without what it lies in (not a
    district, which needs its city)."""
    last = chain[-1]
    ends = {last, _short(last)}
    if last.endswith("区") and len(last) > 2:
        ends |= {last[:-1]}
    if len(chain) == 1:
        return ends
    joined = {above + end for above in _ways(chain[:-1]) for end in ends}
    return joined if last.endswith("区") else joined | ends


def _short(name: str) -> str:
    return _SHORT.sub("", name) if len(name) > 2 else name


def _longest(names: object) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=lambda name: (-len(name), name)))  # type: ignore[call-overload]


@lru_cache(maxsize=1)
def _all_divisions() -> frozenset[str]:
    """Names that mean a division and nothing else: every one in full, and provinces short. Short names of cities and
    counties (安康, 永安, 和顺) are words too, which art. 8 lets be a 字号."""
    names: set[str] = set()
    for province in divisions.provinces():
        names |= {province.name.zh, _short(province.name.zh)}
        for d in divisions.children(province.code):
            names |= {d.name.zh} | {c.name.zh for c in divisions.children(d.code)}
    return frozenset(name for name in names if len(name) > 1)
