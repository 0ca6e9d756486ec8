"""A node's database and its three roles: ``owner`` migrates, ``app`` serves, ``auditor`` reads.

The app's role holds no right to change or remove a row of an append-only table (``append_only = True`` on the
model), to truncate anything, or to see another node's database.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import sql

from tongban.wiring.postgres import Server

ROLES = ("owner", "app", "auditor")
EXTENSIONS = ("pg_trgm", "btree_gin")


@dataclass(frozen=True)
class Urls:
    """Connection URLs of the three roles; ``made`` when the database was not there before."""

    owner: str
    app: str
    auditor: str
    made: bool = False


def create(server: Server, name: str, *, kept: dict[str, str] | None = None) -> Urls:
    """Make database ``name`` with its roles. Roles of ``kept`` (role → its URL) keep their password, so that processes
    that run go on; the others, the owner above all, get new ones."""
    urls = {}
    with server.connect() as connection:
        for role in ROLES:
            password = urlsplit((kept or {}).get(role, "")).password or secrets.token_urlsafe(24)
            urls[role] = _role(connection, server, name, role, password)
        made = not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if made:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(name), sql.Identifier(f"{name}_owner")
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(f"{name}_{role}") for role in ROLES)
            )
        )
    with server.connect(name) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    return Urls(**urls, made=made)


def schema() -> str:
    """A digest of everything that tables and rights are made from: equal digests need no migration."""
    package = Path(__file__).parents[1]
    files = [*package.glob("*/migrations/*.py"), *package.glob("*/models*.py"), Path(__file__).with_name("migrate.py")]
    digest = hashlib.sha256(f"{version('django')} {version('procrastinate')}".encode())
    for path in sorted(files):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _role(connection: object, server: Server, name: str, role: str, password: str) -> str:
    full = f"{name}_{role}"
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [full]).fetchone()  # type: ignore[attr-defined]
    connection.execute(  # type: ignore[attr-defined]
        sql.SQL("{} ROLE {} LOGIN PASSWORD {} NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
            sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(full), sql.Literal(password)
        )
    )
    return f"postgresql://{full}:{password}@127.0.0.1:{server.port}/{name}"


def migrate(owner_url: str, home: str) -> None:
    """Migrate and grant in a process of its own, which alone is given the owner's credentials."""
    environment = os.environ | {"DATABASE_URL": owner_url, "TONGBAN_HOME": home}
    done = subprocess.run(
        [sys.executable, "-m", "tongban.wiring.migrate"], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"Migration failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
