"""Where a node listens to its peers. The same on every node, so an endpoint is an origin and nothing more."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

EVENTS: Final = "/wire/v1/events"
_QUERY: Final = "/wire/v1/query/"
_RESOURCE = re.compile(r"[a-z][a-z0-9-]{0,63}")


def query(resource: str) -> str:
    """The path of a query for ``resource`` (lower-case words with hyphens; else ValueError)."""
    if not _RESOURCE.fullmatch(resource):
        raise ValueError(f"no resource name: {resource!r}")
    return _QUERY + quote(resource)
