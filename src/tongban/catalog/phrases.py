"""The library of phrases at hand for an item: read from ``services/phrases`` once, and again when a file changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from tongban.engine import items as engine


def for_item(item: engine.Item) -> dict[str, list[engine.Phrase]]:
    """Phrases that fit an item, by use; those of one item or paper before the general ones."""
    found: dict[str, list[engine.Phrase]] = {}
    for phrase in sorted(_library().values(), key=lambda p: not (p.items or p.material)):
        if phrase.fits(item):
            found.setdefault(phrase.use.value, []).append(phrase)
    return found


def chosen(item: engine.Item, use: str, keys: list[str]) -> list[engine.Phrase]:
    """The named phrases of this use that fit the item, in the order of the library; unknown keys are left out."""
    return [phrase for phrase in for_item(item).get(use, ()) if phrase.key in keys]


def standard(item: engine.Item, use: str) -> engine.Phrase | None:
    """What stands when an officer writes nothing."""
    return next((phrase for phrase in for_item(item).get(use, ()) if phrase.standard), None)


def _library() -> dict[str, engine.Phrase]:
    root = Path(settings.TONGBAN_REPOSITORY) / "services"
    files = (*sorted((root / "phrases").glob("*.yaml")), root / "vocab" / "laws.yaml")
    return _load(root, tuple((path.name, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=4)
def _load(root: Path, changed: tuple[tuple[str, int], ...]) -> dict[str, engine.Phrase]:
    """Broken phrases are left out (``tongban items check`` names them): a slip in one stops no officer."""
    read = {f"phrases/{p.name}": p.read_bytes() for p in sorted((root / "phrases").glob("*.yaml"))}
    laws = engine.load_shared({"vocab/laws.yaml": (root / "vocab" / "laws.yaml").read_bytes()}).laws
    return engine.load_phrases(read, laws)[0]
