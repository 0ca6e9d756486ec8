"""One spelling for everything that is looked for: simplified characters, stems of English words, syllables of sound."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import rjieba
import snowballstemmer
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

_KEPT = re.compile(r"[^0-9a-z一-鿿㐀-䶿]+")
_HAN = re.compile(r"[一-鿿㐀-䶿]+")
_PARTS = re.compile(r"[一-鿿㐀-䶿]+|[0-9a-z]+")
_SPELT = {"zh": "z", "ch": "c", "sh": "s", "ang": "an", "eng": "en", "ing": "in"}
_ALIKE = re.compile("zh|ch|sh|ang|eng|ing")
LIMIT = 100  # characters of a query that are read


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def plain(text: str) -> str:
    """One spelling: NFKC, lower case, simplified characters, nothing but letters, digits, Han and single spaces."""
    folded = _converter().convert(unicodedata.normalize("NFKC", text)).lower().replace("'", "")
    return _KEPT.sub(" ", folded).strip()


def parts(text: str) -> list[str]:
    """A plain text cut where Han and Latin letters meet: "开ktv店" → 开, ktv, 店."""
    return _PARTS.findall(text)


def is_han(part: str) -> bool:
    """Whether a part is Han characters."""
    return bool(_HAN.match(part))


def words(part: str) -> list[str]:
    """A run of Han cut into words by the dictionary."""
    return list(rjieba.cut(part, False))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of an English word."""
    return str(snowballstemmer.stemmer("english").stemWord(word))


def syllables(text: str) -> list[str]:
    """Pinyin without tones, a syllable for each character; what is not Han stays as it is."""
    return [s for s in lazy_pinyin(plain(text).replace(" ", ""), style=Style.NORMAL) if s]


@lru_cache(maxsize=2_000)
def alike(syllable: str) -> str:
    """How a syllable is spelt by those who do not tell zh from z, or ang from an."""
    return _ALIKE.sub(lambda found: _SPELT[found[0]], syllable)


def pinyin(text: str) -> str:
    """The sound of a text, its syllables apart: 开公司 → "kai gong si"."""
    return " ".join(syllables(text))
