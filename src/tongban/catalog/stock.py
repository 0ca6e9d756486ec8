"""What a city offers, items and bundles alike: their tables, and how what stands in them is found.

Reading is said once here for both kinds, writing in ``stocking``; ``ITEMS`` and ``BUNDLES`` say what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from tongban.base.errors import NotFound
from tongban.catalog import models, shelving
from tongban.catalog.refusals import NoBundle, NoItem, NotYet
from tongban.engine import bundles as joint
from tongban.engine import items as engine


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of what is offered: its tables, how its bodies are read, what its entries keep, and the refusal of one that
    there is not."""

    kind: str
    versions: Any
    entries: Any
    coming: Any
    ended: Any
    parse: Callable[[bytes], Any]
    columns: Callable[[Any], dict[str, Any]]
    none: Callable[..., NotFound]


ITEMS = Stock(
    kind="item",
    versions=models.ItemVersion,
    entries=models.Entry,
    coming=models.Coming,
    ended=models.Retired,
    parse=engine.parse,
    columns=shelving.columns,
    none=NoItem,
)
BUNDLES = Stock(
    kind="bundle",
    versions=models.BundleVersion,
    entries=models.BundleEntry,
    coming=models.BundleComing,
    ended=models.BundleRetired,
    parse=joint.parse,
    columns=shelving.of_bundle,
    none=NoBundle,
)
KINDS = {each.kind: each for each in (ITEMS, BUNDLES)}


def read(of: Stock, version: Any) -> Any:
    """The item or bundle of a version, None of none. Versions never change, so what was read is kept."""
    return _parsed(of.kind, version.sha256, bytes(version.body)) if version else None


@lru_cache(maxsize=640)
def _parsed(kind: str, sha256: str, body: bytes) -> Any:
    return KINDS[kind].parse(body)


def in_force(of: Stock, code: str, *, city: str) -> Any:
    """The version that is offered now; else the refusal of its kind: 404, or 410 once ended."""
    if version := offered_now(of, code, city=city):
        return version
    if ended := of.ended.objects.filter(city=city, code=code).first():
        raise of.none(ended.successor, gone=True)
    first = of.coming.objects.filter(city=city, code=code, version__isnull=False).order_by("on").first()
    raise NotYet(first.on) if first else of.none()


def offered_now(of: Stock, code: str, *, city: str) -> Any:
    """The version that is offered now; None where none is."""
    entry = of.entries.objects.filter(city=city, code=code).select_related("version").first()
    return entry.version if entry else None


def digest_in_force(of: Stock, code: str, *, city: str) -> str | None:
    """The digest of the version that is offered now, without reading its body; None where nothing is offered."""
    found: str | None = of.entries.objects.filter(city=city, code=code).values_list("version__sha256", flat=True).first()
    return found


def coming(of: Stock, code: str, *, city: str) -> list[Any]:
    """What changes on days that have not come, the next first, with the versions."""
    return list(of.coming.objects.select_related("version").filter(city=city, code=code).order_by("on"))


def all_coming(of: Stock, *, city: str) -> list[Any]:
    """All changes of a city's that have not come, the next first, without bodies."""
    found = of.coming.objects.select_related("version").defer("version__body").filter(city=city)
    return list(found.order_by("on", "code"))


def newest_or_none(of: Stock, code: str, *, city: str) -> Any:
    """The newest word: the version that is coming last, else the one in force; None where it is not offered."""
    last = of.coming.objects.select_related("version").filter(city=city, code=code).order_by("-on").first()
    return last.version if last else offered_now(of, code, city=city)


def newest(of: Stock, code: str, *, city: str) -> Any:
    """The same; where there is none, the refusal of its kind."""
    return newest_or_none(of, code, city=city) or in_force(of, code, city=city)


def history(of: Stock, code: str, *, city: str) -> list[Any]:
    """Every version that was ever published, the newest first, without the bodies."""
    return list(of.versions.objects.filter(city=city, code=code).defer("body").order_by("-number"))


def published(of: Stock, code: str, sha256: str, *, city: str) -> Any:
    """The version with this digest if there ever was one, in force or not."""
    return of.versions.objects.filter(city=city, code=code, sha256=sha256).first()


def versions(of: Stock, *, city: str) -> list[Any]:
    """The versions of everything a city offers now, by code."""
    return [each.version for each in of.entries.objects.filter(city=city).select_related("version").order_by("code")]


def digests(of: Stock, *, city: str) -> dict[str, str]:
    """Code → digest of everything a city offers now."""
    return dict(of.entries.objects.filter(city=city).order_by("code").values_list("code", "version__sha256"))


def bodies_of(of: Stock, wanted: Collection[str], *, city: str) -> dict[str, bytes]:
    """Digest → body of those of these digests that a city offers now."""
    found = of.entries.objects.filter(city=city, version__sha256__in=list(wanted)).select_related("version")
    return {each.version.sha256: bytes(each.version.body) for each in found}


def dated(of: Stock, city: str = "") -> list[tuple[str, str, datetime]]:
    """City and code of everything offered (of one city, or of all), with when its version was published; by city and code."""
    found = of.entries.objects.filter(city=city) if city else of.entries.objects.all()
    return list(found.order_by("city", "code").values_list("city", "code", "version__published_at"))
