"""What was typed and not yet saved: it outlasts a switch of language or letters, and signing in again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from tongban.base.actors import Kind
from tongban.journeys import typed
from tongban.ui import words
from tongban.ui.views import dressed

SWITCHES = ("lang-zh", "lang-en", "elder-0", "elder-1")


def survives(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form that is sent after the session ended is kept, sealed, until its owner has signed in again: then the page
    shows it as it was typed. Nothing of it stands in an address."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or request.actor.kind is not Kind.VISITOR:
            return view(request, **kwargs)
        typed.keep(session=request.session, path=request.path, form=_form(request).urlencode(), now=request.now)
        return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{urlencode({'next': request.path})}")

    return door


def _form(request: HttpRequest) -> QueryDict:
    """What the person typed, without what the page itself put in."""
    form = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "version", "do"):
        form.pop(name, None)
    return form


def kept(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before signing in again; once. The caller has found that the page is this person's."""
    text = typed.take(session=request.session, path=request.path, now=request.now)
    return QueryDict(text) if text is not None else None


def switches(request: HttpRequest) -> bool:
    """Whether the button that was pressed is one of the header's, for language or letters."""
    return request.POST.get("do") in SWITCHES


def switched(request: HttpRequest, show: Callable[[], HttpResponse]) -> HttpResponse:
    """The page in the other language or letters, with what was typed as it was."""
    what, _, value = request.POST["do"].partition("-")
    if what == "lang":
        request.lang = value
    else:
        request.elder = value == "1"
    with words.speaking(request.lang), translation.override("en" if request.lang == "en" else "zh-hans"):
        response = show()
    return dressed(request, response, **{what: value})
