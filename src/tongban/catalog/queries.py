"""Finding items and reading their versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q

from tongban.base import memo
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.catalog import bundles, meaning, packs, vocabulary
from tongban.catalog.models import Coming, Entry, ItemVersion, Pulled, Retired
from tongban.engine import items as engine

SHELF = 20_000  # entries that a list reads at most


class NoItem(NotFound):
    """There is no such item here; 410 with the successor when there was."""

    def __init__(self, successor: str = "", *, gone: bool = False) -> None:
        super().__init__(
            "item_gone" if gone else "no_item",
            Words(zh="这个事项已停办", en="This service is no longer offered")
            if gone
            else Words(zh="没有这个事项", en="There is no such service"),
            next_step=Words(zh="改办：{s}", en="Use instead: {s}").format(s=successor)
            if successor
            else Words(zh="请用您平常的说法搜索。", en="Search for it in your own words."),
            status=410 if gone else 404,
        )
        self.successor = successor


class NotYet(NotFound):
    """The item is published, and its first day has not come."""

    def __init__(self, on: date) -> None:
        super().__init__(
            "item_not_yet",
            Words(zh="这个事项还没有开始办理", en="This service has not begun yet"),
            because=Words(zh=f"自 {on} 起可以办理。", en=f"It can be applied for from {on}."),
            next_step=Words(zh="请到那天再来，或搜索其他事项。", en="Come back on that day, or search for another."),
        )


def in_force(code: str, *, city: str) -> ItemVersion:
    """The version of an item that is offered now; NoItem (404, or 410 once retired)."""
    entry = Entry.objects.filter(city=city, code=code).select_related("version").first()
    if entry:
        return entry.version
    if ended := Retired.objects.filter(city=city, code=code).first():
        raise NoItem(ended.successor, gone=True)
    first = Coming.objects.filter(city=city, code=code, version__isnull=False).order_by("on").first()
    raise NotYet(first.on) if first else NoItem()


def digest_in_force(code: str, *, city: str) -> str | None:
    """The digest of the version that is offered now, without reading its body; None where nothing is offered."""
    return Entry.objects.filter(city=city, code=code).values_list("version__sha256", flat=True).first()


def coming(code: str, *, city: str) -> list[Coming]:
    """What changes of an item on days that have not come, the next first, with the versions."""
    found = Coming.objects.select_related("version").filter(city=city, code=code)
    return list(found.order_by("on"))


def newest_or_none(code: str, *, city: str) -> ItemVersion | None:
    """The newest word on an item: the version that is coming last, else the one in force; None where it is not offered."""
    last = Coming.objects.select_related("version").filter(city=city, code=code).order_by("-on").first()
    if last:
        return last.version
    return offered_now(code, city=city)


def offered_now(code: str, *, city: str) -> ItemVersion | None:
    """The version that is offered now; None where none is."""
    entry = Entry.objects.filter(city=city, code=code).select_related("version").first()
    return entry.version if entry else None


def newest(code: str, *, city: str) -> ItemVersion:
    """The same; NoItem (404, or 410 once retired) where there is none."""
    return newest_or_none(code, city=city) or in_force(code, city=city)


def all_coming(*, city: str) -> list[Coming]:
    """All changes of a city's catalogue that have not come, the next first."""
    return list(
        Coming.objects.select_related("version").defer("version__body").filter(city=city).order_by("on", "code")
    )


def history(code: str, *, city: str) -> list[ItemVersion]:
    """Every version of an item that was ever published, the newest first, without the bodies."""
    return list(ItemVersion.objects.filter(city=city, code=code).defer("body").order_by("-number"))


def version(city: str, code: str, sha256: str) -> ItemVersion:
    """One immutable version, by its digest."""
    found = published(city, code, sha256)
    if found is None:
        raise NoItem
    return found


def published(city: str, code: str, sha256: str) -> ItemVersion | None:
    """The version with this digest if there ever was one, in force or not."""
    return ItemVersion.objects.filter(city=city, code=code, sha256=sha256).first()


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
    """The parsed item of a version. Versions never change, so a parsed one is kept."""
    return _parsed(found.sha256, bytes(found.body))


@lru_cache(maxsize=512)
def _parsed(sha256: str, body: bytes) -> engine.Item:
    return engine.parse(body)


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
    """Digest → body of those of these digests that this city offers now."""
    entries = Entry.objects.filter(city=city, version__sha256__in=list(digests)).select_related("version")
    return {e.version.sha256: bytes(e.version.body) for e in entries}


def in_force_of(city: str) -> list[ItemVersion]:
    """The versions of everything a city offers now, by code."""
    return [entry.version for entry in Entry.objects.filter(city=city).select_related("version").order_by("code")]


def digests(*, city: str) -> dict[str, str]:
    """Code → digest of everything a city offers now."""
    return dict(Entry.objects.filter(city=city).order_by("code").values_list("code", "version__sha256"))


def everything(*, city: str, now: datetime) -> tuple[packs.Manifest, dict[str, bytes]]:
    """All that a pack holds of a city: what is in force, what is coming, what has ended; and the bodies by digest."""
    in_force = [e.version for e in Entry.objects.filter(city=city).select_related("version").order_by("code")]
    coming = list(Coming.objects.filter(city=city).select_related("version").order_by("on", "code"))
    joint = bundles.versions(city=city)
    bodies = {v.sha256: bytes(v.body) for v in (*in_force, *(c.version for c in coming if c.version), *joint)}
    rows = [packs.Row(v.code, v.sha256, len(v.body), v.effective_on.isoformat()) for v in in_force]
    turns = [
        packs.Turn(c.code, c.on.isoformat(), c.version.sha256, len(c.version.body))
        if c.version
        else packs.Turn(c.code, c.on.isoformat(), successor=c.successor)
        for c in coming
    ]
    ended = [packs.Ended(r.code, r.successor) for r in Retired.objects.filter(city=city).order_by("code")]
    more = [packs.Row(v.code, v.sha256, len(v.body), v.published_at.date().isoformat()) for v in joint]
    return packs.Manifest(city, now, tuple(rows), tuple(turns), tuple(ended), tuple(more)), bodies


@memo.once
def offices_of(city: str) -> dict[str, dict[str, object]]:
    """Who fills which office role in another city, as it told with its catalogue."""
    return dict(Pulled.objects.filter(city=city).values_list("offices", flat=True).first() or {})
