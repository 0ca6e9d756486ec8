"""Numbers and codes: never given twice, never guessed."""

from __future__ import annotations

import secrets

from django.db import connection

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: nothing that is misread


def new_code() -> str:
    """80 random bits as sixteen characters that can be read out."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def next_serial() -> int:
    """The next serial of this node: a PostgreSQL sequence, so that two at once never wait for or collide with each
    other. A number that was rolled back is not used again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('certificates_serial')")
        return int(cursor.fetchone()[0])
