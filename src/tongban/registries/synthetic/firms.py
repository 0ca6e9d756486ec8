"""Synthetic firms whose names our own check lets stand side by side, with numbers of right check digits."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import msgspec

from tongban.base import divisions
from tongban.base.identifiers import organisation
from tongban.registries import names
from tongban.registries.synthetic.people import SyntheticPerson
from tongban.registries.synthetic.places import SyntheticPlace
from tongban.registries.synthetic.words import material

YUAN = 100


class SyntheticShare(msgspec.Struct, frozen=True, kw_only=True):
    """A share held by a person or by another firm: positions in their lists, one of the two."""

    amount_fen: int
    person: int | None = None
    firm: int | None = None


class SyntheticFirm(msgspec.Struct, frozen=True, kw_only=True):
    """One firm; ``place`` and ``representative`` are positions in the lists of places and people."""

    uscc: str
    serial: int
    parsed: names.Parsed
    representative: int
    place: int
    scope: tuple[str, ...]
    registered_on: date
    shares: tuple[SyntheticShare, ...]


def make_firms(
    rng: Random, city: str, people: list[SyntheticPerson], places: list[SyntheticPlace], shops: list[int], count: int,
    today: date,
) -> list[SyntheticFirm]:
    """``count`` firms over all trades, each represented by a living adult of 24 to 68; one in twelve has a firm among
    its holders."""
    adults = [n for n, p in enumerate(people)
              if p.deceased_on is None and p.mobile and 24 <= (today - p.birth).days / 365.25 < 68]
    rng.shuffle(adults)
    wanted = _names(rng, city, count)
    firms: list[SyntheticFirm] = []
    for serial, (parsed, scope) in enumerate(wanted, start=1):
        representative = adults[serial % len(adults)]
        firms.append(SyntheticFirm(
            uscc=organisation.issue(prefix="91", division=city, serial=serial),
            serial=serial, parsed=parsed, representative=representative, place=shops[serial % len(shops)], scope=scope,
            registered_on=today - timedelta(days=rng.randint(40, 7300)),
            shares=_shares(rng, representative, adults, len(firms)),
        ))
    return firms


def _shares(rng: Random, representative: int, adults: list[int], firms: int) -> tuple[SyntheticShare, ...]:
    total = rng.choice([10, 30, 50, 100, 200, 300, 500, 1000]) * 10_000 * YUAN
    if firms and rng.random() < 1 / 12:
        return (SyntheticShare(amount_fen=total * 6 // 10, person=representative),
                SyntheticShare(amount_fen=total - total * 6 // 10, firm=rng.randrange(firms)))
    partners = [p for p in rng.sample(adults, rng.choice([0, 0, 1, 2])) if p != representative]
    part = total // 5
    return (SyntheticShare(amount_fen=total - part * len(partners), person=representative),
            *(SyntheticShare(amount_fen=part, person=p) for p in partners))


def _names(rng: Random, city: str, count: int) -> list[tuple[names.Parsed, tuple[str, ...]]]:
    """Names of which no two are alike in a trade; ValueError where the words do not suffice."""
    words, places = material(), names.Places.of(city)
    short = written(city)
    trades = list(words.trades.items())
    taken: set[tuple[str, str]] = set()
    made: list[tuple[names.Parsed, tuple[str, ...]]] = []
    for attempt in range(count * 60):
        if len(made) == count:
            return made
        trade, scope = trades[attempt % len(trades)]
        core = "".join(rng.sample(words.cores, 2))
        verdict = names.judge(f"{short}{core}{trade}有限公司", places, ())
        if not verdict.ok or verdict.parsed is None or verdict.parsed.core != core:
            continue
        keys = {(family, key) for family in verdict.parsed.families for key in names.keys(core)}
        if not keys & taken:
            taken |= keys
            made.append((verdict.parsed, scope))
    raise ValueError(f"only {len(made)} of {count} names could be made")


def written(city: str) -> str:
    """How firms of a city usually write it: 杭州; a district after its city: 上海松江."""
    *above, own = [d.zh for d in divisions.path(city)]
    if own.endswith("区"):
        return above[-1].removesuffix("市") + own.removesuffix("区")
    return own.removesuffix("市")
