"""Contrast, sizes and distances, computed from the style sheet; the mark and colour of every city."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tongban.ui import colour, tokens

CITIES = sorted((Path(__file__).parents[4] / "cities").glob("*/city.yaml"))
READ = tokens.colours()


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "ground", 7), ("ink", "ground-2", 7), ("ink-2", "ground", 7), ("ink-2", "ground-2", 7),
        ("accent", "ground", 4.5), ("accent", "accent-wash", 4.5), ("accent-deep", "ground", 4.5),
        ("done", "ground", 4.5), ("done", "done-wash", 4.5), ("wait", "ground", 4.5), ("wait", "wait-wash", 4.5),
        ("no", "ground", 4.5), ("no", "no-wash", 4.5), ("ink", "wait-wash", 7), ("ink", "no-wash", 7), ("ink", "done-wash", 7),
        ("edge", "ground", 3), ("ink", "focus", 7),
    ],
)  # fmt: skip
def test_what_is_read_stands_out_from_its_ground(text, ground, least):
    assert colour.contrast(READ[text], READ[ground]) >= least


def test_the_letters_of_elder_mode_stand_out_more():
    elder = re.search(r"html\[data-elder\] \{[^}]*--ink-2: (#[0-9a-f]{6})", tokens.SHEET.read_text("utf-8"))
    assert elder and colour.contrast(elder.group(1), READ["ground"]) > colour.contrast(READ["ink-2"], READ["ground"])


@pytest.mark.parametrize("path", CITIES, ids=lambda p: p.parent.name)
def test_every_city_has_a_mark_of_its_own_and_a_colour_that_can_be_read(path):
    city = yaml.safe_load(path.read_text("utf-8"))
    assert re.fullmatch(r"[\u4e00-\u9fff]", city["mark"]), "the mark is one Chinese character"
    assert colour.contrast(city["accent"], "#ffffff") >= 4.5
    sheet = dict(part.split(":", 1) for part in colour.accent_css(city["accent"])[6:-2].split(";"))
    assert colour.contrast(sheet["--accent"], sheet["--accent-wash"]) >= 4.5


def test_no_two_cities_share_a_mark_or_a_colour():
    data = [yaml.safe_load(path.read_text("utf-8")) for path in CITIES]
    for what in ("mark", "accent"):
        told = [each[what] for each in data]
        assert len(set(told)) == len(told), f"two cities with one {what}"


def test_distances_keep_the_grid_of_eight_and_letters_five_sizes_and_two_weights():
    read = tokens.read()
    assert all(int(read[f"s{i}"].removesuffix("px")) % 8 == 0 for i in range(1, 7))
    assert [name for name in read if name.startswith("t-")] == ["t-xs", "t-s", "t-m", "t-l", "t-xl"]
    weights = set(re.findall(r"font-weight:\s*([^;}]+)", tokens.SHEET.read_text("utf-8")))
    assert weights <= {"var(--plain)", "var(--bold)", "600"}
    assert int(read["target"].removesuffix("px")) >= 44


def test_the_sheet_names_no_colour_that_an_accent_would_have_to_follow():
    """Colours stand in tokens: outside of them only white on filled grounds and a few hairlines."""
    text = tokens.SHEET.read_text("utf-8")
    rest = text[text.index("}", text.index(":root")) :]
    assert set(re.findall(r"#[0-9a-fA-F]{3,6}\b", rest)) <= {"#fff", "#2c3842", "#5d6974", "#eeddbd", "#c9dfd5"}
