"""The one place that reads ``services/`` from the disk; the engine gets bytes."""

from __future__ import annotations

from pathlib import Path

FOLDERS = ("items", "parts", "flows", "elements", "vocab", "bundles", "certificates")


def read_services(root: Path) -> dict[str, bytes]:
    """Every YAML and Markdown file below ``root`` (the ``services`` folder) as ``{relative path: bytes}``."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in (".yaml", ".md") and path.is_file()
    }


def read_overlays(cities: Path, city: str) -> dict[str, bytes]:
    """The overlays of one city (``cities/<adcode>/overlays/<code>.yaml``) as ``{item code: bytes}``."""
    return {path.stem: path.read_bytes() for path in sorted((cities / city / "overlays").glob("*.yaml"))}
