"""What makes two 字号 alike: each likeness is a key, and two are alike where they have a key in common.

The same keys are stored with every name and indexed, so that the registry finds all candidates in one look.
"""

from __future__ import annotations

from functools import lru_cache

from pypinyin import lazy_pinyin

from tongban.registries.names.vocabulary import shapes, vocabulary

# In the order in which a likeness is told: the first that fits says why.
KINDS = ("core", "sound", "order", "shape")


@lru_cache(maxsize=50000)
def keys(core: str) -> tuple[str, ...]:
    """The keys of a 字号 and of what is left when additions of no meaning are taken off."""
    return tuple(dict.fromkeys(key for text in (core, bare(core)) for key in _keys(text)))


def bare(core: str) -> str:
    """Without 新, 大, 老 … before and 氏, 记 … behind, where two characters are left."""
    for head in vocabulary().heads:
        if core.startswith(head) and len(core) - len(head) >= 2:
            core = core[len(head):]
            break
    for tail in vocabulary().tails:
        if core.endswith(tail) and len(core) - len(tail) >= 2:
            return core[: -len(tail)]
    return core


@lru_cache(maxsize=50000)
def sound(text: str) -> str:
    """Pinyin without tones, one blank between syllables: 红光 and 宏广 are both "hong guang"."""
    readings = vocabulary().readings
    return " ".join(readings.get(c, said) for c, said in zip(text, _said(text), strict=True))


def _said(text: str) -> list[str]:
    """One syllable a character: in context where the dictionary gives as many, else each by itself."""
    together = lazy_pinyin(text)
    return together if len(together) == len(text) else [lazy_pinyin(c)[0] for c in text]


def alike(one: str, other: str) -> str | None:
    """The first kind of likeness of two 字号, ``addition`` where only meaningless characters differ, or None."""
    if one == other:
        return "core"
    if bare(one) == bare(other):
        return "addition"
    shared = {key.split(":", 1)[0] for key in set(keys(one)) & set(keys(other))}
    return next((kind for kind in KINDS if kind in shared), None)


def _keys(text: str) -> tuple[str, ...]:
    return (
        f"core:{text}",
        f"sound:{sound(text)}",
        f"order:{''.join(sorted(text))}",
        f"shape:{text.translate(shapes())}",
    )
