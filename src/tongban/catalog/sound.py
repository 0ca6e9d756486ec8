"""By sound: pinyin with or without spaces, first letters, and characters that were mistaken for others that sound alike."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import pairwise

from tongban.catalog import texts

LONGEST, LONGEST_WORD = 6, 24  # letters of a syllable, of a word
LONG_ENOUGH = 7  # so many letters tell a word by its consonants
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NO_VOWELS = str.maketrans("", "", "aeiouy")


def pairs(syllables: list[str]) -> dict[str, float]:
    """What a sound is found by: each two syllables that follow one another, as those spell them who mix up zh and z."""
    alike = [texts.alike(each) for each in syllables]
    found = {f"{a} {b}": 1.0 for a, b in pairwise(alike)}
    return found | dict.fromkeys(alike, 0.15)


def cut(letters: str, known: frozenset[str]) -> list[str]:
    """Letters as the fewest syllables that spell them; nothing where none do."""
    best: list[list[str] | None] = [[]] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST), end):
            before = best[start]
            if before is not None and letters[start:end] in known:
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, letters[start:end]]
    return best[-1] or []


def typed(said: str, known: frozenset[str]) -> dict[str, float]:
    """What typed pinyin is found by; nothing where some of it is none. Who puts a space after every syllable says no more
    by it; else a space parts words."""
    words = [cut(each, known) for each in said.split()]
    if not all(words):
        return {}
    if all(len(word) == 1 for word in words):
        words = [[syllable for word in words for syllable in word]]
    found: dict[str, float] = {}
    for word in words:
        found |= pairs(word)
    return found


def spelt(said: str, words: Mapping[str, str]) -> str:
    """Typed pinyin as the fewest words that are spelt so (sound → word), with or without blanks between them; nothing where
    some of it is none."""
    found = [_words(each, words) for each in said.split()]
    return "".join(word for each in found for word in each) if all(found) else ""


def _words(letters: str, words: Mapping[str, str]) -> list[str]:
    best: list[list[str] | None] = [[]] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST_WORD), end):
            before, word = best[start], words.get(letters[start:end])
            if before is not None and word is not None and (best[end] is None or len(before) + 1 < len(best[end] or ())):
                best[end] = [*before, word]
    return best[-1] or []


def slips(letters: str) -> Iterable[str]:
    """Everything that is one slip of a finger away."""
    halves = [(letters[:i], letters[i:]) for i in range(len(letters) + 1)]
    yield from (a + b[1:] for a, b in halves if b)
    yield from (a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1)
    yield from (a + c + b for a, b in halves for c in _LETTERS)
    yield from (a + c + b[1:] for a, b in halves if b for c in _LETTERS)


def frame(word: str) -> str:
    """What is left of an English word for who is not sure of its vowels: its first letter and its consonants, none twice
    in a row; nothing of a word that is too short for that."""
    if len(word) < LONG_ENOUGH:
        return ""
    left = word[0] + word[1:].translate(_NO_VOWELS)
    return "".join(letter for place, letter in enumerate(left) if left[:place][-1:] != letter)


class Shelf:
    """Short strings in a row, each of some documents: which of them contain what somebody has typed so far."""

    def __init__(self, strings: Mapping[str, set[int]]) -> None:
        self._of = [(string, held) for string, held in strings.items() if string]
        self._row = "\n".join(string for string, _ in self._of)
        self._starts: list[int] = []
        at = 0
        for string, _ in self._of:
            self._starts.append(at)
            at += len(string) + 1

    def find(self, asked: str, *, at_most: int = 400) -> dict[int, float]:
        """How much of a string was typed, from 0 to 1; what begins with it comes before what has it inside."""
        found: dict[int, float] = {}
        at = self._row.find(asked)
        while at >= 0 and at_most:
            number = bisect_right(self._starts, at) - 1
            string, documents = self._of[number]
            share = len(asked) / len(string)
            score = 0.6 + 0.4 * share if self._starts[number] == at else 0.4 + 0.4 * share
            for document in documents:
                found[document] = max(found.get(document, 0.0), score)
            at_most -= 1
            end = self._starts[number] + len(string)
            at = self._row.find(asked, end)
        return found
