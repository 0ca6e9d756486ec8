"""What the rules of the standards find in an item, with everything around it that stands on this node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.catalog import folders, several
from tongban.catalog.models import Entry
from tongban.engine import bundles, check, rules, ways
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
    return _sifted(bodies, bounded, engine.parse)


def _sifted(
    bodies: Mapping[str, bytes], bound: Callable[[bytes], None], parse: Callable[[bytes], Any]
) -> tuple[dict[str, bytes], list[str]]:
    sound: dict[str, bytes] = {}
    codes: set[str] = set()
    left_out = []
    for digest, body in bodies.items():
        try:
            bound(body)
        except Refusal as no:
            left_out.append(f"{digest[:12]}: {no.code}")
            continue
        if (code := parse(body).code) in codes:
            left_out.append(f"{digest[:12]}: {code} twice")
            continue
        codes.add(code)
        sound[digest] = body
    return sound, left_out


def bounded_bundle(body: bytes) -> None:
    """The same of a bundle: its conditions are bounded, and it asks no more than may be asked of anybody. Raises
    ``rule_broken`` or ``bundle_unsound``."""
    bundle = bundles.parse(body)
    for row in (*bundle.questions, *bundle.members):
        if row.when is not None:
            rules.condition(row.when)
    if not ways.sound(bundle):
        raise Refusal("bundle_unsound", Words(zh="一件事的提问不成立", en="The questions of a bundle are not sound"))


def sifted_bundles(bodies: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """As :func:`sifted`, of bundles."""
    return _sifted(bodies, bounded_bundle, bundles.parse)


def bundle_findings(
    bundle: bundles.Bundle, *, city: str, files: Mapping[str, bytes] | None = None
) -> list[dict[str, Any]]:
    """Every finding about a bundle among the items that ``city`` offers, with the lines of ``files`` where they are at
    hand."""
    named = {f"{bundles.FOLDER}{bundle.code}/{name}": content for name, content in (files or {}).items()}
    read = bundles.load_bundles(named, shared().laws)
    if bundle.code not in read.bundles:
        read = bundles.Read(bundles={bundle.code: bundle}, sources={}, findings=())
    items = {code: item for code, (_, item) in several.in_force([m.item for m in bundle.members], city=city).items()}
    return [msgspec.to_builtins(each) for each in sorted(bundles.judged(read, items), key=lambda f: (f.warning, f))]


def load_bundle(code: str, files: Mapping[str, bytes]) -> bundles.Bundle:
    """A bundle's folder as a bundle. Raises ``Broken`` with every finding."""
    read = bundles.load_bundles({f"{bundles.FOLDER}{code}/{name}": content for name, content in files.items()}, shared().laws)
    if code not in read.bundles:
        raise engine.Broken(*read.findings)
    return read.bundles[code]


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
