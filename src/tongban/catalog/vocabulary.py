"""What people say for the same thing, and what they say without meaning a service: data of ``services/search``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.conf import settings

from tongban.catalog import texts

WORD, LONG, UNREAD, ACROSS, SINGLE, INNER, SAID = (
    1.0,
    0.7,
    0.8,
    0.35,
    0.35,
    0.4,
    0.4,
)  # what a token counts, before its rarity

_NUMERALS = "一二两三四五六七八九十百千万几0123456789个只条张台家次位块岁"


class Language(msgspec.Struct, frozen=True):
    """``meanings``: the numbers of what a word means, plain, an English one as its stems; ``han`` and ``latin`` find
    such words; ``stops`` count nothing; ``variants`` are meanings that tell an item from the main one of its family."""

    meanings: dict[str, tuple[int, ...]]
    han: re.Pattern[str]
    latin: re.Pattern[str]
    stops: frozenset[str]
    variants: frozenset[str]

    def empty(self, word: str) -> bool:
        """Whether a word counts nothing: one that everybody says, or a number."""
        return word in self.stops or not word.strip(_NUMERALS)


class Asked(msgspec.Struct, frozen=True):
    """What people ask for: ``occasions``, what they say of each occasion of life with the codes of its items in their
    order; ``often``, the codes of items that many ask for; ``first``, those that the file names, in its order."""

    occasions: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    often: frozenset[str]
    first: tuple[str, ...] = ()


def language() -> Language:
    """The words as the files say them now."""
    return _language(_services(), changed())


def asked() -> Asked:
    """What people ask for, as the files say it now."""
    return _asked(_services(), changed())


def changed() -> tuple[tuple[str, int], ...]:
    """What tells two states of the files apart."""
    paths = [*sorted((_services() / "search").glob("*.yaml")), *sorted((_services() / "life-events").glob("*.yaml"))]
    return tuple((path.name, path.stat().st_mtime_ns) for path in paths)


def _services() -> Path:
    return Path(settings.TONGBAN_REPOSITORY) / "services"


def _read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=2)
def _language(services: Path, changed: tuple[tuple[str, int], ...]) -> Language:
    groups, stops = _read(services / "search" / "synonyms.yaml"), _read(services / "search" / "stop-words.yaml")
    meanings: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for word in group:
            meanings.setdefault(_key(str(word)), []).append(number)
    return Language(
        meanings={word: tuple(dict.fromkeys(numbers)) for word, numbers in meanings.items()},
        han=_any(word for word in meanings if texts.is_han(word) and len(word) > 1),
        latin=_any(rf"\b{word}\b" for word in meanings if not texts.is_han(word)),
        stops=frozenset(texts.plain(str(word)) for each in stops.values() for word in each),
        variants=frozenset(
            f"={n}" for word in _read(services / "search" / "variants.yaml") for n in meanings[_key(word)]
        ),
    )


@lru_cache(maxsize=2)
def _asked(services: Path, changed: tuple[tuple[str, int], ...]) -> Asked:
    said = _read(services / "search" / "asks.yaml")
    leads = {path.stem: _read(path).get("leads", ()) for path in sorted((services / "life-events").glob("*.yaml"))}
    codes = {key: tuple(dict.fromkeys(lead["item"] for lead in each)) for key, each in leads.items()}
    first = tuple(_read(services / "search" / "often.yaml"))
    return Asked(
        occasions=tuple((tuple(asks), codes[key]) for key, asks in said.items() if codes.get(key)),
        often=frozenset(first).union(*codes.values()),
        first=first,
    )


def _key(word: str) -> str:
    plain = texts.plain(word)
    return plain if texts.is_han(plain) else " ".join(texts.stem(each) for each in plain.split())


def _any(words: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(longest) or r"(?!)")


def tokens(text: str, spoken: Language) -> dict[str, float]:
    """What a text is found by, each with what it counts: words, pairs of characters, stems, and ``=n`` for a meaning
    that several words have."""
    found: dict[str, float] = {}
    parts = texts.parts(texts.plain(text))
    _latin([part for part in parts if not texts.is_han(part)], spoken, found)
    for part in parts:
        if texts.is_han(part):
            _han(part, spoken, found)
    return found


@lru_cache(maxsize=20_000)
def known(text: str, changed: tuple[tuple[str, int], ...]) -> dict[str, float]:
    """The tokens of a text that is searched again and again, as the words of ``changed`` have it; not to be changed."""
    return tokens(text, _language(_services(), changed))


def content(text: str, spoken: Language) -> str:
    """A plain text without what counts nothing."""
    kept = []
    for part in texts.parts(texts.plain(text)):
        cut = texts.words(part) if texts.is_han(part) else [part]
        kept.append("".join(word for word in cut if word not in spoken.stops))
    return " ".join(each for each in kept if each)


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How far two texts say the same, from 0 to 1."""
    shared = sum(min(counts, other[token]) for token, counts in one.items() if token in other)
    return shared / (sum(one.values()) + sum(other.values()) - shared or 1.0)


def _put(found: dict[str, float], token: str, counts: float) -> None:
    found[token] = max(found.get(token, 0.0), counts)


def _meant(spoken: Language, word: str, found: dict[str, float]) -> None:
    for number in spoken.meanings.get(word, ()):
        _put(found, f"={number}", WORD)


def _latin(said: list[str], spoken: Language, found: dict[str, float]) -> None:
    """Stems of words. A phrase of one meaning is also seen through little words: start a company, start company."""
    stems = [texts.stem(word) for word in said]
    telling = [stem for word, stem in zip(said, stems, strict=True) if word not in spoken.stops]
    covered: set[str] = set()
    for row in (stems, telling) if telling != stems else (stems,):
        for match in spoken.latin.finditer(" ".join(row)):
            covered.update(match[0].split())
            _meant(spoken, match[0], found)
    for word, stem in zip(said, stems, strict=True):
        if word not in spoken.stops:
            _put(found, stem, SAID if stem in covered else WORD)


def _han(part: str, spoken: Language, found: dict[str, float]) -> None:
    """Words and pairs of a run of Han. What a meaning covers counts less by itself."""
    covered = [False] * len(part)
    for match in spoken.han.finditer(part):
        covered[match.start() : match.end()] = [True] * (match.end() - match.start())
        _meant(spoken, match[0], found)
    kept: list[tuple[str, bool, int, int]] = []  # character, whether covered, place and length of its word
    at = 0
    for place, word in enumerate(texts.words(part)):
        end = at + len(word)
        if not spoken.empty(word) or (len(word) > 1 and any(covered[at:end])):
            kept += [(part[i], covered[i], place, len(word)) for i in range(at, end)]
            _word(word, spoken, found, covered=all(covered[at:end]))
        at = end
    for match in spoken.han.finditer("".join(character for character, *_ in kept)):
        _meant(spoken, match[0], found)
    _pairs(kept, found)


def _word(word: str, spoken: Language, found: dict[str, float], *, covered: bool) -> None:
    if len(word) == 1:
        _meant(spoken, word, found)
        _put(found, word, SINGLE * (SAID if covered else 1))
    elif len(word) > 2:
        _put(found, word, LONG * (SAID if covered else 1))


def _pairs(kept: list[tuple[str, bool, int, int]], found: dict[str, float]) -> None:
    for (a, a_covered, a_word, size), (b, b_covered, b_word, next_size) in pairwise(kept):
        alone = size == next_size == 1  # two characters that the dictionary does not know together may be a word
        counts = UNREAD if alone else ACROSS if a_word != b_word else WORD if size == 2 else INNER
        _put(found, a + b, counts * (SAID if a_covered and b_covered else 1))
