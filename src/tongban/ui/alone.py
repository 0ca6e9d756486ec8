"""A page that stands alone: no database, no session, no form. For maintenance, a fault of the fault's page, offline."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines

from tongban.base.errors import Refusal
from tongban.ui import city, words
from tongban.ui.middleware import ELDER_COOKIE, chosen_language


def page(request: HttpRequest, no: Refusal, template: str = "ui/alone.html", **context: Any) -> HttpResponse:
    """The refusal as such a page, in the language and the size of letters that the request asks for."""
    lang = chosen_language(request)
    found = engines["jinja2"].get_template(template)
    told = {
        "no": no,
        "city": city.here(),
        "html_lang": "en" if lang == "en" else "zh-Hans",
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        **context,
    }
    with words.speaking(lang):
        return HttpResponse(found.render(told), status=no.status)
