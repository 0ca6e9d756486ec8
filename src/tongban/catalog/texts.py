"""How words are found: cut by rjieba, with bigrams for what the dictionary does not know, and pinyin beside them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import rjieba
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

_KEPT = re.compile(r"[^0-9a-z一-鿿㐀-䶿]+")
_HAN = re.compile(r"[一-鿿㐀-䶿]+")
LIMIT = 100  # characters of a query that are read


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def plain(text: str) -> str:
    """One spelling: NFKC, lower case, simplified characters, nothing but letters, digits, Han and single spaces."""
    folded = _converter().convert(unicodedata.normalize("NFKC", text)).lower()
    return _KEPT.sub(" ", folded).strip()


def tokens(text: str) -> list[str]:
    """Words and two-character runs of a text, each once, in order. Single characters are kept only when alone."""
    found: dict[str, None] = {}
    for part in plain(text).split():
        found.update(dict.fromkeys(_words(part)))
        for run in _HAN.findall(part):
            found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
    return list(found)


def words(text: str) -> list[str]:
    """Words only, as the dictionary cuts them."""
    return list(dict.fromkeys(w for part in plain(text).split() for w in _words(part)))


def _words(part: str) -> list[str]:
    cut = [w.strip() for w in rjieba.cut_for_search(part) if w.strip()]
    return [w for w in cut if len(w) > 1] or cut


def pinyin(text: str) -> str:
    """Full pinyin without tones and the initials, as one searchable text: "kai gong si" → "kaigongsi kgs"."""
    syllables = lazy_pinyin(plain(text).replace(" ", ""), style=Style.NORMAL)
    return "".join(syllables) + " " + "".join(s[0] for s in syllables if s)
