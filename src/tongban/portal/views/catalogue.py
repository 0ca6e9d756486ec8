"""The catalogue in figures, and how programs get it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.base.identifiers.item import TYPES
from tongban.base.words import Words
from tongban.journeys import browse, find, opening
from tongban.portal import lists
from tongban.ui import browsing
from tongban.ui.doors import Anyone, opens_for, page

LEVELS = {
    "instant": (
        Words(zh="当场办结", en="Decided at once"),
        Words(zh="由规则直接决定，不等人", en="decided by rules, with no waiting for an officer"),
    ),
    "id-only": (
        Words(zh="只凭身份证", en="ID card only"),
        Words(zh="有示例证明可以不交材料", en="an example proves that no papers are needed"),
    ),
    "no-visit": (Words(zh="不用跑", en="No visit"), Words(zh="没有一个环节要到场", en="no step requires a visit")),
    "applicable": (Words(zh="网上可办", en="Online"), Words(zh="网上可以申请，有一步要到场", en="applied for online, with a visit")),
    "listed": (Words(zh="只列出", en="Listed"), Words(zh="还不能在网上申请", en="cannot be applied for online yet")),
}  # fmt: skip


@require_GET
@opens_for(Anyone)
def catalogue(request: HttpRequest) -> HttpResponse:
    """How many services a city offers and how far each goes without a visit, computed; for programs too."""
    city = browsing.chosen(request)
    counted = opening.counts(city)
    return page(
        request,
        "portal/catalogue.html",
        city_name=find.cities()[city],
        total=counted.total,
        unconfirmed=counted.unconfirmed,
        grades=[_grade(level, count, counted.total, city) for level, count in reversed(counted.grades.items())],
        types=[(TYPES.get(code, Words(zh=code, en=code)), count) for code, count in counted.types.items()],
        base=settings.TONGBAN_BASE_URL,
        addresses=_addresses(city),
    )


def _grade(level: str, count: int, total: int, city: str) -> dict[str, object]:
    title, says = LEVELS[level]
    href = lists.address("portal:services", browse.Chosen(city=city, grade=level)) if level != "listed" else None
    share = round(count * 100 / total, 1) if total else 0
    return {"title": title, "says": says, "count": count, "share": share, "href": href if count else None}


def _addresses(city: str) -> list[tuple[Words, str]]:
    """What programs ask for."""
    return [
        (Words(zh="全部事项，分页、可筛选", en="All services, in pages, narrowed"), f"{reverse('openapi:services')}?city={city}"),
        (Words(zh="分级统计", en="Counts by grade"), f"{reverse('openapi:counts')}?city={city}"),
        (Words(zh="接口说明（OpenAPI 3.1）", en="Description (OpenAPI 3.1)"), reverse("openapi:description")),
        (Words(zh="站点地图", en="Sitemap"), reverse("openapi:sitemap")),
    ]
