"""Outside parties and the driver of the main job share no code with the house they judge."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.source import REPOSITORY
from tests.house.test_source import imported

SANDBOXES = sorted((REPOSITORY / "sandboxes").rglob("*.py"))
DRIVER = REPOSITORY / "demo" / "main_job.py"


def rooms(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    return {name.split(".")[0] for name in imported(ast.parse(path.read_text("utf-8")))}


def drivers() -> list[Path]:
    """The driver and all that it imports from beside it."""
    found, ahead = set(), [DRIVER]
    while ahead:
        path = ahead.pop()
        found.add(path)
        names = [name.split(".") for name in imported(ast.parse(path.read_text("utf-8")))]
        beside = {DRIVER.with_name(f"{parts[1]}.py") for parts in names if parts[0] == "demo" and len(parts) > 1}
        ahead += [each for each in beside if each.exists() and each not in found]
    return sorted(found)


@pytest.mark.parametrize("path", SANDBOXES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_an_outside_party_imports_nothing_of_the_house(path):
    assert not rooms(path) & {"tongban", "demo"}


@pytest.mark.parametrize("path", drivers(), ids=lambda path: path.name)
def test_the_driver_of_the_main_job_imports_nothing_of_the_house(path):
    assert "tongban" not in rooms(path)


def test_the_house_imports_no_outside_party_and_no_demonstration():
    package = REPOSITORY / "src" / "tongban"
    assert [p for p in package.rglob("*.py") if rooms(p) & {"sandboxes", "demo", "bench"}] == []
