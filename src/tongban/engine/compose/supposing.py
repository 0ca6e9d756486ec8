"""What may be supposed of somebody unknown: the age, home and capacity that an item's own conditions tell apart.

A supposition is a few answers to choose from, none of them personal; each stands for facts as a registry would give them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items.model import Example, Item
from tongban.engine.plan import Known, Option
from tongban.engine.rules import condition

SUPPOSED = "supposed"
MOST_BANDS = 6
ELSEWHERE = "990000"  # a division that lies in no city
_AGE = re.compile(r"applicant\.age\s*(>=|<=|==|!=|>|<)\s*(\d{1,3})")
_NEXT = {">=": (0,), "<": (0,), ">": (1,), "<=": (1,), "==": (0, 1), "!=": (0, 1)}
Facts = dict[str, Known]


class Supposition(msgspec.Struct, frozen=True, kw_only=True):
    """A question about somebody unknown. ``facts`` gives what an option stands for, with the city and the day."""

    key: str
    ask: Words
    options: tuple[Option, ...]
    facts: Callable[[str, str, date], dict[str, Any]]


def conditions(item: Item) -> list[str]:
    """Every condition that decides on papers, fees, parties, steps, questions, and whether it is granted."""
    found = [each for rule in item.rules for each in (rule.holds, rule.when)]
    rows: tuple[Any, ...] = (*item.form, *item.materials, *item.steps, *item.parties, *item.fees)
    found += [row.when for row in rows]
    found += [fee.amount for fee in item.fees]
    for paper in item.materials:
        found += [check.when for check in paper.verified]
        found += [paper.commitment.when] if paper.commitment else []
    return [each for each in found if each]


def read(item: Item) -> frozenset[str]:
    """The names that its conditions read: ``answers:place``, ``facts:person.birth``."""
    return frozenset(name for each in conditions(item) for name in condition(each).reads)


def suppositions(item: Item) -> Iterator[Supposition]:
    """What its conditions ask of a person's registries, as questions that anybody can answer about themself."""
    names = read(item)
    if bands := _bands(item):
        yield Supposition(key="my-age", ask=Words(zh="您（或当事人）多大年纪？", en="How old are you (or whom it is for)?"),
                          options=bands, facts=lambda told, city, today: {"person.birth": _born(int(told), today)})  # fmt: skip
    if "facts:person.division" in names:
        yield Supposition(key="my-home", ask=Words(zh="户口在本市吗？", en="Are you registered in this city?"), options=HOMES,
                          facts=lambda told, city, today: {"person.division": city if told == "here" else ELSEWHERE})  # fmt: skip
    if "facts:person.sex" in names:
        yield Supposition(key="my-sex", ask=Words(zh="性别？", en="Sex?"), options=SEXES,
                          facts=lambda told, city, today: {"person.sex": told})  # fmt: skip
    if "facts:person.married" in names:
        yield Supposition(key="my-marriage", ask=Words(zh="已婚吗？", en="Are you married?"), options=YES_NO,
                          facts=lambda told, city, today: {"person.married": told == "yes"})  # fmt: skip
    if "1" in item.audience and set(item.audience) - {"1"} and any(name.startswith("facts:firm.") for name in names):
        yield Supposition(key="my-capacity", ask=Words(zh="以谁的名义办？", en="In whose name?"), options=CAPACITIES,
                          facts=lambda told, city, today: _firm(item, told))  # fmt: skip
    for kind, title in _certificates(item):
        ask = Words(zh="您的电子证照里有“{title}”吗？", en="Is this among your e-certificates: {title}?").format(title=title)
        yield Supposition(key=f"has-{kind}", ask=ask, options=HELD, facts=_holder(kind))


YES_NO = (
    Option(value="yes", label=Words(zh="是", en="Yes")),
    Option(value="no", label=Words(zh="不是", en="No")),
)
HELD = (
    Option(value="yes", label=Words(zh="有", en="Yes")),
    Option(value="no", label=Words(zh="没有，或者不清楚", en="No, or I do not know")),
)
HOMES = (
    Option(value="here", label=Words(zh="在本市", en="In this city")),
    Option(value="elsewhere", label=Words(zh="在外地", en="Elsewhere")),
)
SEXES = (
    Option(value="female", label=Words(zh="女", en="Female")),
    Option(value="male", label=Words(zh="男", en="Male")),
)
CAPACITIES = (
    Option(value="person", label=Words(zh="个人", en="A person's")),
    Option(value="firm", label=Words(zh="企业或单位", en="A firm's or body's")),
)


def _holder(kind: str) -> Callable[[str, str, date], dict[str, Any]]:
    held = {"identifier": "", "valid_to": None}
    return lambda told, city, today: {f"certificate:{kind}": held if told == "yes" else None}


def _certificates(item: Item) -> Iterator[tuple[str, Words]]:
    """Certificates that spare a paper, with the paper's name; of several that spare the same, the first."""
    for paper in item.materials:
        if paper.certificates and paper.cites and not paper.waived:
            yield paper.certificates[0], paper.title


def _bands(item: Item) -> tuple[Option, ...]:
    """The ages that the conditions tell apart; a band's value is an age within it."""
    found = {int(n) + more for each in conditions(item) for sign, n in _AGE.findall(each) for more in _NEXT[sign]}
    edges = sorted(edge for edge in found if 0 < edge <= 120)
    if not edges or len(edges) >= MOST_BANDS:
        return ()
    under = Option(value=str(edges[0] - 1), label=Words(zh=f"未满 {edges[0]} 岁", en=f"Under {edges[0]}"))
    between = [
        Option(value=str(low), label=Words(zh=f"{low} 至 {high - 1} 岁", en=f"{low} to {high - 1}"))
        for low, high in pairwise(edges)
    ]
    over = Option(value=str(edges[-1]), label=Words(zh=f"{edges[-1]} 岁及以上", en=f"{edges[-1]} and over"))
    return (under, *between, over)


def _born(age: int, today: date) -> str:
    """The birthday of somebody who is of this age today, and neither today's nor the first of the year."""
    day = today - timedelta(days=40)
    return day.replace(year=day.year - age, day=min(day.day, 28)).isoformat()


def _firm(item: Item, told: str) -> dict[str, Any]:
    names = {name[6:] for name in read(item) if name.startswith("facts:firm.")} | {"firm.uscc", "firm.name"}
    if told == "person":
        return dict.fromkeys(names)
    known = {key: value for example in item.examples for key, value in example.facts.items() if key in names and value}
    return {"firm.uscc": "", "firm.name": "", "firm.status": "active", **known}


def usual(item: Item, example: Example | None, *, city: str, today: date) -> Facts:
    """What registries usually know, as a granted example of the item has it: somebody of that age who lives here, with no
    certificate on file. Empty without an example."""
    given = dict(example.facts) if example else {}
    found = {key: value for key, value in given.items() if key.startswith(("person.", "firm."))}
    if example and isinstance(found.get("person.birth"), str):
        away = today - date.fromisoformat(example.today)
        found["person.birth"] = (date.fromisoformat(found["person.birth"]) + away).isoformat()
    if example and str(found.get("person.division", "")).startswith(example.city.rstrip("0") or "-"):
        found["person.division"] = city
    if example:
        found |= {f"certificate:{kind}": None for paper in item.materials for kind in paper.certificates}
    return known(found)


def known(facts: Mapping[str, Any]) -> Facts:
    """Supposed values as facts."""
    return {key: Known(value=value, source=SUPPOSED) for key, value in facts.items()}
