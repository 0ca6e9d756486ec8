"""One fault in a job that does several things keeps none of the others from being done, and is seen."""

from __future__ import annotations

import pytest

from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.identity import actions as identity
from tongban.identity import limits
from tongban.jobs import handlers
from tongban.journeys import agency, compute, inviting, moves, pay, uploads, visit
from tongban.journeys import export as exporting
from tongban.notices import actions as notices
from tongban.queue import apart


def test_what_fails_is_logged_keeps_nothing_and_is_raised_at_the_end(caplog):
    done = []

    def fails() -> None:
        raise LookupError("the first")

    with pytest.raises(ExceptionGroup) as failed:
        apart.each({"one": fails, "two": lambda: done.append(2), "three": fails, "four": lambda: done.append(4)})
    assert done == [2, 4] and len(failed.value.exceptions) == 2
    assert [r.getMessage().partition(" ")[0] for r in caplog.records] == ["one", "three"]
    assert caplog.records[0].exc_info


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """What was called, in order; each call can be made to fail by its name in ``done.broken``."""

    class Done(list):
        broken: set[str] = set()

    calls = Done()

    def stand_in(module: object, name: str) -> None:
        said = f"{module.__name__.rpartition('.')[2]}.{name}"

        def call(**what: object) -> None:
            calls.append(f"{said} {what['peer']}" if "peer" in what else said)
            if said in calls.broken or calls[-1] in calls.broken:
                raise RuntimeError(said)

        monkeypatch.setattr(module, name, call)

    for module, name in [
        (compute, "watch"), (inviting, "lapse"), (exporting, "forget"), (exchange, "forget_nonces"),
        (uploads, "forget_old"), (exchange, "deliver"), (agency, "reconcile"), (visit.closing, "call_off"),
        (limits, "forget"), (identity, "forget_codes"), (notices, "forget"),
        (visit.closing, "lapse"), (visit.closing, "close"), (pay, "remind"), (pay, "daily"), (pay, "pay_out"),
    ]:  # fmt: skip
        stand_in(module, name)
    return calls


def test_a_fault_in_the_law_s_calendar_keeps_nothing_from_being_cleaned(done):
    done.broken = {"compute.watch"}
    with pytest.raises(ExceptionGroup):
        handlers.watch_deadlines(0)
    assert {"inviting.lapse", "export.forget", "actions.forget_nonces", "uploads.forget_old"} <= set(done)
    assert {"limits.forget", "actions.forget_codes", "actions.forget"} <= set(done)


def test_a_city_that_breaks_keeps_no_other_from_being_served(done, monkeypatch):
    monkeypatch.setattr(peers, "waiting_peers", lambda: ["320500", "310000"])
    done.broken = {"actions.deliver 320500"}
    with pytest.raises(ExceptionGroup):
        handlers.reconcile(0)
    assert done == ["actions.deliver 320500", "actions.deliver 310000", "agency.reconcile"]


def test_halls_are_closed_though_bookings_cannot_be_called_off(done):
    done.broken = {"closing.call_off"}
    with pytest.raises(ExceptionGroup):
        handlers.close_halls(0)
    assert done[1:] == ["closing.lapse", "closing.close"]


def test_nothing_is_paid_out_that_was_not_compared_whoever_could_not_be_reminded(done):
    done.broken = {"pay.remind"}
    with pytest.raises(ExceptionGroup):
        handlers.compare_statements(0)
    assert done == ["pay.remind", "pay.daily", "pay.pay_out"]
    done.clear()
    done.broken = {"pay.daily"}
    with pytest.raises(ExceptionGroup):
        handlers.compare_statements(0)
    assert done == ["pay.remind", "pay.daily"]


def test_one_case_that_cannot_be_read_keeps_no_other_from_its_terms(monkeypatch):
    looked = []

    def by_number(number: str) -> str:
        looked.append(number)
        if number == "broken":
            raise ValueError("a chain that does not hold")
        return number

    monkeypatch.setattr(compute.stored, "waiting_numbers", lambda: ["broken", "sound"])
    monkeypatch.setattr(compute.stored, "by_number", by_number)
    monkeypatch.setattr(compute.stored, "state", lambda row: row)
    monkeypatch.setattr(compute, "_by_calendar", lambda state, now: state)
    monkeypatch.setattr(moves, "move", lambda *, number, command, now: looked.append(f"moved {number}"))
    with pytest.raises(ExceptionGroup):
        compute.watch(now=None)
    assert looked == ["broken", "sound", "moved sound"]
