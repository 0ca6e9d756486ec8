"""Rules of the source that a reader would otherwise have to remember."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import PACKAGE, REPOSITORY, modules, texts

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
# Where a moment enters the house: a request, a job, an operator's command.
CLOCKS = ("jobs/handlers.py", "journeys/enter.py", "wiring/")
READS = {"now", "today", "utcnow", "localdate", "localtime"}
OF = {"datetime", "date", "timezone"}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def calls(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Line, owner and name of each call of the form ``owner.name()``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func.value).split(".")[-1], node.func.attr


def test_no_signals():
    wrong = [
        (path, name)
        for path, tree in modules().items()
        for name in imported(tree)
        if name.startswith("django.dispatch") or name.endswith(".signals") or ".signals." in name
    ]
    assert wrong == []


def test_the_clock_is_passed_in():
    wrong = [
        f"{path}:{line}"
        for path, tree in modules().items()
        if not path.startswith(CLOCKS)
        for line, owner, name in calls(tree)
        if (name in READS and owner in OF) or (owner, name) == ("time", "time")
    ]
    assert wrong == []


def test_there_is_one_clock_in_a_request_and_it_is_in_the_door():
    here = [owner for _, owner, name in calls(modules()["journeys/enter.py"]) if name == "now" and owner in OF]
    assert here == ["timezone"]


def test_a_day_is_the_day_here_and_not_that_of_utc():
    wrong = [
        f"{path}:{line}: {owner}.date() is UTC's: base.calendar.day_of"
        for path, tree in modules().items()
        for line, owner, name in calls(tree)
        if name == "date" and (owner in ("now", "at", "moment") or owner.endswith("_at")) and path != "base/calendar/hours.py"
    ]
    assert wrong == []


def named_in_data() -> set[str]:
    """Codes of items, bundles, cities and their folders."""
    items = [path.name for path in (REPOSITORY / "services" / "items").glob("*/*") if path.is_dir()]
    bundles = [path.name for path in (REPOSITORY / "services" / "bundles").glob("*") if path.is_dir()]
    cities = [path.name for path in (REPOSITORY / "cities").glob("[0-9]*") if path.is_dir()]
    return {*items, *bundles, *cities}


def test_no_service_and_no_city_is_in_the_code():
    codes = named_in_data()
    assert len(codes) >= 7
    wrong = [
        f"{path}:{line}: {code}"
        for path, tree in modules().items()
        if path != "wiring/testing.py"
        for line, text in texts(tree)
        for code in codes
        if code in text
    ]
    assert wrong == []


def test_files_stay_short():
    long = {path: lines for path, lines in lengths().items() if lines > LONGEST_FILE}
    assert long == {}


def lengths() -> dict[str, int]:
    return {path: len((PACKAGE / path).read_text("utf-8").splitlines()) for path in modules()}


def test_functions_stay_short():
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert wrong == []


def test_no_failure_is_swallowed_whole():
    wrong = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        if node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
        if all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert wrong == []


def actions() -> list[tuple[str, ast.FunctionDef]]:
    """Public functions of the rooms' actions."""
    found = []
    for path, tree in modules().items():
        if path.endswith("/actions.py") or "/actions/" in path:
            found += [(path, f) for f in tree.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")]
    return found


def test_who_acts_and_when_is_always_named_by_the_caller():
    wrong = [
        f"{path}:{f.lineno} {f.name}"
        for path, f in actions()
        if {"by", "now"} & {each.arg for each in [*f.args.posonlyargs, *f.args.args]}
    ]
    assert wrong == []


def test_item_folders_hold_no_code():
    found = [path for path in (REPOSITORY / "services").rglob("*") if path.suffix in (".py", ".js", ".sh", ".sql")]
    assert found == []
