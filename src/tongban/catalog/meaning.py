"""What a query means: the services that answer it, best first, and nothing for what means none.

Everything that a city offers is held in memory as long as its catalogue stays as it is (``Index``), each wording once,
however many cities say the same; PostgreSQL keeps what it is made from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from tongban.catalog import sound, texts, vocabulary
from tongban.catalog.space import Space

LEAST, BESIDE = 0.30, 0.45  # a hit has this much, and this share of the best one's
TITLE, SAYS, SUMMARY = 1.0, 1.0, 0.5
SOUNDS, LETTERS, SPELT, INITIALS, SLIP, CHARACTERS = 0.85, 0.95, 0.85, 0.8, 0.75, 0.7
ALIKE, LIVED = 0.55, 0.9  # so far a query says what people say of an event of life
HEARD, TYPED, SHORT = 0.5, 0.4, 9  # what is only heard is heard for the greater part; so short, every character counts
VARIANT = 0.9  # what is of a family's side branch, and was not asked for
OFTEN = 1.1  # what an event of life names first comes before what nobody asks for


class Wording(msgspec.Struct, frozen=True):
    """What is said of an item: its titles, what people call it, its summaries, and the sounds of the Chinese ones."""

    code: str
    titles: tuple[str, ...]
    says: tuple[str, ...]
    summaries: tuple[str, ...]
    sounds: tuple[str, ...]


def lines(*said: str) -> str:
    """Texts as an entry keeps them to be found by: a line each, in one spelling; the two titles first."""
    return "\n".join(texts.plain(each) for each in said)


def wording(code: str, text: str, pinyin: str, summaries: tuple[str, ...]) -> Wording:
    """A wording as an entry keeps it."""
    said = tuple(text.split("\n"))
    return Wording(code, said[:2], said[2:], tuple(texts.plain(each) for each in summaries), tuple(pinyin.split("\n")))


class Index:
    """All wordings that are offered, to be asked again and again."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self.wordings = tuple(wordings)
        self._meant, self._heard, self._seen = Space(), Space(unknown=1.0), Space(unknown=1.0)
        self._words, self._spoken, asked = vocabulary.changed(), vocabulary.language(), vocabulary.asked()
        self._often = asked.often
        self._coded: dict[str, list[int]] = {}
        strings: list[dict[str, set[int]]] = [{}, {}, {}]
        runs: set[str] = set()
        for number, wording in enumerate(self.wordings):
            self._coded.setdefault(wording.code, []).append(number)
            self._add(number, wording, strings, runs)
        self._branches = [self._spoken.variants & self._tokens(w.titles[0]).keys() for w in self.wordings]
        for space in (self._meant, self._heard, self._seen):
            space.close()
        self._asks = [(self._tokens(said), codes) for asks, codes in asked.occasions for said in asks]
        self._texts, self._letters, self._initials = (sound.Shelf(each) for each in strings)
        self._syllables = frozenset(s for w in self.wordings for said in w.sounds for s in said.split())
        self._runs = frozenset(runs)
        self._words_of = self._spellings()
        self._english = self._vocabulary()

    def _add(self, number: int, wording: Wording, strings: list[dict[str, set[int]]], runs: set[str]) -> None:
        for factor, said in ((TITLE, wording.titles), (SAYS, wording.says), (SUMMARY, wording.summaries)):
            for phrase in said:
                self._meant.add(number, self._tokens(phrase), factor=factor)
        for phrase in (*wording.titles, *wording.says):
            strings[0].setdefault(phrase, set()).add(number)
            self._seen.add(number, {c: 1.0 for c in phrase if not c.isascii()})
        for said in wording.sounds:
            syllables = said.split()
            self._heard.add(number, sound.pairs(syllables))
            strings[1].setdefault("".join(syllables), set()).add(number)
            strings[2].setdefault("".join(s[0] for s in syllables), set()).add(number)
            runs.update("".join(syllables[i : i + n]) for n in (2, 3, 4) for i in range(len(syllables) - n + 1))

    def _tokens(self, phrase: str) -> dict[str, float]:
        return vocabulary.known(phrase, self._words)

    def _vocabulary(self) -> dict[str, str]:
        """English words that are said here, each with its stem."""
        said = [phrase for w in self.wordings for phrase in (*w.titles, *w.says, *w.summaries)]
        words = [word for phrase in said for word in texts.parts(phrase) if not texts.is_han(word)]
        self._said = Counter(texts.stem(word) for word in words)
        known = {word: texts.stem(word) for word in words}
        self._framed: dict[str, list[str]] = {}
        for word in sorted(known):
            if frame := sound.frame(word):
                self._framed.setdefault(frame, []).append(word)
        return known

    def _spellings(self) -> dict[str, str]:
        """The words that are said here by their sound, and those that mean the same; of several the one said most."""
        said = Counter(
            word
            for wording in self.wordings
            for phrase in (*wording.titles, *wording.says)
            for part in texts.parts(phrase)
            if texts.is_han(part)
            for word in texts.words(part)
        )
        words = {word for word in (*said, *self._spoken.meanings) if len(word) > 1 and texts.is_han(word)}
        rarest_first = sorted(words - self._spoken.stops, key=lambda word: (said[word], word))
        return {"".join(texts.syllables(word)): word for word in rarest_first}

    def find(self, query: str) -> list[tuple[int, float]]:
        """Numbers of wordings that answer, best first, each with its score. What answers far less well than the best one
        is left out."""
        plain = texts.plain(query[: texts.LIMIT])
        if not plain:
            return []
        scores = self._score(plain)
        top = max(scores.values(), default=0.0)
        least = max(LEAST, BESIDE * top)
        kept = [(number, score) for number, score in scores.items() if score >= least]
        return sorted(kept, key=lambda hit: (-hit[1], len(self.wordings[hit[0]].titles[0]), hit[0]))

    def _score(self, plain: str) -> dict[int, float]:
        scores: dict[int, float] = {}
        asked = vocabulary.tokens(plain, self._spoken)
        _best(scores, self._meant.find(self._spelt(plain, asked), least=LEAST / OFTEN), 1.0)
        if plain.isascii():
            self._typed(plain, scores)
        elif asked:
            self._sounded(plain, asked, scores)
        if len(plain) < 3 and not plain.isascii():
            _best(scores, self._texts.find(plain), 1.0)
        if not plain.isascii() and max(scores.values(), default=0.0) < LEAST:
            seen = dict.fromkeys(vocabulary.content(plain, self._spoken).replace(" ", ""), 1.0)
            _best(scores, self._seen.find(seen, least=LEAST), CHARACTERS)
        if len(plain) - len(vocabulary.content(plain, self._spoken)) > 1:
            self._lived(asked, scores)
        return {n: score * self._liked(n, asked) for n, score in scores.items()}

    def _liked(self, number: int, asked: dict[str, float]) -> float:
        """Among what fits as well, what many ask for comes first, and the main item of a family before its branches."""
        branch = self._branches[number]
        often = OFTEN if self.wordings[number].code in self._often else 1.0
        return often * (VARIANT if branch and branch.isdisjoint(asked) else 1.0)

    def _spelt(self, plain: str, asked: dict[str, float]) -> dict[str, float]:
        """The same, with English words that nobody wrote set right where a slip explains them, or completed; what is set
        right is read together, so that a phrase of several words is known again."""
        meant = {word: found for word in texts.parts(plain) if (found := self._meant_by(word, asked))}
        if not meant:
            return asked
        right = vocabulary.tokens(" ".join(meant.get(word, [word])[0] for word in texts.parts(plain)), self._spoken)
        mended = dict(asked)
        for word, found in meant.items():
            stem = texts.stem(word)
            mended.pop(stem, None)
            mended |= {self._english[other]: SLIP * asked[stem] for other in found}
        return {token: SLIP * counts for token, counts in right.items() if token not in mended} | mended

    def _meant_by(self, word: str, asked: dict[str, float]) -> list[str]:
        """What a word that nobody wrote may stand for: words one slip away, else those that differ in vowels and doubled
        letters alone, else those that begin so; those that are said most first."""
        stem = "" if texts.is_han(word) else texts.stem(word)
        if len(word) < 5 or stem not in asked or self._meant.knows(stem):
            return []
        found = [each for each in sound.slips(word) if each in self._english] or self._framed.get(sound.frame(word), [])
        if not found:
            found = sorted(each for each in self._english if each.startswith(word))[:8]
        once = {self._english[each]: each for each in sorted(found, reverse=True)}
        return sorted(once.values(), key=lambda each: (-self._said[self._english[each]], each))

    def _typed(self, plain: str, scores: dict[int, float]) -> None:
        """Letters may be pinyin, whole or begun, or first letters."""
        letters = plain.replace(" ", "")
        if not letters.isalpha() or len(letters) < 2:
            return
        heard = sound.typed(plain, self._syllables)
        if len(heard) > 1:
            _best(scores, self._heard.find(heard, least=TYPED), LETTERS)
        if han := sound.spelt(plain, self._words_of):
            _best(scores, self._meant.find(vocabulary.tokens(han, self._spoken), least=LEAST / OFTEN), SPELT)
        _best(scores, self._letters.find(letters), LETTERS)
        if " " not in plain:
            _best(scores, self._initials.find(letters), INITIALS)
        if not scores and len(letters) > 5:
            for run in sorted({each for each in sound.slips(letters) if each in self._runs}):
                _best(scores, self._letters.find(run), SLIP)

    def _sounded(self, plain: str, asked: dict[str, float], scores: dict[int, float]) -> None:
        """Characters that nobody wrote may be mistaken ones: what sounds the same is found."""
        if len(plain) >= SHORT and all(self._meant.knows(token) or len(token) != 2 for token in asked):
            return
        for said in {vocabulary.content(plain, self._spoken), plain if len(plain) < SHORT else ""}:
            syllables = texts.syllables(said)
            if len(syllables) > 1:
                _best(scores, self._heard.find(sound.pairs(syllables), least=HEARD), SOUNDS)

    def _lived(self, asked: dict[str, float], scores: dict[int, float]) -> None:
        """What is said of an event of life leads to the items of that event; said in a sentence, not in one word."""
        before = dict(scores)
        for asks, first in self._asks:
            alike = vocabulary.likeness(asked, asks)
            for place, code in enumerate(first if alike > ALIKE else ()):
                for wording in self._coded.get(code, ()):
                    own = 0.1 * before.get(wording, 0.0)  # what is meant as well comes before what only belongs to it
                    scores[wording] = max(scores.get(wording, 0.0), LIVED * alike - 0.01 * place + own)


def _best(scores: dict[int, float], found: dict[int, float], factor: float) -> None:
    for number, score in found.items():
        if score * factor > scores.get(number, 0.0):
            scores[number] = score * factor


def terms(query: str) -> Sequence[str]:
    """The words of a query that are looked for, to be marked where they stand, longest first."""
    plain = texts.plain(query[: texts.LIMIT])
    said = {
        plain,
        *(t for t in vocabulary.tokens(plain, vocabulary.language()) if not t.startswith("=") and len(t) > 1),
    }
    return sorted(said - {""}, key=lambda term: (-len(term), term))
