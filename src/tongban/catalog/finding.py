"""Everything that is offered, ready to be searched: read once, and again when a catalogue or the words of search change."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from tongban.base import memo
from tongban.catalog import meaning, vocabulary
from tongban.catalog.models import Edition, Entry

_one_at_a_time = Lock()


class Found(NamedTuple):
    """One item of a city that answers, and how well (greater is better; about 1 is what was asked for and nothing else)."""

    city: str
    code: str
    score: float


@memo.once
def edition() -> tuple[tuple[str, UUID], ...]:
    """What tells two states of all catalogues apart: the mark of each city's. Read it before what it tells apart."""
    return tuple(Edition.objects.order_by("city").values_list("city", "mark"))


def search(query: str, *, city: str | None = None, here: str = "", wordings: int | None = None) -> list[Found]:
    """What people's own words mean, of one city or of all, best first; ``here`` before others where they say the same.
    ``wordings``: only the best so many, whoever offers them."""
    offers = _kept()
    found: list[Found] = []
    for number, score in offers.index.find(query)[:wordings]:
        of = sorted(offers.by[number], key=lambda each: (each[0] != here, each))
        found += [Found(each, code, round(score, 4)) for each, code in of if city in (None, each)]
    return found


class _Offers(NamedTuple):
    """The index, and who offers each of its wordings: pairs of city and code."""

    index: meaning.Index
    by: list[list[tuple[str, str]]]


def _kept() -> _Offers:
    now, words = edition(), vocabulary.changed()
    with _one_at_a_time:  # who comes while it is made waits, and does not make it too
        return _made(now, words)


@lru_cache(maxsize=2)
def _made(edition: Any, words: Any) -> _Offers:
    by: dict[meaning.Wording, list[tuple[str, str]]] = {}
    for city, code, wording in _wordings(Entry.objects.order_by("code", "city")):
        by.setdefault(wording, []).append((city, code))
    return _Offers(meaning.Index(by), list(by.values()))


def _wordings(entries: QuerySet[Entry]) -> list[tuple[str, str, meaning.Wording]]:
    read = entries.values_list("city", "code", "text", "pinyin", "facts__summary")
    return [
        (city, code, meaning.wording(code, text, pinyin, tuple(summary.values())))
        for city, code, text, pinyin, summary in read
    ]
