"""Keeping processes alive, and ending all of them: each in a session of its own, restarted when it dies."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from demo.world import REPOSITORY

MARK = "TONGBAN_RUN"  # in every child's environment, so that a later run finds what an earlier one left
LONGEST_PAUSE = 10.0


@dataclass
class Child:
    """A process to keep: how to start it, and when it died lately."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    not_before: float = 0.0
    started: float = field(default_factory=time.monotonic)


class Processes:
    """The children of one run. ``say`` prints a line for the person who watches."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self.say = folder, say
        self.children: dict[str, Child] = {}
        self._lock, self._ended = threading.RLock(), threading.Event()
        self._end_leftovers()
        self.run = uuid.uuid4().hex
        (folder / "run.mark").write_text(self.run)

    def environment(self, **more: str) -> dict[str, str]:
        """What every process of this run is started with."""
        return os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", MARK: self.run} | more

    def start(self, name: str, command: Sequence[str], **environment: str) -> None:
        """Start a process and keep it alive until ``stop``. Its output goes to ``log/<name>.log``."""
        log = self.folder / "log" / f"{name}.log"
        child = Child(name, command, self.environment(TONGBAN_PROCESS=name, **environment), log)
        with self._lock:
            self.children[name] = child
            self._launch(child)

    def watch(self, *more: Callable[[], None]) -> None:
        """Restart whatever dies, from a thread; ``more`` are looked after by the same thread."""

        def look() -> None:
            while not self._ended.wait(0.5):
                for child in list(self.children.values()):
                    self._look_after(child)
                for each in more:
                    each()

        threading.Thread(target=look, name="watch", daemon=True).start()

    def alive(self, name: str) -> bool:
        """Whether the child runs now."""
        process = self.children[name].process
        return process is not None and process.poll() is None

    def kill(self, name: str) -> None:
        """SIGKILL a child with all that it started, as a power cut would. It is not restarted until ``again``."""
        with self._lock:
            child = self.children[name]
            child.not_before = float("inf")
            _signal_group(child, signal.SIGKILL)
            if child.process:
                child.process.wait()

    def again(self, name: str) -> None:
        """Start a killed child again."""
        with self._lock:
            self.children[name].not_before = 0.0
            self._launch(self.children[name])

    def stop(self, wait: float = 15.0) -> None:
        """End all children: SIGTERM, and after ``wait`` seconds SIGKILL to what is left."""
        self._ended.set()
        with self._lock:
            for child in self.children.values():
                _signal_group(child, signal.SIGTERM)
            until = time.monotonic() + wait
            for child in self.children.values():
                if child.process:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        child.process.wait(max(until - time.monotonic(), 0.1))
                _signal_group(child, signal.SIGKILL)
            _gone([child.process.pid for child in self.children.values() if child.process])

    def _launch(self, child: Child) -> None:
        child.log.parent.mkdir(parents=True, exist_ok=True)
        with child.log.open("ab") as out:
            child.process = subprocess.Popen(
                list(child.command),
                env=dict(child.environment),
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        child.started = time.monotonic()

    def _look_after(self, child: Child) -> None:
        with self._lock:
            if self._ended.is_set() or child.process is None or time.monotonic() < child.not_before:
                return
            status = child.process.poll()
            if status is None:
                return
            if child.not_before == 0.0:
                self._died(child, status)
                return
            child.not_before = 0.0
            self._launch(child)

    def _died(self, child: Child, status: int) -> None:
        """Say so, sweep away what it had started, and start it again: at once, later after longer pauses."""
        _signal_group(child, signal.SIGKILL)
        child.deaths = child.deaths + 1 if time.monotonic() - child.started < 60 else 1
        pause = min(0.25 * 2**child.deaths, LONGEST_PAUSE)
        child.not_before = time.monotonic() + pause
        how = f"signal {-status}" if status < 0 else f"status {status}"
        self.say(f"! {child.name} ended ({how}), starting it again in {pause:.1f} s; see {child.log}")

    def _end_leftovers(self) -> None:
        """Kill what an earlier run of this folder left behind: it was itself killed and could not."""
        mark = self.folder / "run.mark"
        if not mark.exists() or not (found := _marked(mark.read_text().strip())):
            return
        self.say(f"! ending {len(found)} processes that an earlier run left behind")
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)


def _signal_group(child: Child, number: int) -> None:
    if child.process:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, number)


def _gone(groups: Sequence[int], wait: float = 3.0) -> None:
    """Wait until nothing is left of these process groups: their ports are free only then."""
    until = time.monotonic() + wait
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < until:
                os.killpg(group, 0)
                time.sleep(0.02)


def _marked(run: str) -> list[int]:
    """Processes of this user whose environment carries the mark of ``run``. None where there is no /proc."""
    wanted = f"{MARK}={run}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if run and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found
