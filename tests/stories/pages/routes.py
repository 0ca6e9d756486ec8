"""The routes of every door: which of them are pages, and which page nobody has visited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

from tongban.base.actors import Kind

DOORS = ("ui", "portal", "desk")
ASIDE = {
    "ui:city-css": "a style sheet",
    "portal:paper": "a file",
    "desk:paper": "a file",
    "desk:file": "a file",
    "desk:picture": "a picture",
    "portal:copy": "a file",
    "portal:booking-calendar": "a file",
    "desk:handed": "a file",
    "desk:items-table-json": "a file",
    "desk:items-table-csv": "a file",
    "portal:download": "a file",
    "portal:mandate-new": "leads on to the first question",
    "portal:paid-back": "leads on to the person's own city at once",
    "portal:face-done": "comes back from the port and goes on at once",
    "desk:find": "goes on to the case at once",
    "ui:icon": "a picture",
    "ui:icon-svg": "a picture",
    "ui:manifest": "for the browser",
    "ui:worker": "a script",
    "portal:part": "for the page's script",
    "portal:places": "a part of a page",
    "portal:suggest": "a part of a page",
}
"""Routes that answer GET with something that is no page of ours, and what it is."""


@dataclass(frozen=True)
class Visit:
    """One page: its name, whose window it is opened in, and the address; ``status`` when it says no; the widths at
    which it must not scroll sideways."""

    name: str
    who: str
    node: str
    path: str
    status: int = 200


def routes() -> dict[str, Any]:
    """Every route of the doors by name, with its view."""
    found: dict[str, Any] = {}

    def gather(patterns: list[Any], space: str) -> None:
        for each in patterns:
            if isinstance(each, URLResolver):
                gather(each.url_patterns, each.namespace or space)
            elif isinstance(each, URLPattern) and space in DOORS:
                found[f"{space}:{each.name}"] = each

    gather(get_resolver().url_patterns, "")
    return found


def only_posts(view: Any) -> bool:
    """The view takes no GET, or answers it by leading elsewhere (``portal.views.posting``)."""
    while view is not None:
        code, cells = getattr(view, "__code__", None), getattr(view, "__closure__", None)
        if code is not None and cells:
            kept = dict(zip(code.co_freevars, (cell.cell_contents for cell in cells), strict=True))
            methods = kept.get("request_method_list")
            if methods is not None and "GET" not in methods:
                return True
        if "posting" in getattr(code, "co_filename", ""):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def lacking(visits: list[Visit]) -> list[str]:
    """Pages that nobody visits: to be written here (``tests.stories.pages``) or, when they are none, into ``ASIDE``."""
    seen = {name_of(v.path) for v in visits}
    pages = {name for name, route in routes().items() if not only_posts(route.callback)}
    return sorted(pages - seen - ASIDE.keys())


def name_of(path: str) -> str | None:
    """The route that an address belongs to."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def plain(kind: Any, *, but: tuple[str, ...] = ()) -> list[str]:
    """Addresses of pages without parameters that open for ``kind`` (None: for anyone)."""
    from django.urls import reverse

    found = []
    for name, route in routes().items():
        opens = getattr(route.callback, "opens_for", ())
        fits = kind in opens if kind else Kind.PERSON not in opens and Kind.OFFICER not in opens
        fits = fits and not getattr(route.callback, "power", None)  # those are visited by who holds it
        if fits and not route.pattern.converters and not only_posts(route.callback) and name not in {*ASIDE, *but}:
            found.append(reverse(name))
    return found


def visit(who: str, node: str, path: str, status: int = 200, name: str = "") -> Visit:
    """A visit that is named after its route, unless it has a name of its own."""
    return Visit(name or (name_of(path) or "no-page").replace(":", "-"), who, node, path, status)
