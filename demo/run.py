"""``make run``: set both cities and the outside parties up, drive the main job through them, then serve.

``--once`` ends after the job: exit 0, or 1 with the reason. A second run keeps the data.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from demo import accounts, federation
from demo.processes import Processes
from demo.steps import STEPS
from demo.world import CITIES, REPOSITORY, SANDBOXES, World
from tongban.wiring import creation, postgres

DRIVER = REPOSITORY / "demo" / "main_job.py"
TONGBAN = [sys.executable, "-m", "tongban.wiring.command"]
# The same few people come again with every run; a city keeps the numbers of `identity.limits`.
LIMITS = {"code-send": 500, "code-try": 500, "code-address": 5000, "proof": 500, "officer": 500}
PATIENCE = 90.0  # seconds until a process must answer
_printing = threading.Lock()


def say(line: str) -> None:
    """One line for the person who watches; whole, also from threads."""
    with _printing:
        print(line, flush=True)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A stage with its seconds."""
    began = time.monotonic()
    say(f"→ {name}")
    yield
    say(f"  {name}: {time.monotonic() - began:.1f} s")


class Demonstration:
    """One demonstration in a folder: ``start`` it, use it, ``stop`` it. Data stays for the next time."""

    def __init__(self, var: Path, *, synthetic: dict[str, int] | None = None, usual_ports: bool = True) -> None:
        self.world = World(var, synthetic, usual_ports)
        self.processes: Processes | None = None

    def start(self) -> dict[str, Any]:
        """Everything up and answering; returns what the people know by heart (see ``demo.accounts``)."""
        world = self.world
        (world.var / "log").mkdir(parents=True, exist_ok=True)
        self.processes = Processes(world.var, say)
        for name, port in world.take_ports().items():
            say(f"  {name} listens on {port}: its usual port is taken")
        with stage("database"):
            postgres.start(world.cluster)
        with stage("keys, trust list, contract"):
            self._introduce()
        with stage("nodes: tables, registries, offices, items"):
            self._nodes()
        known = accounts.gather(world)
        with stage("processes"):
            self._launch()
        with stage("other cities' catalogues"), ThreadPoolExecutor() as pool:
            list(pool.map(self._pull, [city.adcode for city in CITIES]))
        return known

    def _introduce(self) -> None:
        world = self.world
        nodes = [
            creation.prepare(world.node(c.adcode), adcode=c.adcode, demo=True, port=world.ports[c.adcode],
                             cluster=world.cluster)
            for c in CITIES
        ]  # fmt: skip
        with ThreadPoolExecutor() as pool:
            keys = list(pool.map(self._sandbox_key, [box.name for box in SANDBOXES]))
        named = {box.name: key for box, key in zip(SANDBOXES, keys, strict=True)}
        for node in nodes:
            if self.world.synthetic:
                node.write(synthetic=self.world.synthetic)
            ports = {b.name: {"peer": f"{node.adcode}:{b.name}", "url": world.url(b.name), "sandbox": True} for b in SANDBOXES}
            if (node.data.get("ports"), node.data.get("limits")) != (ports, LIMITS):
                node.write(ports=ports, limits=LIMITS)
        federation.establish(world, nodes, named, datetime.now(UTC))

    def _sandbox_key(self, name: str) -> dict[str, str]:
        home = self.world.sandbox(name)
        if not (home / "public.jwk").exists() or not (home / "control.token").exists():
            home.parent.mkdir(exist_ok=True)
            made = [sys.executable, "-m", f"sandboxes.{name}", "--home", str(home), *_own_options(name), "--init"]
            subprocess.run(made, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        return dict(json.loads((home / "public.jwk").read_text()))

    def _nodes(self) -> None:
        """Both at once: they share no table, and there are two cores."""
        with ThreadPoolExecutor() as pool:
            done = list(pool.map(self._node, [city.adcode for city in CITIES]))
        if not all(done):
            raise SystemExit("A node could not be made; the lines above say why.")

    def _pull(self, adcode: str) -> None:
        """Each city offers the other's services from the first minute; later the workers ask every few minutes."""
        self._tongban(adcode, "pull", ["pull", "--wait", "20", "--home", str(self.world.node(adcode))])

    def _node(self, adcode: str) -> bool:
        home, port = str(self.world.node(adcode)), str(self.world.ports[adcode])
        words = ["node", "create", "--city", adcode, "--home", home, "--demo", "--port", port]
        return self._tongban(adcode, "create", [*words, "--cluster", str(self.world.cluster)])

    def _tongban(self, adcode: str, log: str, words: list[str]) -> bool:
        """Run a word of the command, its lines shown under the city's code and kept; whether it succeeded."""
        assert self.processes
        process = subprocess.Popen(
            [*TONGBAN, *words],
            cwd=REPOSITORY, env=self.processes.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        assert process.stdout
        with (self.world.var / "log" / f"{log}-{adcode}.log").open("a", encoding="utf-8") as kept:
            for line in process.stdout:
                kept.write(line)
                say(f"  {adcode} {line.rstrip()}")
        return process.wait() == 0

    def _launch(self) -> None:
        assert self.processes
        self.world.let_go()
        for box in SANDBOXES:
            self.processes.start(box.name, self._sandbox_command(box.name))
        for city in CITIES:
            home = str(self.world.node(city.adcode))
            self.processes.start(f"web-{city.adcode}", [*TONGBAN, "web"], TONGBAN_HOME=home)
            self.processes.start(f"work-{city.adcode}", [*TONGBAN, "work"], TONGBAN_HOME=home)
        self.processes.watch(self._keep_database())
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.wait_for, self.world.ports))

    def _sandbox_command(self, name: str) -> list[str]:
        home, trust = self.world.sandbox(name), self.world.var / "sandboxes" / "trust.json"
        command = [sys.executable, "-m", f"sandboxes.{name}", "--home", str(home), "--trust", str(trust)]
        command += ["--port", str(self.world.ports[name]), *_own_options(name)]
        if name == "face":
            for city in CITIES:
                command += ["--people", str(self.world.node(city.adcode) / "demo" / "people.csv")]
        return command

    def _keep_database(self) -> Callable[[], None]:
        """Start PostgreSQL again when it is gone, looking every two seconds."""
        next_look = 0.0

        def look() -> None:
            nonlocal next_look
            if time.monotonic() < next_look:
                return
            if not postgres.listens(self.world.cluster):
                say("! PostgreSQL ended, starting it again")
                try:
                    postgres.start(self.world.cluster)
                except postgres.PostgresFailed as failed:
                    say(f"! PostgreSQL does not start: {str(failed)[-300:]}")
            next_look = time.monotonic() + 2

        return look

    def wait_for(self, name: str) -> None:
        """Wait until a city (by adcode) or an outside party answers; ends the run when it does not in ``PATIENCE``."""
        until = time.monotonic() + PATIENCE
        url = self.world.url(name) + ("/health" if any(box.name == name for box in SANDBOXES) else "/")
        while time.monotonic() < until:
            if (status := _status(url)) is not None:
                if status >= 500:
                    say(f"! {url} answers {status}; see {self.world.var / 'log'}")
                return
            time.sleep(0.2)
        raise SystemExit(f"{name} does not answer at {url}; see {self.world.var / 'log'}")

    def stop(self) -> None:
        """End all processes, PostgreSQL last."""
        self.world.let_go()
        if self.processes:
            self.processes.stop()
        postgres.stop(self.world.cluster)


def _own_options(name: str) -> tuple[str, ...]:
    return next(box.options for box in SANDBOXES if box.name == name)


def _status(url: str) -> int | None:
    """The HTTP status of a page; None while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def main_job(world: World) -> bool:
    """Drive the main job in a process of its own, which knows addresses and what people know by heart, nothing else."""
    report = world.var / "main-job.json"
    if not DRIVER.exists():
        missing = [{"name": key, "ok": False, "seconds": 0.0, "missing": words} for key, words in STEPS.items()]
        report.write_text(json.dumps({"ok": False, "steps": missing}, ensure_ascii=False, indent=1), "utf-8")
        say("Missing steps of the main job: " + "; ".join(f"{n} {words}" for n, words in enumerate(STEPS.values(), 1)))
        return False
    told = {
        "addresses": world.addresses(),
        "accounts": str(world.accounts),
        "report": str(report),
        "folder": str(world.var / "main-job"),
    }
    done = subprocess.run([sys.executable, "-m", "demo.main_job", json.dumps(told)], cwd=REPOSITORY)
    return done.returncode == 0


@contextmanager
def alone(var: Path) -> Iterator[TextIO]:
    """Only one demonstration in a folder at a time."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"Another run is at work in {var}.") from None
        yield lock


def _interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _serve(world: World, known: dict[str, Any]) -> None:
    for line in accounts.lines(known):
        say(line)
    say("\nServing until Ctrl-C.")
    while True:
        signal.pause()


def run(var: Path, *, once: bool) -> int:
    """The whole; gives the exit status."""
    demonstration = Demonstration(var)
    began, ok = time.monotonic(), False
    try:
        known = demonstration.start()
        say(f"  set up in {time.monotonic() - began:.1f} s")
        with stage("main job"):
            ok = main_job(demonstration.world)
        if once:
            say("main job: done" if ok else "main job: FAILED")
        else:
            _serve(demonstration.world, known)
    except KeyboardInterrupt:
        ok = ok or not once
        say("\nstopping")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        with stage("stopping everything"):
            demonstration.stop()
    return 0 if ok or not once else 1


def main() -> int:
    """``[--once] [--var DIR]``"""
    parser = argparse.ArgumentParser(prog="python -m demo.run", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the main job")
    parser.add_argument("--var", type=Path, default=REPOSITORY / "var", metavar="DIR")
    args = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    with alone(args.var.resolve()):
        return run(args.var.resolve(), once=args.once)


if __name__ == "__main__":
    sys.exit(main())
