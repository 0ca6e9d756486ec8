"""Looking around among thousands of services: each once, whichever cities offer it, narrowed by what it is (查找)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from heapq import nsmallest

import msgspec

from tongban.cases import queries as cases
from tongban.engine.compose import LEVELS
from tongban.journeys import find, nearby

PAGE = 20  # rows of a page
COUNTER = "1"  # 办理形式 of GB/T 39046: at a window
NOWHERE: frozenset[str] = frozenset()


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; empty is everything. ``subject`` is ``p`` or ``f`` and the code; ``grade`` the least
    that will do; ``district`` a county or street where somebody is served at a counter; ``letter`` the first of the
    title's sound."""

    city: str = ""
    audience: str = ""
    subject: str = ""
    office: str = ""
    grade: str = ""
    district: str = ""
    letter: str = ""

    def without(self, name: str) -> Chosen:
        """The same, wider by one."""
        return msgspec.structs.replace(self, **{name: ""})


ALL = Chosen()


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One service: as the nearest city offers it, and as others do."""

    code: str
    hits: tuple[find.Hit, ...]

    @property
    def hit(self) -> find.Hit:
        """The one that is shown."""
        return self.hits[0]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list. ``counts`` are how many services each value of a facet would leave, all else chosen as it is."""

    rows: tuple[Row, ...]
    total: int
    counts: dict[str, dict[str, int]]
    page: int
    pages: int


def shelf(query: str = "", *, chosen: Chosen, here: str, page: int = 1) -> Shelf:
    """What fits ``query`` (everything, when it is empty) and what is chosen; the city ``here`` before others."""
    if query.strip():
        rows, counts = _narrow(find.shelf(query, here=here), chosen, here)
    else:
        rows, counts = _everything((find.state(), nearby.state(_looked_at(chosen, here))), chosen, here)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    shown = tuple(rows[(page - 1) * PAGE : page * PAGE])
    return Shelf(rows=shown, total=len(rows), counts=counts, page=page, pages=pages)


def found(query: str, *, chosen: Chosen = ALL, here: str, at_most: int) -> list[Row]:
    """What fits ``query`` and what is chosen, best first, each service once: what the pages of a search show one after
    another."""
    rows, _ = _narrow(find.shelf(query, here=here), chosen, here) if query.strip() else ([], {})
    return rows[:at_most]


def often(offered: Sequence[find.Hit], *, city: str, at_most: int) -> list[find.Hit]:
    """What people of a city do most of what it offers, by the cases of late; then what many ask for anywhere
    (``services/search/often.yaml``), in the order of that list."""
    counts = cases.most_asked(city)
    places = {code: place for place, code in enumerate(find.asked_often())}

    def order(hit: find.Hit) -> tuple[int, int, str]:
        return -counts.get(hit.code, 0), places.get(hit.code, len(places)), hit.code

    return nsmallest(at_most, offered, key=order)


def near(query: str, *, here: str, at_most: int) -> list[Row]:
    """The few services that a person may mean while typing."""
    hits = find.shelf(query, here=here, wordings=at_most * 4) if query.strip() else []
    return grouped(hits, here=here)[:at_most]


def grouped(hits: Sequence[find.Hit], *, here: str) -> list[Row]:
    """Each service once, in the order of its best hit; the city ``here`` shows it where it offers it."""
    found: dict[str, list[find.Hit]] = {}
    for hit in hits:
        found.setdefault(hit.code, []).append(hit)
    return [Row(code=code, hits=tuple(sorted(each, key=lambda h: h.city != here))) for code, each in found.items()]


def letter(hit: find.Hit) -> str:
    """The first letter of a title as it is said; ``#`` for anything else."""
    first = hit.sound[:1].upper()
    return first if first.isascii() and first.isalpha() else "#"


def _audience(hit: find.Hit) -> set[str]:
    person = {"person"} if "1" in hit.audience else set()
    return person | ({"firm"} if set(hit.audience) & {"2", "3", "4", "5", "6"} else set())


def _grade(hit: find.Hit) -> set[str]:
    """Every level up to the one reached: what is instant needs no visit either."""
    level = hit.facts.get("grade", "")
    return set(LEVELS[1 : LEVELS.index(level) + 1]) if level in LEVELS else set()


Facet = Callable[[find.Hit], AbstractSet[str]]
FACETS: dict[str, Facet] = {
    "city": lambda hit: {hit.city},
    "audience": _audience,
    "subject": lambda hit: set(hit.facts.get("subjects", ())),
    "office": lambda hit: {str(hit.facts.get("office", ""))},
    "grade": _grade,
    "letter": lambda hit: {letter(hit)},
}
NAMES = (*FACETS, "district")


def facets(chosen: Chosen, *, here: str) -> dict[str, Facet]:
    """What an item may be chosen by. Districts are those of one city: that of the list, or of the district."""
    city = _looked_at(chosen, here)
    served = nearby.districts(city)

    def district(hit: find.Hit) -> AbstractSet[str]:
        """Where in its city somebody is served with it at a counter; nowhere, where it takes no counter."""
        if hit.city != city or COUNTER not in hit.facts.get("channels", ()):
            return NOWHERE
        return served.get(str(hit.facts.get("office", "")), served[""])

    return {**FACETS, "district": district}


def _looked_at(chosen: Chosen, here: str) -> str:
    """The city whose districts a list can be narrowed to: the one that is chosen, that of the district, or the one here."""
    of_district = (chosen.district[:6], f"{chosen.district[:4]}00") if chosen.district else ()
    return chosen.city or next((code for code in of_district if code in find.cities()), here)


@lru_cache(maxsize=64)
def _everything(state: object, chosen: Chosen, here: str) -> tuple[list[Row], dict[str, dict[str, int]]]:
    """The list of everything is the same for everybody until something changes (``state``)."""
    return _narrow(find.everything(), chosen, here)


def _narrow(hits: Sequence[find.Hit], chosen: Chosen, here: str) -> tuple[list[Row], dict[str, dict[str, int]]]:
    """The rows that are left, and what each value of a facet would leave: of all that only this facet rules out."""
    known = facets(chosen, here=here)
    wanted = [getattr(chosen, name) for name in known]
    left: list[find.Hit] = []
    once: list[set[tuple[str, str]]] = [set() for _ in known]
    for hit in hits:
        values = [of(hit) for of in known.values()]
        out = [i for i, value in enumerate(wanted) if value and value not in values[i]]
        if not out:
            left.append(hit)
        for i in (range(len(once)) if not out else out if len(out) == 1 else ()):
            once[i].update((value, hit.code) for value in values[i])
    counts = {name: dict(Counter(value for value, _ in each)) for name, each in zip(known, once, strict=True)}
    return grouped(left, here=here), counts
