"""Addresses that only take forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse


def posted(page: str, *names: str) -> Callable[..., Any]:
    """Only POST comes in. GET goes to the page that holds the form (``page``, with the route's arguments ``names``):
    whose session ended while filling in signs in, is sent back here, and stands where the form is."""

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["POST"])
            return HttpResponseRedirect(reverse(page, kwargs={name: kwargs[name] for name in names}))

        return door

    return mark
