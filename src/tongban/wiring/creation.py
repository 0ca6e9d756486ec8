"""Creating a node: its folder, keys and database, then (in a process of the node's own) what fills it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tongban.base.cryptography import keys as key_maker
from tongban.certificates import pki
from tongban.wiring import cities, database, postgres
from tongban.wiring.node import REPOSITORY, Node

SECRETS = ("kek", "lookup", "django")


def make_keys(home: Path, *, adcode: str, demo: bool) -> None:
    """The node's keys, each made once and never overwritten."""
    folder = home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in SECRETS:
        _keep(folder / f"{name}.hex", lambda: secrets.token_hex(32).encode())
    _keep(folder / "signing.pem", lambda: key_maker.new_ed25519().pem())
    if not (folder / "document.key.pem").exists():
        city = cities.here(REPOSITORY / "cities" / adcode).name.zh
        for name, content in pki.create(city, demo=demo, now=datetime.now(UTC)).items():
            _keep(folder / name, lambda content=content: content)  # type: ignore[misc]


def _keep(path: Path, make: Callable[[], bytes]) -> None:
    """Write a file that only its owner reads, unless it is there."""
    if path.exists():
        return
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(make())


def create(home: Path, *, adcode: str, demo: bool, port: int | None = None, cluster: Path | None = None) -> Node:
    """Make the node of ``adcode`` in ``home``, or bring an existing one to this version. Its database is made in
    ``cluster`` (by default a PostgreSQL of the node's own in its folder)."""
    node = prepare(home, adcode=adcode, demo=demo, port=port, cluster=cluster)
    prepare_database(node)
    return node


def prepare(home: Path, *, adcode: str, demo: bool, port: int | None = None, cluster: Path | None = None) -> Node:
    """The node's folder with its configuration and keys; no database yet. Raises ValueError for another city's folder
    or the other mode: neither can be changed once there are keys and cases."""
    node = Node(home.resolve())
    port = port or node.data.get("port") or free_port()
    if node.exists and (node.adcode, bool(node.data.get("demo"))) != (adcode, demo):
        raise ValueError(f"{home} is a node of {node.adcode}, {'demo' if node.data.get('demo') else 'production'}")
    if not node.exists:
        node.write(adcode=adcode, demo=demo, **_cluster(home, cluster))
    if node.data.get("port") != port:
        node.write(port=port, base_url=f"http://127.0.0.1:{port}")
    make_keys(node.home, adcode=adcode, demo=demo)
    return node


def _cluster(home: Path, named: Path | None) -> dict[str, str]:
    """Where the node's PostgreSQL lies; nothing where ``DATABASE_URL`` names the operator's own."""
    return {} if os.environ.get("DATABASE_URL") else {"cluster": str((named or home / "pg").resolve())}


def prepare_database(node: Node) -> None:
    """Start the node's PostgreSQL, make database and roles, migrate where this version's tables differ from those that
    are there. The owner's URL is used here and kept nowhere. A database that ``DATABASE_URL`` names is its owner's to
    migrate: raises ``NotMigrated`` until that is done."""
    if url := os.environ.get("DATABASE_URL"):
        _check_migrated(url, node)
        return
    server = postgres.start(Path(node.data["cluster"]))
    name = f"tongban_{node.adcode}"
    kept = {role: node.data[key] for role, key in (("app", "database"), ("auditor", "auditor")) if key in node.data}
    urls = database.create(server, name, kept=kept)
    node.write(database=urls.app, auditor=urls.auditor)
    schema = database.schema()
    if urls.made or node.data.get("schema") != schema:
        database.migrate(urls.owner, str(node.home))
        node.write(schema=schema)


def _check_migrated(url: str, node: Node) -> None:
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            raise NotMigrated(node)


class NotMigrated(Exception):
    """The operator's own database has no tables yet: its owner makes them, then ``node create`` is said again."""

    def __init__(self, node: Node) -> None:
        super().__init__(
            "The node's folder and keys are made; its database has no tables yet. As the database's owner:\n"
            f"  DATABASE_URL=postgresql://OWNER… TONGBAN_HOME={node.home} {sys.executable} -m tongban.wiring.migrate\n"
            "Then say `tongban node create` again."
        )


def start_database(node: Node) -> None:
    """Start the node's PostgreSQL where it is not running, and follow it to another port."""
    if os.environ.get("DATABASE_URL") or "cluster" not in node.data:
        return
    server = postgres.start(Path(node.data["cluster"]))
    moved = {key: _at_port(node.data[key], server.port) for key in ("database", "auditor")}
    if any(node.data[key] != url for key, url in moved.items()):
        node.write(**moved)


def _at_port(url: str, port: int) -> str:
    head, _, tail = url.rpartition("@")
    return f"{head}@127.0.0.1:{port}/{tail.partition('/')[2]}"


def in_node(node: Node, *words: str) -> int:
    """Run a word of the `tongban` command in a process of this node; gives its exit status."""
    environment = os.environ | {"TONGBAN_HOME": str(node.home)}
    return subprocess.run([sys.executable, "-m", "tongban.wiring.command", *words], env=environment).returncode


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
