"""Putting phrases of the library and an officer's own words together (常用语)."""

from __future__ import annotations

from typing import Any

from tongban.cases import queries as stored
from tongban.catalog import phrases as library
from tongban.journeys import parts
from tongban.journeys.handle import writing


def composed(*, number: str, use: str, keys: list[str], text: str, cites: str = "", part: str = "") -> tuple[str, str]:
    """The text with the chosen phrases before the officer's own words, one a line, and the articles of both, each once.
    What is there already is not said twice."""
    chosen = library.chosen(_item(number, part), use, keys[:20]) if keys else []
    own, named = writing.lines(text), list(writing.articles(cites))
    said = [phrase.text.zh for phrase in chosen if phrase.text.zh not in own]
    articles = [each.zh for phrase in chosen for each in phrase.cites]
    return "\n".join([*said, *own]), "\n".join(dict.fromkeys([*named, *articles]))


def papers(*, number: str, keys: list[str]) -> list[str]:
    """The papers that the chosen phrases speak of."""
    chosen = library.chosen(_item(number, ""), "supplement", keys[:20]) if keys else []
    return [phrase.material for phrase in chosen if phrase.material]


def standard(number: str, use: str, part: str = "") -> str:
    """What stands when an officer writes nothing; empty where the library has nothing to say."""
    found = library.standard(_item(number, part), use)
    return found.text.zh if found else ""


def _item(number: str, part: str) -> Any:
    """The service of a part; without one all services of the case read as one."""
    row = stored.by_number(number)
    return parts.of_row(row, part) if part or not row.codes else parts.whole(row)


def for_item(item: Any) -> dict[str, list[Any]]:
    """Phrases at hand for an item, by use."""
    return library.for_item(item)
