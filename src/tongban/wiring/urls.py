"""All routes: each door brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

DOORS = {"ui": "", "portal": "", "desk": "desk/", "openapi": ""}

urlpatterns = [
    path(prefix, include(f"tongban.{door}.urls"))
    for door, prefix in DOORS.items()
    if find_spec(f"tongban.{door}") and find_spec(f"tongban.{door}.urls")
]
handler400 = "tongban.ui.errors.bad_request"
handler403 = "tongban.ui.errors.forbidden"
handler404 = "tongban.ui.errors.not_found"
handler500 = "tongban.ui.errors.server_error"
