"""A folder with a fault is named, and the rest is offered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongban.catalog import queries
from tongban.wiring.filling import items
from tongban.wiring.node import REPOSITORY, current
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(settings, tmp_path) -> Path:
    """A folder of the city's own items: one that is whole, one whose YAML is broken, one with a wrong key."""
    (road,) = (REPOSITORY / "services" / "items").glob("*/road-occupation")
    for name in ("whole-one", "broken-yaml", "wrong-key"):
        shutil.copytree(road, tmp_path / "own" / "urban" / name)
    (tmp_path / "own" / "urban" / "broken-yaml" / "rules.yaml").write_text("- key: a\n  holds: [\n")
    with (tmp_path / "own" / "urban" / "wrong-key" / "item.yaml").open("a") as file:
        file.write("shoe_size: 43\n")
    settings.TONGBAN_ITEM_FOLDERS = [settings.TONGBAN_ITEM_FOLDERS[0], tmp_path / "own"]
    return tmp_path / "own"


def test_broken_folders_are_named_with_file_and_line_and_the_rest_is_published(society, db, own):
    said = items.fill(current(), NOW)
    assert "2 findings" in said
    assert "broken-yaml/rules.yaml:" in said and "wrong-key/item.yaml:" in said and "shoe_size" in said
    offered = queries.digests(city="330100")
    assert "whole-one" in offered and "road-occupation" in offered
    assert not {"broken-yaml", "wrong-key"} & set(offered)


def test_an_item_whose_overlay_burdens_is_named_and_not_offered_harder(society, db, monkeypatch):
    library, data = (
        items.engine.library(items.folders.read_services(items.SERVICES)),
        b"promise: {working_days: 900}\ncity: '330100'\n",
    )
    monkeypatch.setattr(items.folders, "read_overlays", lambda cities, city: {"road-occupation": data})
    eased, findings = items._eased(current(), library.items, library.shared)
    assert "road-occupation" not in eased and len(eased) == len(library.items) - 1
    assert [(each.rule, each.line) for each in findings] == [("overlay-eases", 1)]
