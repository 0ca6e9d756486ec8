"""The headers that make a page safe, on every response.

Each is held by a test that fails when it is missing (``tests/test_security.py``). Nothing inline is allowed: no
script, no style, no event attribute; htmx is told the same in ``ui/layout.html``.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from tongban.base.actors import Kind

CSP = {
    "default-src": ("'self'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:", "blob:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "media-src": ("'self'", "blob:"),
    "worker-src": ("'self'",),
    "manifest-src": ("'self'",),
    "object-src": ("'none'",),
    "frame-src": ("'none'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
}

HEADERS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=(), "
    "browsing-topics=(), interest-cohort=()",
}


def policy(**more: tuple[str, ...]) -> str:
    """The Content-Security-Policy; ``more`` replaces a directive (``img_src=("'self'", "https://tiles…")``)."""
    directives = {**CSP, **{name.replace("_", "-"): sources for name, sources in more.items()}}
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


class SecurityHeaders:
    """Sets what is missing; a view that set a header of its own (an upload under ``sandbox``) keeps it. Stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy())
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("HX-Request", "Cookie", "Accept-Language"))
        if request.is_secure() and not _loopback(request):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if _personal(request) and "public" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response


def _loopback(request: HttpRequest) -> bool:
    host = request.META.get("HTTP_HOST", "").rpartition(":")[0] or request.META.get("HTTP_HOST", "")
    return host in ("127.0.0.1", "localhost", "[::1]")


def _personal(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and actor.kind is not Kind.VISITOR
