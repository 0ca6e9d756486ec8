"""Work that is put off has exactly one handler."""

from __future__ import annotations

import ast
from collections import Counter

from tests.house.source import modules
from tongban.queue.names import Name


def declared() -> Counter[str]:
    """How often a task is made under each name, in the whole package."""
    named: Counter[str] = Counter()
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "task":
                named[next(ast.unparse(word.value) for word in node.keywords if word.arg == "name")] += 1
    return named


def test_each_name_has_one_handler_and_each_handler_a_name():
    assert declared() == Counter(f"Name.{name.name}" for name in Name)


def test_handlers_live_in_jobs_alone():
    homes = {path for path, tree in modules().items() if "app.task(" in ast.unparse(tree)}
    assert homes == {"jobs/handlers.py"}


def test_the_worker_knows_every_name():
    from procrastinate.contrib.django import app

    import tongban.jobs.handlers

    assert tongban.jobs.handlers.app is app
    assert {str(name) for name in Name} <= set(app.tasks)
