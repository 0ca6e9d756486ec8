"""The one place that reads ``services/`` from the disk; the engine gets bytes."""

from __future__ import annotations

from pathlib import Path

SHARED = ("parts", "papers", "kinds", "defaults", "flows", "elements", "vocab")
FOLDERS = ("items", *SHARED, "bundles", "certificates", "phrases", "life-events")


def read_services(root: Path, *items: Path) -> dict[str, bytes]:
    """Every YAML and Markdown file below ``root`` (the ``services`` folder) as ``{relative path: bytes}``.

    ``items`` are further folders of items (``<subject>/<code>/item.yaml``), of a city of its own; they read as if they
    stood under ``services/items``.
    """
    found = {path.name: path.read_bytes() for path in sorted(root.glob("*.yaml"))}
    for folder, under in [(root / name, name) for name in FOLDERS] + [(more, "items") for more in items]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".yaml", ".md") and path.is_file():
                found[f"{under}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return found


def read_shared(root: Path) -> dict[str, bytes]:
    """What items share below ``root`` (the ``services`` folder), without the items themselves."""
    found = {}
    for name in SHARED:
        for path in sorted((root / name).rglob("*.yaml")):
            found[f"{name}/{path.relative_to(root / name).as_posix()}"] = path.read_bytes()
    return found


def read_bundles(root: Path) -> dict[str, bytes]:
    """The bundles below ``root`` (the ``services`` folder)."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / "bundles").glob("*/*.yaml"))}


def read_laws(root: Path) -> dict[str, bytes]:
    """The laws that all cite."""
    return {"vocab/laws.yaml": (root / "vocab" / "laws.yaml").read_bytes()}


def read_overlays(cities: Path, city: str) -> dict[str, bytes]:
    """The overlays of one city (``cities/<adcode>/overlays/<code>.yaml``) as ``{item code: bytes}``."""
    return {path.stem: path.read_bytes() for path in sorted((cities / city / "overlays").glob("*.yaml"))}
