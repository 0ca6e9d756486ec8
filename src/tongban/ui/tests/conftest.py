"""Pages of this room alone: its own routes, and a request that says who acts."""

from __future__ import annotations

import pytest
from django.test import Client

from tongban.base.actors import Actor, Kind
from tongban.base.words import Words
from tongban.ui.city import City


@pytest.fixture(autouse=True)
def furniture_only(settings):
    """Settings with nothing but the furniture: no session, no database."""
    settings.ROOT_URLCONF = "tongban.ui.tests.routes"
    settings.MIDDLEWARE = [
        "tongban.ui.security.SecurityHeaders",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "tongban.ui.middleware.Language",
        "tongban.ui.tests.routes.SomebodyActs",
        "tongban.ui.errors.Refusals",
    ]
    settings.TONGBAN_DEMO = True
    settings.TONGBAN_SIGN_IN = {Kind.PERSON: "sign-in", Kind.OFFICER: "staff-sign-in"}
    settings.TONGBAN_LINKS = {"home": "home", "search": "home", "space": "space", "sign_out": "home"}
    settings.TONGBAN_STEP_UP = None
    settings.TONGBAN_GUIDE = ""
    settings.TONGBAN_CITY = City(adcode="330100", name=Words(zh="杭州市", en="Hangzhou"), accent="#1f6f8b", mark="杭")
    settings.CSRF_FAILURE_VIEW = "tongban.ui.errors.csrf_failed"


class Browser(Client):
    """A client that acts as somebody: ``browser.acts(kind, level=…)``."""

    def acts(self, kind: Kind, **more: object) -> Browser:
        self.defaults["tongban.actor"] = Actor(kind=kind, id="1", **more)
        return self


@pytest.fixture
def browser() -> Browser:
    return Browser(raise_request_exception=False)
