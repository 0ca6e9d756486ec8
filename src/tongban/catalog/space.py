"""Phrases found by what they share with a query: rare things count more, and short phrases that are wholly meant."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import numpy
from numpy.typing import NDArray

Numbers = NDArray[numpy.intp]
Floats = NDArray[numpy.float64]

UNKNOWN = 0.5  # what counts a token that no phrase has, where the rarest known one counts 1
SLIGHT = 0.4  # what counts no more than this by itself counts nothing where no phrase has it
PLAIN = 0.3  # how far it does not matter how rare a token is
WHOLE = 0.45  # how far it matters that a phrase says nothing else
TOGETHER = 0.55  # how far it matters that one phrase says it, not several of one document


class Space:
    """An inverted index of phrases, each of a document, with a factor of its place (a title, a summary). Documents are
    numbers; their phrases are added one document after the other."""

    def __init__(self, *, unknown: float = UNKNOWN) -> None:
        self._unknown = unknown
        self._said: dict[str, list[tuple[int, float]]] = {}
        self._of: list[int] = []
        self._factors: list[float] = []

    def add(self, document: int, tokens: Mapping[str, float], *, factor: float = 1.0) -> None:
        """One more phrase of a document."""
        for token, counts in tokens.items():
            self._said.setdefault(token, []).append((len(self._of), counts))
        self._of.append(document)
        self._factors.append(factor)

    def close(self) -> None:
        """Count how rare each token is, once all phrases are there."""
        self._factor = numpy.array(self._factors, dtype=float)
        of = numpy.array(self._of, dtype=numpy.intp)
        self._documents, self._starts, self._place = numpy.unique(of, return_index=True, return_inverse=True)
        self._norm = numpy.zeros(len(of))
        self._tokens = {token: self._token(said) for token, said in self._said.items()}
        self._norm[self._norm == 0] = 1.0
        self._said, self._of, self._factors = {}, [], []

    def _token(self, said: list[tuple[int, float]]) -> tuple[float, Numbers, Floats, Numbers, Floats]:
        """How rare it is; its phrases and what it counts in each; its documents and the best place it has in each."""
        phrases = numpy.array([phrase for phrase, _ in said], dtype=numpy.intp)
        held, first = numpy.unique(self._place[phrases], return_index=True)
        many = len(self._documents)
        rarity = PLAIN + (1 - PLAIN) * log(1 + many / len(held)) / log(1 + many)
        filled = numpy.array([counts for _, counts in said]) * rarity
        self._norm[phrases] += filled
        return rarity, phrases, filled, held, numpy.maximum.reduceat(self._factor[phrases], first)

    def knows(self, token: str) -> bool:
        """Whether some phrase has it."""
        return token in self._tokens

    def find(self, asked: Mapping[str, float], *, least: float) -> dict[int, float]:
        """How well each document answers, from 0 to 1, of those that do by ``least``."""
        matched, filled, spread = (numpy.zeros(len(each)) for each in (self._norm, self._norm, self._documents))
        total = 0.0
        for token, counts in asked.items():
            if token not in self._tokens:
                total += counts * self._unknown if counts > SLIGHT else 0.0
                continue
            rarity, phrases, fills, held, places = self._tokens[token]
            total += counts * rarity
            matched[phrases] += counts * rarity
            filled[phrases] += fills
            spread[held] += counts * rarity * places
        if not total or not len(matched):
            return {}
        whole = 1 - WHOLE + WHOLE * numpy.minimum(1.0, filled / self._norm)
        best = numpy.maximum.reduceat(self._factor * matched * whole, self._starts)
        scores = (TOGETHER * best + (1 - TOGETHER) * spread) / total
        good = numpy.nonzero(scores >= least)[0]
        return dict(zip(self._documents[good].tolist(), scores[good].tolist(), strict=True))
