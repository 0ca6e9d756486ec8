"""What the house's tests read: the package's source, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "tongban"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package (path below it → tree), without tests and generated migrations."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not {"tests", "migrations"} & set(path.parts):
            found[name] = ast.parse(path.read_text("utf-8"), filename=name)
    return found


@cache
def floors() -> dict[str, int]:
    """Room → its floor, 0 the lowest, as `.importlinter` has them."""
    config = ConfigParser()
    config.read(REPOSITORY / ".importlinter", "utf-8")
    layers = config["importlinter:contract:floors"]["layers"].split("\n")
    rows = [[room.strip() for room in row.split("|")] for row in layers if row.strip()]
    return {room: height for height, row in enumerate(reversed(rows)) for room in row}


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each text in the code with its line; not what a docstring says."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value
