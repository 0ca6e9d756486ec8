"""A city's folder (`cities/<adcode>/`) read from disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tongban.base.words import Words
from tongban.ui.city import City


def read(folder: Path, name: str) -> Any:
    """One YAML file of the folder; an empty mapping when the folder has none."""
    path = folder / f"{name}.yaml"
    return yaml.safe_load(path.read_text()) if path.exists() else {}


def here(folder: Path) -> City:
    """What page furniture shows of the node's city."""
    data = read(folder, "city")
    if not data:
        return City(adcode="000000", name=Words(zh="通办", en="Tongban"))
    return City(
        adcode=str(data["adcode"]),
        name=Words(**data["name"]),
        short=Words(**data["short"]) if data.get("short") else None,
        **{key: str(data[key]) for key in ("accent", "mark", "hotline") if data.get(key)},
    )
