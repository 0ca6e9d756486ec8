"""The open catalogue for anybody's programs: services in pages, one by code and version, counts by grade; bundles are in
``joint``.

Every answer carries an entity tag; a request that brings it back (``If-None-Match``) is answered 304 while nothing has
changed. Described at ``/api/openapi.json`` and in docs/reference/open-catalogue.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.journeys import browse, find, opening
from tongban.openapi import described
from tongban.ui import errors
from tongban.ui.doors import Anyone, opens_for

FRESH = "public, no-cache"  # may be kept by anybody, asked again before it is used
FACETS = ("city", "audience", "subject", "office", "grade", "district", "letter")


class BadPage(Refusal):
    """A page or a size that is no number of one."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "bad_page",
            Words(zh="{n} 应为 1 以上的整数", en="{n} is a whole number from 1").format(n=name),
            field=name,
            status=400,
        )


def conditional(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers with an entity tag, and 304 without a body to whoever has that state already. A refusal is a problem
    (RFC 9457), also for a browser: there is no page here."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        tag = opening.tag(request.get_full_path(), described.EDITION)
        try:
            known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
            response = HttpResponseNotModified() if tag in known else view(request, **kwargs)
        except Refusal as no:
            return errors.problem(no)
        response.headers["ETag"], response.headers["Cache-Control"] = tag, FRESH
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return door


@require_safe
@opens_for(Anyone)
@conditional
def services(request: HttpRequest) -> HttpResponse:
    """Services of this city and of those it offers: all of them, or what ``q`` finds; narrowed by facets; in pages."""
    told = {name: request.GET.get(name, "")[:80] for name in FACETS}
    page, size = number(request, "page", 1), number(request, "size", opening.SIZE)
    found = opening.page(request.GET.get("q", ""), chosen=browse.Chosen(**told), page=page, size=size)
    return JsonResponse(
        {
            "services": [_brief(hit) for hit in found.hits],
            "total": found.total,
            "page": found.page,
            "pages": found.pages,
            "next": following(request, found.page, found.pages),
        }
    )


def number(request: HttpRequest, name: str, otherwise: int) -> int:
    """A whole number from 1 of the query. Raises BadPage."""
    told = request.GET.get(name, "")
    if not told:
        return otherwise
    if not (told.isascii() and told.isdecimal() and len(told) < 7 and int(told)):
        raise BadPage(name)
    return int(told)


def following(request: HttpRequest, page: int, pages: int) -> str | None:
    """The address of the page after this one, if there is one."""
    if page >= pages:
        return None
    asked = {name: value for name, value in request.GET.items() if name != "page"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**asked, 'page': page + 1})}")


def _brief(hit: find.Hit) -> dict[str, Any]:
    facts = hit.facts
    return {
        "city": hit.city,
        "code": hit.code,
        "title": msgspec.to_builtins(hit.title),
        "summary": msgspec.to_builtins(hit.summary),
        "grade": facts.get("grade"),
        "type": facts.get("type"),
        "audience": list(hit.audience),
        "subjects": list(facts.get("subjects", ())),
        "office": facts.get("office"),
        "channels": list(facts.get("channels", ())),
        "promise": facts.get("promise"),
        "score": hit.score,
    }


@require_safe
@opens_for(Anyone)
@conditional
def service(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """One service whole: its body, the digest that names this version, and what is coming. One that ended answers 410 with
    its successor."""
    found = find.guide(city, code, now=request.now)
    about = {"city": city, "code": code, "sha256": found.ref.sha256, "grade": found.plan.grade, "coming": ahead(found.coming)}
    return JsonResponse(about | {"item": msgspec.to_builtins(found.item)})


def ahead(coming: Iterable[Any]) -> list[dict[str, Any]]:
    """What changes on days that have not come."""
    return [
        {
            "on": each.on.isoformat(),
            "ends": each.number is None,
            "changes": [msgspec.to_builtins(c) for c in each.changes],
        }
        for each in coming
    ]


@require_safe
@opens_for(Anyone)
@conditional
def versions(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Every version of a service that was ever published, the newest first."""
    return JsonResponse({"city": city, "code": code, "versions": opening.versions(city, code)})


@require_safe
@opens_for(Anyone)
@conditional
def version(request: HttpRequest, city: str, code: str, sha256: str) -> HttpResponse:
    """One version's canonical body (RFC 8785): the very bytes whose SHA-256 names it."""
    return HttpResponse(opening.body(city, code, sha256), content_type="application/json")


@require_safe
@opens_for(Anyone)
@conditional
def counts(request: HttpRequest) -> HttpResponse:
    """The catalogues in figures: how many services each city offers, and how far they go without a visit."""
    asked = request.GET.get("city", "")
    cities = {code: name for code, name in find.cities().items() if code == asked or not asked}
    if not cities:
        raise NotFound("no_city", Words(zh="这里没有这个城市的目录", en="The catalogue of this city is not offered here"))
    told = {code: msgspec.to_builtins(opening.counts(code)) for code in cities}
    rows = [{"city": code, "name": msgspec.to_builtins(name), **told[code]} for code, name in cities.items()]
    return JsonResponse({"cities": rows})


@require_safe
@opens_for(Anyone)
@conditional
def description(request: HttpRequest) -> HttpResponse:
    """All of this for machines that read descriptions (OpenAPI 3.1)."""
    return JsonResponse(described.document())
