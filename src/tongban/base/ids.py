"""Keys of rows and events: UUIDv7 (RFC 9562), so that the order of making is the order of the index."""

from __future__ import annotations

import uuid

from uuid_utils import compat


def uuid7() -> uuid.UUID:
    """A new UUIDv7 as the standard library's ``UUID``: sorts by the millisecond it was made in."""
    return compat.uuid7()
