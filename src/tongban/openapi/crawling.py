"""What search engines read: which pages there are, and which to leave alone."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.journeys import find, lives, opening
from tongban.ui.doors import Anyone, opens_for

MOST = 50_000  # addresses of one sitemap, by the protocol
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = ("portal:home", "portal:services", "portal:bundles", "portal:saved", "portal:catalogue", "portal:near", "portal:about")
PRIVATE = (
    "/drafts", "/space", "/cases", "/sign", "/prove", "/papers", "/uploads", "/verify", "/desk", "/demo", "/search", "/wire", "/lang",
)  # fmt: skip
KEPT = {"Cache-Control": "public, max-age=3600"}
Address = tuple[str, datetime | None]


@require_safe
@opens_for(Anyone)
def robots(request: HttpRequest) -> HttpResponse:
    """Guides are for everybody; what is somebody's own is nobody's to index."""
    rules = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), "Allow: /"]
    text = "\n".join([*rules, "", f"Sitemap: {_whole(reverse('openapi:sitemap'))}", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=KEPT)


@require_safe
@opens_for(Anyone)
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages; an index of several sitemaps where they are more than one may hold."""
    found = _addresses(find.state(), lives.everything())
    if len(found) <= MOST:
        return _xml("urlset", "url", found)
    parts = range(1, -(-len(found) // MOST) + 1)
    return _xml("sitemapindex", "sitemap", [(reverse("openapi:sitemap-part", args=[part]), None) for part in parts])


@require_safe
@opens_for(Anyone)
def part(request: HttpRequest, number: int) -> HttpResponse:
    """One of several sitemaps."""
    found = _addresses(find.state(), lives.everything())[(number - 1) * MOST : number * MOST] if number else ()
    if not found:
        raise NotFound("no_sitemap", Words(zh="没有这一部分", en="There is no such part"))
    return _xml("urlset", "url", found)


@lru_cache(maxsize=2)
def _addresses(state: object, occasions: tuple[lives.Occasion, ...]) -> tuple[Address, ...]:
    """Every public page with when it last changed, kept until a catalogue changes."""
    pages: list[Address] = [(reverse(name), None) for name in PAGES]
    pages += [(reverse("portal:occasion", args=[each.key]), None) for each in occasions]
    for page, kind in (("portal:bundle", "bundle"), ("portal:guide", "item")):
        pages += [(reverse(page, args=[city, code]), at) for city, code, at in opening.addresses(kind)]
    return tuple(pages)


def _xml(root: str, entry: str, found: tuple[Address, ...] | list[Address]) -> HttpResponse:
    rows = [f"<{entry}><loc>{escape(_whole(path))}</loc>{_changed(at)}</{entry}>" for path, at in found]
    text = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {SPACE}>", *rows, f"</{root}>", ""])
    return HttpResponse(text, content_type="application/xml; charset=utf-8", headers=KEPT)


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{day_of(at).isoformat()}</lastmod>" if at else ""


def _whole(path: str) -> str:
    return f"{settings.TONGBAN_BASE_URL}{path}"
