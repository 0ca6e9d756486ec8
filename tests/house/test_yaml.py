"""Files of data read the same by both of PyYAML's parsers: a machine without libyaml has the pure one alone, and that ends
plain words within {} or [] at a question mark."""

from __future__ import annotations

import pytest
import yaml

from tests.house.source import REPOSITORY

FOLDERS = ("services", "cities", "demo", "sandboxes")
FILES = {path: path.read_text("utf-8") for name in FOLDERS for path in sorted((REPOSITORY / name).rglob("*.yaml"))}
# Reading them all takes the pure parser many seconds: those with what parts the two, and a few of the others.
SAMPLE = [path for n, (path, text) in enumerate(FILES.items()) if "?" in text or n % 40 == 0]


def alike(text: str) -> bool:
    """Whether the pure parser reads what libyaml does."""
    fast = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        return bool(yaml.load(text, Loader=yaml.SafeLoader) == fast)
    except yaml.YAMLError:
        return False


def test_files_of_data_read_alike_without_libyaml():
    assert len(SAMPLE) > 100
    assert [path.relative_to(REPOSITORY).as_posix() for path in SAMPLE if not alike(FILES[path])] == []


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="there is only one parser here")
def test_a_plain_question_mark_within_braces_is_found():
    assert not alike("ask: {zh: 几岁？, en: How old?}")
    assert alike('ask: {zh: 几岁？, en: "How old?"}') and alike("ask: How old?")
