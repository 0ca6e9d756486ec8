"""The night before, twenty to midnight: a city's pages from a web process of their own, on the city's own database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.world import REPOSITORY

PATIENCE = 60.0  # seconds until it must answer


def last_night() -> datetime:
    """Yesterday's 23:40 in China: what is done then is past for the processes whose clock was not moved."""
    yesterday = datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)
    return yesterday.replace(hour=23, minute=40, second=0, microsecond=0)


@contextmanager
def pages_at_night(var: Path, city: str) -> Iterator[str]:
    """Serve a city's pages with the clock set back to last night; gives their origin. Its worker stays at its own time."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"TONGBAN_HOME": str(var / "nodes" / city), "TONGBAN_NOW": last_night().isoformat()}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "1"]
    with (var / "log" / f"night-{city}.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "tests.stories.clocked:application"], cwd=REPOSITORY, env=environment, stdout=log, stderr=log
        )
    origin = f"http://127.0.0.1:{port}"
    try:
        _answers(origin, process)
        yield origin
    finally:
        process.terminate()
        process.wait(20)


def _answers(origin: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the web process of the night ended; see log/night-*.log"
        try:
            urllib.request.urlopen(origin + "/sign-in", timeout=10).close()
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"nothing answers at {origin}")
