"""Creating a node: its folder, keys, database, registries, offices, officers and catalogue."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tongban.base.cryptography import keys as key_maker

SECRETS = ("kek", "lookup", "django")


def make_keys(home: Path, *, adcode: str, demo: bool) -> None:
    """The node's keys, each made once and never overwritten."""
    folder = home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in SECRETS:
        _keep(folder / f"{name}.hex", secrets.token_hex(32).encode())
    _keep(folder / "signing.pem", lambda: key_maker.new_ed25519().pem())


def _keep(path: Path, content: bytes | object) -> None:
    """Write a file that only its owner reads, unless it is there."""
    if path.exists():
        return
    data = content() if callable(content) else content
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)  # type: ignore[arg-type]
