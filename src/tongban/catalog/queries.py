"""Finding items and reading their versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from tongban.base import memo
from tongban.base.words import Words
from tongban.catalog import meaning, packs, stock, vocabulary
from tongban.catalog.models import Coming, Entry, ItemVersion, Pulled
from tongban.catalog.refusals import NoItem
from tongban.catalog.stock import ITEMS
from tongban.engine import items as engine

SHELF = 20_000  # entries that a list reads at most


def in_force(code: str, *, city: str) -> ItemVersion:
    """The version of an item that is offered now; NoItem (404, or 410 once retired)."""
    found: ItemVersion = stock.in_force(ITEMS, code, city=city)
    return found


def digest_in_force(code: str, *, city: str) -> str | None:
    """The digest of the version that is offered now, without reading its body; None where nothing is offered."""
    return stock.digest_in_force(ITEMS, code, city=city)


def coming(code: str, *, city: str) -> list[Coming]:
    """What changes of an item on days that have not come, the next first, with the versions."""
    return stock.coming(ITEMS, code, city=city)


def newest_or_none(code: str, *, city: str) -> ItemVersion | None:
    """The newest word on an item: the version that is coming last, else the one in force; None where it is not offered."""
    found: ItemVersion | None = stock.newest_or_none(ITEMS, code, city=city)
    return found


def offered_now(code: str, *, city: str) -> ItemVersion | None:
    """The version that is offered now; None where none is."""
    found: ItemVersion | None = stock.offered_now(ITEMS, code, city=city)
    return found


def version(city: str, code: str, sha256: str) -> ItemVersion:
    """One immutable version, by its digest."""
    found = published(city, code, sha256)
    if found is None:
        raise NoItem
    return found


def published(city: str, code: str, sha256: str) -> ItemVersion | None:
    """The version with this digest if there ever was one, in force or not."""
    found: ItemVersion | None = stock.published(ITEMS, code, sha256, city=city)
    return found


def history(code: str, *, city: str) -> list[ItemVersion]:
    """Every version of an item that was ever published, the newest first, without the bodies."""
    return stock.history(ITEMS, code, city=city)


def numbered(code: str, *, city: str, number: int | None) -> ItemVersion:
    """A version of an item by its number; without one, what is offered now. Raises NoItem."""
    if number is None:
        return in_force(code, city=city)
    found = ItemVersion.objects.filter(city=city, code=code, number=number).first()
    if found is None:
        raise NoItem
    return found


def numbers(*, city: str, digests: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Of these digests those that this city has published, in force or not: digest → code and number."""
    rows = ItemVersion.objects.filter(city=city, sha256__in=list(digests)).values_list("sha256", "code", "number")
    return {digest: (code, number) for digest, code, number in rows}


def item(found: ItemVersion) -> engine.Item:
    """The parsed item of a version."""
    read: engine.Item = stock.read(ITEMS, found)
    return read


def reached(*, items: Iterable[str], subjects: Iterable[str]) -> set[str]:
    """``<city>/<code>`` of every item that is named by its code (retired ones too) or has one of these subjects
    (``p085``, ``f025``), in every city known here."""
    versions = ItemVersion.objects.filter(code__in=list(items)).values_list("city", "code").distinct()
    found = {f"{city}/{code}" for city, code in versions}
    wanted = Q(pk=None)
    for each in subjects:
        wanted |= Q(facts__subjects__contains=[each])
    return found | {f"{city}/{code}" for city, code in Entry.objects.filter(wanted).values_list("city", "code")}


def titles(codes: Iterable[str]) -> dict[str, Words]:
    """What items are called, by code; the code itself where none is offered any more."""
    found = {code: Words(zh=code, en=code) for code in codes}
    for entry in Entry.objects.filter(code__in=list(found)).order_by("city"):
        found[entry.code] = Words(zh=entry.title_zh, en=entry.title_en)
    return found


def shelf(*, city: str | None = None) -> list[Entry]:
    """What lists and facets read, without any version's body: of one city or of all, all that is offered by the sound of
    its title."""
    light = Entry.objects.defer("version", "text")
    light = light.filter(city=city) if city else light
    return list(light.order_by("pinyin", "title_zh", "city", "code")[:SHELF])


def asked_often() -> tuple[str, ...]:
    """The codes of what many people ask for, as the words of search list them."""
    return vocabulary.asked().first


def terms(query: str) -> list[str]:
    """The words of a query that search looks for, to be marked where they stand, longest first."""
    return list(meaning.terms(query))


@memo.once
def cities() -> list[Pulled]:
    """Other cities whose catalogues this node has taken over, by adcode."""
    return list(Pulled.objects.filter(pulled_at__isnull=False).order_by("city"))


def own_bodies(city: str) -> dict[str, bytes]:
    """Digest → body of everything this city offers now: what peers pull."""
    entries = Entry.objects.filter(city=city).select_related("version").order_by("code")
    return {e.version.sha256: bytes(e.version.body) for e in entries}


def bodies_of(digests: Collection[str], *, city: str) -> dict[str, bytes]:
    """Digest → body of those of these digests that this city offers now, of items and of bundles."""
    return {key: body for each in stock.KINDS.values() for key, body in stock.bodies_of(each, digests, city=city).items()}


def in_force_of(city: str) -> list[ItemVersion]:
    """The versions of everything a city offers now, by code."""
    return stock.versions(ITEMS, city=city)


def digests(*, city: str) -> dict[str, str]:
    """Code → digest of everything a city offers now."""
    return stock.digests(ITEMS, city=city)


def everything(*, city: str, now: datetime) -> tuple[packs.Manifest, dict[str, bytes]]:
    """All that a pack holds of a city: what is in force, what is coming, what has ended; and the bodies by digest."""
    bodies: dict[str, bytes] = {}
    items, joint = _packed(ITEMS, city, bodies), _packed(stock.BUNDLES, city, bodies)
    return packs.Manifest(city, now, *items, *joint), bodies


Packed = tuple[tuple[packs.Row, ...], tuple[packs.Turn, ...], tuple[packs.Ended, ...]]


def _packed(of: stock.Stock, city: str, bodies: dict[str, bytes]) -> Packed:
    """What a pack says of one kind; the bodies are laid beside."""
    now = stock.versions(of, city=city)
    later = list(of.coming.objects.filter(city=city).select_related("version").order_by("on", "code"))
    bodies |= {v.sha256: bytes(v.body) for v in (*now, *(each.version for each in later if each.version))}
    rows = [packs.Row(v.code, v.sha256, len(v.body), v.effective_on.isoformat()) for v in now]
    turns = [
        packs.Turn(each.code, each.on.isoformat(), each.version.sha256, len(each.version.body))
        if each.version
        else packs.Turn(each.code, each.on.isoformat(), successor=each.successor)
        for each in later
    ]
    ended = [packs.Ended(each.code, each.successor) for each in of.ended.objects.filter(city=city).order_by("code")]
    return tuple(rows), tuple(turns), tuple(ended)


@memo.once
def offices_of(city: str) -> dict[str, dict[str, object]]:
    """Who fills which office role in another city, as it told with its catalogue."""
    return dict(Pulled.objects.filter(city=city).values_list("offices", flat=True).first() or {})
