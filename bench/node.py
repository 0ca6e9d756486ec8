"""A node of the bench's own in a temporary folder: a small society, people and officers signed in, web and worker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from bench.lifecycle import Walk
from bench.wire import Http, Inside
from tongban.wiring import creation, postgres
from tongban.wiring.node import REPOSITORY

CITY = "330100"
SOCIETY = {"people": 3000, "firms": 60, "places": 300}
# Everybody is signed in from one address within a minute; a city keeps the numbers of `identity.limits`.
LIMITS = {"code-send": 9999, "code-try": 9999, "code-address": 9999, "proof": 9999, "officer": 9999}


class BenchNode:
    """Made when first asked for, gone at ``close``. Durable PostgreSQL with the settings a city gets."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
        self.home.chmod(0o755)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._people: dict[bool, list[dict[str, str]]] = {}

    @cached_property
    def node(self) -> Any:
        """The node, filled; this process is set up as it."""
        made = creation.prepare(self.home / "node", adcode=CITY, demo=True, cluster=self.home / "pg")
        made.write(synthetic=SOCIETY, limits=LIMITS)
        creation.prepare_database(made)
        from tongban.wiring import ready

        ready.work_as(made.home)
        from tongban.wiring import filling

        sys.stdout.flush()
        filling.fill(made)
        return made

    @cached_property
    def server(self) -> postgres.Server:
        """The cluster, for its superuser: bulk rows and the ceiling."""
        return postgres.start(Path(self.node.data["cluster"]))

    @property
    def database(self) -> str:
        """The database's name."""
        return f"tongban_{CITY}"

    @cached_property
    def port(self) -> int:
        """The port of the web server, once it and one worker run."""
        port = int(self.node.data["port"])
        environment = os.environ | {"TONGBAN_HOME": str(self.node.home)}
        for word in ("web", "work"):
            command = [sys.executable, "-m", "tongban.wiring.command", word]
            with (self.home / f"{word}.log").open("wb") as log:
                self._processes.append(
                    subprocess.Popen(
                        command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log, start_new_session=True
                    )
                )
        self._wait(port)
        return port

    @staticmethod
    def _wait(port: int) -> None:
        until = time.monotonic() + 180
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def walk(self, person: dict[str, str], *, inside: bool = False, browse: bool = False) -> Walk:
        """A person's and the officers' ways to the node."""
        return Walk(
            CITY,
            self.wire(person, inside=inside),
            {name: self.wire(jar, inside=inside) for name, jar in self.officers.items()},
            closed=self._work_until_closed if inside else self._closed(),
            browse=browse,
        )

    def wire(self, cookies: dict[str, str], *, inside: bool = False) -> Any:
        """Somebody's way to the node."""
        return Inside(cookies) if inside else Http(self.port, cookies, csrf=f"csrf_{CITY}")

    def _closed(self) -> Any:
        """Whether a case is over, asked of its row: nobody reloads a page to wait for the worker."""
        connection = psycopg.connect(self.node.data["database"], autocommit=True)

        def closed(number: str) -> bool:
            row = connection.execute("SELECT closed_at FROM cases_case WHERE number = %s", [number]).fetchone()
            return bool(row and row[0])

        return closed

    def _work_until_closed(self, number: str) -> bool:
        """Do what was put off in this process, as the worker would."""
        from procrastinate.contrib.django import app
        from procrastinate.contrib.django.models import ProcrastinateJob

        with psycopg.connect(self.node.data["database"], autocommit=True) as done:
            for job in ProcrastinateJob.objects.filter(status="todo", scheduled_at=None).order_by("id"):
                app.tasks[job.task_name].func(**job.args)
                done.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.id])
            row = done.execute("SELECT closed_at FROM cases_case WHERE number = %s", [number]).fetchone()
        return bool(row and row[0])

    @cached_property
    def officers(self) -> dict[str, dict[str, str]]:
        """Cookies of officers' sessions by account."""
        made = self.node
        from bench import people

        return {name: people.officer(made, name) for name in ("hz-window-1", "hz-fund-1", "hz-fund-2")}

    def people(self, many: int, *, elders: bool = False) -> list[dict[str, str]]:
        """Cookies of so many residents' sessions at level 2 (aged 80 and more: ``elders``)."""
        self.node  # noqa: B018 - makes it
        from bench import people

        there = self._people.setdefault(elders, [])
        there += people.residents(many - len(there), skip=len(there), elders=elders)
        return there[:many]

    def close(self) -> None:
        """End everything and leave nothing behind."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        postgres.stop(self.home / "pg")
        shutil.rmtree(self.home, ignore_errors=True)
