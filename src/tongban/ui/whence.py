"""From which address a request comes: what limits by address count (``identity.limits``)."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The address of who asks, as the machine before us knows it; empty where there is none.

    Behind a proxy (``behind_proxy`` in node.json) every connection is the proxy's, which adds at the end of
    X-Forwarded-For whose request it hands on. What stands before that, the asker may have written. Without a proxy the
    header is the asker's word too, and nobody reads it.
    """
    near = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.TONGBAN_BEHIND_PROXY:
        return near
    last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(last))
    except ValueError:
        return near  # asked on the machine itself, past the proxy
