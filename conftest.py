"""Tests run on a real PostgreSQL, connected as the app's role; only the resetting fixture is the owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tongban.wiring.testing import HOME, NOW

# A slow machine is no fault of what is tested.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


EVERY = "catalogue"  # marks what applies for every item of the catalogue: only where it is asked for


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes half an hour, unless it is asked for by its mark."""
    if EVERY not in (config.option.markexpr or ""):
        left = [each for each in items if each.get_closest_marker(EVERY)]
        items[:] = [each for each in items if not each.get_closest_marker(EVERY)]
        config.hook.pytest_deselected(items=left)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What came of each item of the catalogue, in sum, and which conditions turned somebody away."""
    reports = [each for each in terminalreporter.stats.get("passed", ()) if each.when == "call"]
    said = [(each.nodeid, dict(each.user_properties)) for each in reports]
    if decided := [node for node, told in said if told.get("decided")]:
        refused = {node: told["refused"] for node, told in said if "refused" in told}
        terminalreporter.write_line(f"decided {len(decided)} · refused before they were sent {len(refused)}")
        for node, rules in sorted(refused.items()):
            terminalreporter.write_line(f"  {node.partition('[')[2].rstrip(']')}: {', '.join(rules)}")


@pytest.fixture(scope="session")
def cluster() -> Iterator[object]:
    """A PostgreSQL of this session's own; gone at its end."""
    from tongban.wiring import postgres

    server = postgres.start(HOME / "pg", lasting=False)
    yield server
    postgres.stop(server.data)


@pytest.fixture(scope="session")
def database_urls(cluster):
    """URLs of the migrated test database's three roles."""
    from tongban.wiring import database

    urls = database.create(cluster, "tongban_test")
    database.migrate(urls.owner, str(HOME))
    return urls


@pytest.fixture(scope="session")
def django_db_setup(database_urls, django_db_blocker):
    """Point Django at the migrated database, as the app's role, instead of letting it create one."""
    from urllib.parse import urlsplit

    from django.db import connections

    url = urlsplit(database_urls.app)
    settings = connections["default"].settings_dict
    settings.update(HOST=url.hostname, PORT=url.port, NAME="tongban_test", USER=url.username, PASSWORD=url.password)


@pytest.fixture
def owner(database_urls):
    """A connection as the owner, committing by itself."""
    import psycopg

    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def race_urls(cluster):
    """URLs of a second migrated database, for tests that commit."""
    from tongban.wiring import database

    urls = database.create(cluster, "tongban_race")
    database.migrate(urls.owner, str(HOME))
    return urls


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker, race_urls):
    """A database without a surrounding transaction, for tests with real concurrent connections; emptied afterwards."""
    import psycopg

    with django_db_blocker.unblock(), _elsewhere(race_urls.app):
        yield
    with psycopg.connect(race_urls.owner, autocommit=True) as owner:
        tables = owner.execute(
            "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables "
            "WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        ).fetchone()[0]
        owner.execute(f"TRUNCATE {tables} CASCADE")


def _login(url: str) -> dict[str, str]:
    """What Django's settings of a connection take from a URL."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return {"NAME": parts.path.lstrip("/"), "USER": parts.username, "PASSWORD": parts.password}


@pytest.fixture(scope="session")
def city_database(cluster, django_db_setup, django_db_blocker):
    """A third database with a small city, committed once for the session: its login and who is who."""
    import json

    from tongban.wiring import database, filling
    from tongban.wiring.node import current

    urls = database.create(cluster, "tongban_city")
    database.migrate(urls.owner, str(HOME))
    with django_db_blocker.unblock(), _elsewhere(urls.app):
        filling.fill(current(), NOW)
    return urls.app, json.loads((HOME / "keys" / "demo-accounts.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def society(city_database, django_db_blocker):
    """The small city: registries, offices, officers, items. From the first test of a module that asks for it the module
    is there; what a test changes is undone after it. Gives who is who."""
    url, known = city_database
    with django_db_blocker.unblock():
        before = _go(url)
    yield known
    with django_db_blocker.unblock():
        _back(before)


def _go(url: str) -> dict[str, str]:
    from django.db import connections

    settings = connections["default"].settings_dict
    before = {name: settings[name] for name in ("NAME", "USER", "PASSWORD")}
    connections.close_all()
    settings.update(_login(url))
    return before


def _back(before: dict[str, str]) -> None:
    from django.db import connections

    connections.close_all()
    connections["default"].settings_dict.update(before)


@contextmanager
def _elsewhere(url: str) -> Iterator[None]:
    before = _go(url)
    try:
        yield
    finally:
        _back(before)
