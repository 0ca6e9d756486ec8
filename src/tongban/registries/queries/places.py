"""Standard addresses of one city."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from tongban.base import divisions
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.engine.plan import Known
from tongban.registries.models import LegalEntity, Place
from tongban.registries.within import holds, within

SOURCE = "places"
_RUN = re.compile(r"\d+|[^\d]+")
_AREA = re.compile(r"[^\d]*?(?:街道|[区县市镇乡])")


class OutsideCity(Refusal):
    """The address lies in another city than the one whose registry is asked."""

    def __init__(self, city: str, elsewhere: str) -> None:
        here = divisions.full_name(city)
        super().__init__(
            "address_outside_city",
            Words(zh=f"这个地址在{elsewhere}，不在{here}", en=f"This address is in {elsewhere}, not in {here}"),
            next_step=Words(zh=f"请填写{here}内的地址", en=f"Give an address in {here}"),
            field="place",
        )


def search_places(text: str, *, city: str, use: str | None = None, limit: int = 20) -> list[Place]:
    """Places of ``city`` (adcode) whose text holds ``text``, shortest first; its county and street may be left out.
    Failing that, those that hold every part of it; failing that, the most alike.

    ``use``: residential | commercial. An address that begins with another city's name raises OutsideCity.
    """
    wanted = searched(text, city)
    if not wanted:
        return []
    rows = Place.objects.filter(within(city)).select_related("division")
    if use:
        rows = rows.filter(use=use)
    return (
        _holding(rows, _by_area(wanted), limit) or _holding(rows, _RUN.findall(wanted), limit) or _alike(rows, wanted, limit)
    )


def place(id: UUID | str, *, city: str) -> Place:
    """The place with this id in ``city``. Raises NotFound ``place_unknown``, or OutsideCity."""
    try:
        found = Place.objects.select_related("division").filter(pk=UUID(str(id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("place_unknown", Words(zh="地址库里没有这个地址", en="The registry has no such address"))
    if not holds(city, found.division_id):
        raise OutsideCity(city, divisions.full_name(found.division_id[:6]))
    return found


def place_facts(of: Place) -> dict[str, Known]:
    """What is known of a place, by data element: ``place.id``, ``.address``, ``.division``, ``.division_name``,
    ``.use`` (residential | commercial), ``.lon``, ``.lat`` (degrees, WGS 84), ``.occupied`` (firms registered there)."""
    values = {
        "place.id": str(of.pk),
        "place.address": of.text,
        "place.division": of.division_id,
        "place.division_name": of.division.name,
        "place.use": of.use,
        "place.lon": float(of.lon),
        "place.lat": float(of.lat),
        "place.occupied": LegalEntity.objects.filter(place=of, status=LegalEntity.Status.ACTIVE).count(),
    }
    return {key: Known(value=value, source=SOURCE, as_of=of.as_of.isoformat()) for key, value in values.items()}


def searched(text: str, city: str) -> str:
    """The text as it is compared: width folded, no blanks or hyphens, without the names of the city and what it lies
    in. Raises OutsideCity where it begins with the name of another."""
    bare = re.sub(r"[\s\-—–,，、]+", "", unicodedata.normalize("NFKC", text)).casefold()[:200]
    own = [words.zh for words in divisions.path(city)]
    for name in (*own, *(n.removesuffix("省").removesuffix("市") for n in own if not n.endswith("区"))):
        bare = bare.removeprefix(name)
    if not bare.startswith(tuple(d.name.zh for d in divisions.children(city))):  # 西湖区 is in 南昌 too
        elsewhere = next((name for name in _cities() if bare.startswith(name)), None)
        if elsewhere:
            raise OutsideCity(city, elsewhere)
    return bare


def _by_area(wanted: str) -> list[str]:
    """The text cut after the names of counties, streets and towns: 西湖区, 北山街道, 曙光路12号."""
    parts = []
    while area := _AREA.match(wanted):
        parts.append(area.group())
        wanted = wanted[area.end():]
    return [*parts, wanted] if wanted else parts


def _holding(rows: QuerySet[Place], parts: list[str], limit: int) -> list[Place]:
    held = Q()
    for part in parts:
        held &= Q(searched__contains=part)
    return list(rows.filter(held).order_by(Length("searched"), "text")[:limit])


def _alike(rows: QuerySet[Place], wanted: str, limit: int) -> list[Place]:
    """By word similarity of pg_trgm, through its index. 0.3: one wrong character of six breaks three trigrams."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', '0.3', true)")
        found = rows.extra(
            select={"likeness": "word_similarity(%s, registries_place.searched)"}, select_params=[wanted],
            where=["registries_place.searched %%> %s"], params=[wanted],
        )
        return list(found.order_by("-likeness", "text")[:limit])


@lru_cache(maxsize=1)
def _cities() -> tuple[str, ...]:
    """Full name of every province, prefecture and county of the country, longest first."""
    found = set()
    for province in divisions.provinces():
        found.add(province.name.zh)
        for d in divisions.children(province.code):
            found |= {d.name.zh} | {c.name.zh for c in divisions.children(d.code)}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))
