"""Every address names who may open it."""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.source import REPOSITORY, modules, texts
from tongban.identity import powers


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, object]]:
    """Each address with its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


def test_every_door_names_who_may_open_it():
    assert [address for address, view in routes() if not getattr(view, "opens_for", ())] == []


def test_the_walk_reaches_every_door():
    rooms = {view.__module__.split(".")[1] for _, view in routes()}
    assert {"portal", "desk", "openapi", "ui"} <= rooms


def test_one_function_says_from_which_address_a_request_comes():
    told = {"REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "X-Forwarded-For"}
    found = {path for path, tree in modules().items() for _, text in texts(tree) if text in told}
    assert found == {"ui/whence.py"}


def test_every_power_that_a_door_asks_for_can_be_given():
    asked = {view: getattr(view, "power", None) or () for _, view in routes()}
    wanted = {power for each in asked.values() for power in ((each,) if isinstance(each, str) else each)}
    assert len(wanted) > 5 and wanted <= set(powers.NAMES)


def test_every_power_of_the_demonstration_can_be_given():
    files = (REPOSITORY / "cities").glob("*/accounts.demo.yaml")
    held = {
        power
        for file in files
        for row in yaml.safe_load(file.read_text("utf-8"))["officers"]
        for power in row["powers"]
    }
    assert held and held <= set(powers.NAMES)
