"""200 people book at once where 120 seats are left: how fast, and that nobody is booked where nobody may be."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import psycopg

from bench import rows
from bench.node import BenchNode
from bench.rows import Row, percentile

PEOPLE, TIMES, ROUNDS = 200, 10, 3
HALL = "day-and-night"
SCRATCH = """
CREATE SCHEMA bench_seats;
CREATE TABLE bench_seats.slot (id int PRIMARY KEY, seats int NOT NULL);
CREATE TABLE bench_seats.seat (slot int NOT NULL REFERENCES bench_seats.slot, seat int NOT NULL, UNIQUE (slot, seat));
"""


def measure(node: BenchNode) -> list[Row]:
    """The row ``bookings``: seats held a second, beside the same locks and inserts said to PostgreSQL alone."""
    people = node.people(PEOPLE)
    node.port  # noqa: B018 - starts it
    wires = [node.wire(jar) for jar in people]
    for wire in wires:
        wire.get(f"/visit/{HALL}")
    took: list[float] = []
    told = {"held": 0, "full": 0, "errors": 0, "seconds": 0.0}
    for n in range(ROUNDS):
        _round(wires, _times(n), took, told)
    with psycopg.connect(node.node.data["database"], autocommit=True) as connection:
        over = _overbooked(connection)
    seats = _seats()
    more = {**told, "people": PEOPLE, "seats": TIMES * seats * ROUNDS, "overbooked": over}
    return [
        rows.row(
            "bookings",
            told["held"] / told["seconds"],
            "/s",
            _ceiling(node, seats),
            "the same locks and inserts, PostgreSQL alone",
            p50_ms=percentile(took, 50),
            p95_ms=percentile(took, 95),
            errors=int(told["errors"]) + over + abs(int(told["held"]) - TIMES * seats * ROUNDS),
            more=more,
        )
    ]


def _seats() -> int:
    from tongban.journeys import visit

    return visit.rules.lane_for(visit.rules.hall(HALL), visit.rules.Purpose()).seats


def _times(n: int) -> list[str]:
    """Some times of a coming day."""
    day = datetime.now().astimezone() + timedelta(days=2 + n)
    return [f"{day:%Y-%m-%d}T{hour:02d}:00" for hour in range(8, 8 + TIMES)]


def _round(wires: list[Any], times: list[str], took: list[float], told: dict[str, Any]) -> None:
    """Everybody presses at the same moment."""
    gate = threading.Barrier(len(wires))

    def press(n: int) -> tuple[int, float]:
        gate.wait()
        began = time.perf_counter()
        reply = wires[n].post(f"/visit/{HALL}/book", at=times[n % len(times)])
        return reply.status, time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(len(wires)) as pool:
        answers = list(pool.map(press, range(len(wires))))
    told["seconds"] += time.perf_counter() - began
    took += [seconds for _, seconds in answers]
    told["held"] += sum(status == 302 for status, _ in answers)
    told["full"] += sum(status == 409 for status, _ in answers)
    told["errors"] += sum(status not in (302, 409) for status, _ in answers)


def _overbooked(connection: psycopg.Connection[Any]) -> int:
    """Bookings beyond what their slots take, by the rows themselves."""
    found = connection.execute(
        "SELECT coalesce(sum(greatest(n - seats, 0)), 0) FROM (SELECT s.seats, count(b.id) AS n FROM appointments_slot s "
        "JOIN appointments_booking b ON b.slot_id = s.id AND b.state <> 'cancelled' GROUP BY s.id) AS each"
    ).fetchone()
    return int(found[0]) if found else 0


def _ceiling(node: BenchNode, seats: int) -> float:
    """Seats a second that PostgreSQL alone gives to as many connections as there are virtual users."""
    with node.server.connect(node.database) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bench_seats CASCADE")
        connection.execute(SCRATCH)
        connection.execute("INSERT INTO bench_seats.slot SELECT n, %s FROM generate_series(1, %s) n", [seats, TIMES])
        began = time.perf_counter()
        with ThreadPoolExecutor(rows.VISITORS) as pool:
            held = sum(pool.map(lambda part: _take(node, part), range(rows.VISITORS)))
        rate = held / (time.perf_counter() - began)
        connection.execute("DROP SCHEMA bench_seats CASCADE")
    return rate


def _take(node: BenchNode, part: int) -> int:
    """One connection's share of all tries: hold the slot, take its next seat if there is one, commit."""
    held = 0
    with node.server.connect(node.database) as connection:
        for n in range(part, PEOPLE, rows.VISITORS):
            slot = n % TIMES + 1
            with connection.transaction():
                connection.execute("SELECT 1 FROM bench_seats.slot WHERE id = %s FOR NO KEY UPDATE", [slot])
                made = connection.execute(
                    "INSERT INTO bench_seats.seat SELECT %s, count(*) + 1 FROM bench_seats.seat WHERE slot = %s "
                    "HAVING count(*) < (SELECT seats FROM bench_seats.slot WHERE id = %s)",
                    [slot, slot, slot],
                )
                held += made.rowcount
    return held
