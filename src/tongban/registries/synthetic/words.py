"""The words of ``words.yaml``, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """See the comments of ``words.yaml``."""

    surnames: dict[str, int]
    male: str
    female: str
    either: str
    cores: str
    trades: dict[str, tuple[str, ...]]
    roads: tuple[str, ...]
    road_kinds: tuple[str, ...]


@lru_cache(maxsize=1)
def material() -> Material:
    """The material that comes with the program."""
    return msgspec.yaml.decode(resources.files(__package__).joinpath("words.yaml").read_bytes(), type=Material)
