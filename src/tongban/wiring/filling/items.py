"""Publishing what the city offers: items of ``services/`` with the city's overlays, then the city's and node's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.base.calendar import day_of
from tongban.catalog import actions as catalog
from tongban.catalog import bundles, folders, several
from tongban.catalog import queries as offers
from tongban.catalog.models import Entry
from tongban.engine import bundles as joint
from tongban.engine import items as engine
from tongban.wiring import cities
from tongban.wiring.node import REPOSITORY, Node

SERVICES = REPOSITORY / "services"


class Published(msgspec.Struct, frozen=True):
    """Item code → version number, bundle code → version number, and what could not be read, as printable lines."""

    versions: dict[str, int]
    findings: tuple[str, ...]
    bundles: dict[str, int] = {}


def fill(node: Node, now: datetime) -> str:
    """Publish all that the city offers. A folder that is broken is named, and the rest is offered."""
    published = publish(node, now=now)
    found = f"{Entry.objects.filter(city=node.adcode).count()}"
    if published.findings:
        lines = "".join(f"\n  {each}" for each in published.findings)
        found += f", and {len(published.findings)} findings that kept something from being published:{lines}\n"
    return found


def publish(
    node: Node, *, folder: Path | None = None, effective_on: date | None = None, now: datetime | None = None
) -> Published:
    """Publish one item's folder, a tree like ``services/``, or (``None``) what ``city.yaml`` offers and the folders of
    city and node hold. A folder that is named is put into force; of what the city offers only what is new is, so that
    a start never undoes what was published or retired since."""
    now = now or timezone.now()
    effective_on = effective_on or day_of(now)
    items, findings = _wanted(node, folder)
    bodies = {engine.sha256(body): body for item in items.values() for body in (engine.body(item),)}
    known = {} if folder else offers.numbers(city=node.adcode, digests=bodies)
    fresh = {digest: body for digest, body in bodies.items() if digest not in known}
    made = catalog.publish_all(city=node.adcode, bodies=fresh, effective_on=effective_on, by=SYSTEM, now=now)
    versions = dict(known.values()) | {code: number for code, (_, number) in made.items()}
    together, more = _bundles(node, folder, effective_on, now)
    return Published(dict(sorted(versions.items())), tuple(str(each) for each in (*findings, *more)), together)


def _bundles(
    node: Node, folder: Path | None, effective_on: date, now: datetime
) -> tuple[dict[str, int], tuple[Any, ...]]:
    """Publish a bundle's folder that is named, or every bundle of ``services/bundles`` whose members are all offered here,
    of which this version never was."""
    if folder and not (folder / "bundle.yaml").exists():
        return {}, ()
    offered = several.offered(city=node.adcode)
    files = folders.read_bundles(folder.resolve().parents[1] if folder else SERVICES)
    read = joint.load_bundles(files, engine.load_shared(folders.read_laws(SERVICES)).laws)
    found: dict[str, int] = {}
    for code, bundle in read.bundles.items():
        body = joint.body(bundle)
        whole = all(member.item in offered for member in bundle.members)
        fresh = code == folder.name if folder else not bundles.published(city=node.adcode, sha256=joint.sha256(body))
        if whole and fresh:
            version = bundles.publish(city=node.adcode, body=body, effective_on=effective_on, by=SYSTEM, now=now)
            found[code] = version.number
        elif folder and code == folder.name:
            missing = (f"{code}: {each.item} is not offered here" for each in bundle.members if each.item not in offered)
            return {}, (*read.findings, *missing)
    return found, read.findings


def _wanted(node: Node, folder: Path | None) -> tuple[dict[str, engine.Item], tuple[Any, ...]]:
    if folder is None:
        offered, findings = _offered(node)
        own, more = _own(node)
        return offered | own, findings + more
    library = engine.library(_with_shared(folder.resolve()))
    wanted = {folder.name} if (folder / "item.yaml").exists() else _codes(folder)
    return {code: item for code, item in library.items.items() if code in wanted}, library.findings


def _offered(node: Node) -> tuple[dict[str, engine.Item], tuple[Any, ...]]:
    """The items of ``services/`` that ``city.yaml`` names (all of them where it names none), as the city eases them."""
    library = engine.library(_read(node))
    city = cities.read(REPOSITORY / "cities" / node.adcode, "city")
    codes = city.get("items") or list(library.items)
    missing = tuple(
        f"city.yaml offers {code}, which services/items has not"
        for code in codes
        if code not in library.items and not library.findings
    )
    items = {code: library.items[code] for code in codes if code in library.items}
    eased, broken = _eased(node, items, library.shared)
    return eased, (*library.findings, *missing, *broken)


def _read(node: Node) -> dict[str, bytes]:
    """``services/``; of a node whose ``node.json`` says ``"kinds": false`` (tests are such nodes) only the items that are
    written out in full, not the many that are of a kind."""
    files = folders.read_services(SERVICES)
    if node.data.get("kinds", True):
        return files
    brief = {
        p.rpartition("/")[0] for p, data in files.items() if p.endswith("/item.yaml") and data.startswith(b"kind:")
    }
    return {p: data for p, data in files.items() if "/".join(p.split("/")[:3]) not in brief}


def _eased(
    node: Node, items: Mapping[str, engine.Item], shared: engine.Shared
) -> tuple[dict[str, engine.Item], tuple[Any, ...]]:
    """Items with the city's overlays; one whose overlay is broken is not offered rather than offered harder."""
    eased, findings = dict(items), []
    for code, data in folders.read_overlays(REPOSITORY / "cities", node.adcode).items():
        if code in eased:
            file = f"cities/{node.adcode}/overlays/{code}.yaml"
            try:
                eased[code] = engine.overlay(eased[code], data, shared, file=file)
            except engine.Broken as broken:
                del eased[code]
                findings += broken.findings
    return eased, tuple(findings)


def _own(node: Node) -> tuple[dict[str, engine.Item], tuple[Any, ...]]:
    """Items of the city's and the node's own folders (``cities/<adcode>/items``, ``<home>/items``)."""
    from django.conf import settings

    found: dict[str, engine.Item] = {}
    findings: tuple[Any, ...] = ()
    for root in settings.TONGBAN_ITEM_FOLDERS[1:]:
        if root.is_dir():
            library = engine.library(_with_shared(root))
            codes = _codes(root)
            found |= {code: item for code, item in library.items.items() if code in codes}
            findings += library.findings
    return found, findings


def _with_shared(root: Path) -> dict[str, bytes]:
    """Files that items share, and every item below ``root`` as if it lay in ``services/items``."""
    return folders.read_shared(SERVICES) | dict(_items_below(root))


def _items_below(root: Path) -> Iterator[tuple[str, bytes]]:
    for item in sorted(root.rglob("item.yaml")):
        folder = item.parent
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".yaml", ".md"):
                inside = path.relative_to(folder).as_posix()
                yield f"items/{folder.parent.name}/{folder.name}/{inside}", path.read_bytes()


def _codes(root: Path) -> set[str]:
    return {item.parent.name for item in root.rglob("item.yaml")}
