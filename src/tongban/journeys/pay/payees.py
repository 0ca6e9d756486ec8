"""The accounts to which payees are paid out, as data of the city (收款账户): ``cities/<adcode>/payees.yaml``, and the
operator's own ``payees.yaml`` beside ``node.json``. Made-up accounts (``demo``) get money in demo mode alone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
import yaml
from django.conf import settings

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose it is, at which bank, and its number."""

    name: _Text
    bank: _Text
    number: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{8,32}$")]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The accounts of a city by the role of the payee. ``demo``: no bank has them."""

    accounts: dict[str, Account]
    demo: bool = False


def accounts() -> dict[str, Account]:
    """Where each payee of this city is paid, by role; a payee that is not in it is not paid out."""
    city = Path(settings.TONGBAN_REPOSITORY) / "cities" / settings.TONGBAN_ADCODE / "payees.yaml"
    paths = [path for path in (city, Path(settings.TONGBAN_HOME) / "payees.yaml") if path.exists()]
    files = [read(path, path.stat().st_mtime_ns) for path in paths]
    found: dict[str, Account] = {}
    for file in files:
        found |= file.accounts if settings.TONGBAN_DEMO or not file.demo else {}
    return found


@lru_cache(maxsize=8)
def read(path: Path, changed: int) -> File:
    """A file of accounts as it stands; ``changed`` is when it did."""
    return msgspec.convert(yaml.safe_load(path.read_text("utf-8")), File)
