"""How officers' passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id (RFC 9106) at OWASP's recommended cost: 19 MiB, two passes, one lane. Django's own default takes 100 MiB
    and eight lanes for each try, which lets strangers at the sign-in page fill a small machine's memory."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
