"""May this name be had? A pure function of the name, the place and the names there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import msgspec

from tongban.base.words import Words
from tongban.registries.names.keys import alike
from tongban.registries.names.parse import RULE, Malformed, Parsed, Places, normalised, parse
from tongban.registries.names.suggest import variants
from tongban.registries.names.vocabulary import Ban, vocabulary

COMPARE = "《企业名称相同相近比对规则》(工商企注字〔2017〕133号)"
_LIKE = {
    "core": ("字号相同，行业意思相同", "the same 字号 in the same trade", "第四条第一项"),
    "generic": ("字号相同，且其中一个名称没有写明行业", "the same 字号, and one of the names says no trade", "第四条"),
    "sound": ("字号读音相同", "a 字号 that sounds the same", "第四条第二项"),
    "order": ("字号只是字的次序不同", "a 字号 of the same characters in another order", "第四条"),
    "shape": ("字号的字形相近", "a 字号 that looks alike", "第四条"),
    "addition": ("名称只多了没有区别作用的字", "it differs by words of no meaning only", "第四条"),
}
_ANOTHER = Words(zh="换一个字号，或者选用下面可用的名称", en="Choose another 字号, or one of the free names below")


class Existing(msgspec.Struct, frozen=True, kw_only=True):
    """A name that is there. ``reserved`` names are kept for somebody until they register or let go (art. 18)."""

    name: str
    core: str
    trade: str = ""
    families: frozenset[str] = frozenset()
    reserved: bool = False

    @classmethod
    def of(cls, parsed: Parsed, *, reserved: bool = False) -> Existing:
        """A parsed name as one that is there."""
        return cls(name=parsed.name, core=parsed.core, trade=parsed.trade, families=parsed.families, reserved=reserved)


class NameVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. ``code``: None when ok, else taken | reserved | too_similar | forbidden | restricted | malformed;
    ``likeness`` of a similar name: core, generic, sound, order, shape, addition. ``suggestions`` are free."""

    ok: bool
    code: str | None
    says: Words
    cites: tuple[str, ...] = ()
    next_step: Words | None = None
    against: str | None = None
    likeness: str | None = None
    suggestions: tuple[str, ...] = ()
    parsed: Parsed | None = None


def judge(
    name: str, places: Places, existing: Iterable[Existing], *, related: Collection[str] = (), suggest: int = 3
) -> NameVerdict:
    """Judge ``name``, to be registered at ``places``, against ``existing`` names of the same registration authority.

    ``related``: names of firms with a tie of investment, with which a like 字号 is allowed (art. 17). ``existing`` may
    be a preselection, as long as it holds every name that shares a key with ``name`` or one of its variants.
    """
    early = _banned(normalised(name))
    if early:
        return early
    try:
        parsed = parse(name, places)
    except Malformed as no:
        return NameVerdict(ok=False, code="malformed", says=no.brief, cites=no.cites, next_step=no.next_step)
    if late := _banned(parsed.name) or _in_core(parsed.core):
        return late
    there = tuple(existing)
    found = _first_clash(parsed, there, related)
    if found is None:
        says = Words(zh=f"“{parsed.name}”可以使用", en=f"{parsed.name} can be used")
        return NameVerdict(ok=True, code=None, says=says, parsed=parsed)
    return _clash(parsed, *found, suggestions=tuple(_free(parsed, places, there, suggest)))


def _first_clash(parsed: Parsed, there: Iterable[Existing], related: Collection[str]) -> tuple[Existing, str] | None:
    """The gravest clash: the same name before a like one."""
    clashes = [(e, kind) for e in there if (kind := likeness(parsed, e)) and (kind == "same" or e.name not in related)]
    return min(clashes, key=lambda clash: (clash[1] != "same", clash[1] != "core", clash[0].name), default=None)


def likeness(parsed: Parsed, other: Existing) -> str | None:
    """How ``parsed`` is like ``other``: same, core, generic, sound, order, shape or addition; None when it is not."""
    if parsed.name == other.name or (parsed.core == other.core and parsed.trade == other.trade):
        return "same"
    kind = alike(parsed.core, other.core)
    if kind is None:
        return None
    if parsed.families & other.families:
        longer = parsed.trade in other.trade or other.trade in parsed.trade
        return "addition" if kind == "core" and longer else kind
    if parsed.families and other.families:
        return None
    return "generic" if kind == "core" else kind


def _clash(parsed: Parsed, other: Existing, kind: str, *, suggestions: tuple[str, ...]) -> NameVerdict:
    if kind == "same":
        code = "reserved" if other.reserved else "taken"
        says = Words(
            zh=f"“{other.name}”已被保留" if other.reserved else f"“{other.name}”已经登记",
            en=f"{other.name} is reserved" if other.reserved else f"{other.name} is registered already",
        )
        cites = (f"{RULE}第十七条", f"{COMPARE}第三条")
    else:
        zh, en, where = _LIKE[kind]
        code, cites = "too_similar", (f"{RULE}第十七条", f"{COMPARE}{where}")
        says = Words(zh=f"与“{other.name}”相近：{zh}", en=f"Too similar to {other.name}: {en}")
    return NameVerdict(
        ok=False, code=code, says=says, cites=cites, next_step=_ANOTHER, against=other.name, likeness=kind,
        suggestions=suggestions, parsed=parsed,
    )


def _free(parsed: Parsed, places: Places, there: tuple[Existing, ...], wanted: int) -> Iterator[str]:
    for variant in variants(parsed):
        if wanted <= 0:
            return
        if judge(variant, places, there, suggest=0).ok:
            wanted -= 1
            yield variant


def _banned(text: str) -> NameVerdict | None:
    """Art. 11 and 12, on the words alone."""
    words = vocabulary()
    for ban in words.forbidden:
        if found := _found(_without(text, ban.unless), ban):
            return _forbidden(found, ban)
    cleared = _without(text, words.qualifiers)
    limits = Ban(item="", words=words.restricted, not_before=words.restricted_not_before)
    for word in words.restricted:
        if _stands(cleared, word, limits):
            return _no("restricted", word, f"{RULE}第十二条", "须报国务院批准，或者须是行业限定语",
                       "needs the State Council's approval, or must qualify the trade")
    cleared = _without(text, words.approved_not)
    for word in words.approved_first:
        if word in cleared:
            cite = f"{RULE}第十一条第九项"
            return _no("restricted", word, cite, "须先经主管机关批准", "needs its authority's approval first")
    return None


def _in_core(core: str) -> NameVerdict | None:
    """Words that may name a trade are no 字号 (云栖|政府采购咨询, not 政府采购|咨询)."""
    for ban in vocabulary().forbidden:
        if ban.unless and (found := _found(core, ban)):
            return _forbidden(found, ban)
    return None


def _found(text: str, ban: Ban) -> str | None:
    return next((word for word in ban.words if _stands(text, word, ban)), None)


def _forbidden(word: str, ban: Ban) -> NameVerdict:
    cite = f"{RULE}第十一条第{ban.item}项"
    return _no("forbidden", word, cite, "不得用在企业名称里", "may not stand in a firm's name")


def _stands(text: str, word: str, ban: Ban) -> bool:
    """Whether ``word`` stands in ``text`` as a word, not as parts of two others (完美|国际)."""
    start = text.find(word)
    while start >= 0:
        before, after = text[start - 1:start] if start else "", text[start + len(word):start + len(word) + 1]
        if not (after and after in ban.not_before) and not (before and before in ban.not_after):
            return True
        start = text.find(word, start + 1)
    return False


def _without(text: str, phrases: Iterable[str]) -> str:
    for phrase in phrases:
        text = text.replace(phrase, "·")
    return text


def _no(code: str, word: str, cite: str, zh: str, en: str) -> NameVerdict:
    return NameVerdict(
        ok=False, code=code, says=Words(zh=f"“{word}”{zh}", en=f"{word} {en}"), cites=(cite,),
        next_step=Words(zh=f"去掉“{word}”再试", en=f"Leave out {word} and try again"),
    )
