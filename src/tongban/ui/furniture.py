"""What every page knows without asking: city, language, who is here, where the shared links lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tongban.base.actors import Actor, Kind
from tongban.base.words import Words
from tongban.ui import browsing, city
from tongban.ui.city import City


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """``site`` in every template. ``links`` holds only what the settings name (``TONGBAN_LINKS``: home, search,
    space, desk, sign_out, help, …), already resolved to paths; ``sign_in`` is a path or None; ``unread`` is how many messages
    the person has not opened (100 stands for more)."""

    city: City
    lang: str
    elder: bool
    demo: bool
    density: str
    path: str
    actor: Actor | None
    sign_in: str | None
    wished: str = ""
    unread: int = 0
    own_device: bool = False
    links: dict[str, str] = field(default_factory=dict)

    @property
    def signed_in(self) -> bool:
        """Somebody is here whom we know."""
        return self.actor is not None and self.actor.kind is not Kind.VISITOR

    @property
    def officer(self) -> bool:
        """The page is seen by an officer."""
        return self.actor is not None and self.actor.kind is Kind.OFFICER

    @cached_property
    def cities(self) -> dict[str, Words]:
        """Cities to choose from in the header; none at a desk, and none where there is only one."""
        found = browsing.cities() if "cities" in self.links and not self.officer else {}
        return found if len(found) > 1 else {}

    @property
    def browsing(self) -> str:
        """The city whose services are looked at: the one chosen in the header, else this one."""
        return self.wished if self.wished in self.cities else self.city.adcode

    @property
    def html_lang(self) -> str:
        """The BCP 47 tag of the page."""
        return "en" if self.lang == "en" else "zh-Hans"


def furniture(request: HttpRequest) -> Furniture:
    """Reads settings and the request: ``lang`` and ``elder`` from ``ui.middleware``, ``actor`` and ``unread`` from
    ``journeys.enter``."""
    actor = getattr(request, "actor", None)
    return Furniture(
        city=city.here(),
        lang=getattr(request, "lang", "zh"),
        elder=getattr(request, "elder", False),
        demo=bool(getattr(settings, "TONGBAN_DEMO", False)),
        density="compact" if actor is not None and actor.kind is Kind.OFFICER else "comfortable",
        path=_return_path(request),
        actor=actor,
        sign_in=_sign_in(request),
        wished=browsing.wished(request),
        unread=request.unread() if hasattr(request, "unread") else 0,
        own_device=_own_device(request),
        links={key: reverse(route) for key, route in getattr(settings, "TONGBAN_LINKS", {}).items()},
    )


def _own_device(request: HttpRequest) -> bool:
    """Whether the person said that this is their own device: only then anything of theirs is kept on it."""
    session = getattr(request, "session", None)
    return bool(session is not None and session.get("own_device"))


def _return_path(request: HttpRequest) -> str:
    """Where a language switch comes back to. A refused POST has no page of its own to come back to: its own path."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path


def _sign_in(request: HttpRequest) -> str | None:
    route = getattr(settings, "TONGBAN_SIGN_IN", {}).get(Kind.PERSON)
    if route is None:
        return None
    path = reverse(route)
    back = _return_path(request)
    return path if back.startswith(path) else f"{path}?{urlencode({'next': back})}"
