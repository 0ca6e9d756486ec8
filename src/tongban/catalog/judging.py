"""What the rules of the standards find in an item, with everything around it that stands on this node."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.errors import Refusal
from tongban.catalog import folders
from tongban.catalog.models import Entry
from tongban.engine import check, rules
from tongban.engine import items as engine


def findings(item: engine.Item, *, city: str, files: Mapping[str, bytes] | None = None) -> list[dict[str, Any]]:
    """Every finding of every rule, errors first; with the lines of ``files`` where they are at hand."""
    codes = frozenset(Entry.objects.filter(city=city).values_list("code", flat=True)) | {item.code}
    around = check.Around(codes=codes, certificates=_certificates())
    found = check.findings(item, around, item.code, files or {})
    return [msgspec.to_builtins(each) for each in sorted(found, key=lambda f: (f.warning, f))]


def bounded(body: bytes) -> None:
    """Refuse a body of another node in which a rule could run for ever: each is compiled within its bounds before
    anybody applies. Raises ``rule_broken``."""
    for _, _, source in check.references.expressions(engine.parse(body)):
        rules.condition(source)


def sifted(bodies: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Of another node's bodies (digest → body) those that may be offered, and of each of the others why not: it cannot be
    read, a rule of it cannot be bounded, or its item is there twice."""
    sound: dict[str, bytes] = {}
    codes: set[str] = set()
    left_out = []
    for digest, body in bodies.items():
        try:
            bounded(body)
        except Refusal as no:
            left_out.append(f"{digest[:12]}: {no.code}")
            continue
        if (code := engine.parse(body).code) in codes:
            left_out.append(f"{digest[:12]}: {code} twice")
            continue
        codes.add(code)
        sound[digest] = body
    return sound, left_out


def load(files: Mapping[str, bytes], *, at: str) -> engine.Item:
    """One folder's files as an item, with what the node's items share. Raises ``Broken`` with every finding."""
    return engine.load(files, shared(), at=at)


def shared() -> engine.Shared:
    """What items share, as it lies on this node's disk; read anew when a file has changed."""
    root = _services()
    files = (path for name in folders.SHARED for path in sorted((root / name).rglob("*.yaml")))
    return _shared(root, tuple((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=2)
def _shared(root: Path, changed: tuple[tuple[str, int], ...]) -> engine.Shared:
    return engine.load_shared(folders.read_shared(root))


def _services() -> Path:
    return Path(settings.TONGBAN_REPOSITORY) / "services"


def _certificates() -> frozenset[str]:
    return frozenset(path.parent.name for path in (_services() / "certificates").glob("*/type.yaml"))
