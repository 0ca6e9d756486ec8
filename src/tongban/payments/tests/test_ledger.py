"""The ledger balances to the fen, and PostgreSQL sees to it whatever the application does."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.payments import ledger
from tongban.payments.models import Account, Entry, Line
from tongban.payments.tests import samples
from tongban.payments.tests.samples import NOW

pytestmark = pytest.mark.django_db


def counted() -> None:
    """What is counted at the end of a transaction, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def posted(**moves: int) -> Entry | None:
    return ledger.post(once="x", kind="paid", of=samples.order(), moves=moves, by="system", now=NOW)


def test_a_posting_moves_money_and_is_made_once():
    assert posted(a=100, b=-60, c=-40) is not None
    assert posted(a=100, b=-100) is None
    counted()
    assert ledger.balances() == {"a": 100, "b": -60, "c": -40} and ledger.balance("a") == 100
    assert ledger.balance("nobody") == 0


@pytest.mark.parametrize("moves", [{"a": 1}, {"a": 1, "b": -2}, {}, {"a": 0, "b": 0}])
def test_what_does_not_balance_is_not_posted(moves):
    with pytest.raises(ValueError, match="balance"):
        posted(**moves)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"total": 100, "lines": 2, "fens": (100, -99)}, {"total": 100, "lines": 3, "fens": (100, -100)},
              {"total": 99, "lines": 2, "fens": (100, -100)}, {"total": 100, "lines": 2, "fens": ()}],
)  # fmt: skip
def test_postgresql_refuses_a_posting_that_does_not_add_up(wrong):
    order = samples.order()
    Account.objects.bulk_create([Account(code=c) for c in "ab"])
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        entry = Entry.objects.create(
            once="wrong", kind="paid", order=order, total=wrong["total"], lines=wrong["lines"], at=NOW, by="x"
        )
        Line.objects.bulk_create([Line(entry=entry, account_id=c, fen=f) for c, f in zip("ab", wrong["fens"], strict=False)])
        counted()


def test_nothing_is_added_to_a_posting_afterwards():
    entry = posted(a=100, b=-100)
    counted()
    Account.objects.bulk_create([Account(code="c"), Account(code="d")])
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        Line.objects.bulk_create([Line(entry=entry, account_id="c", fen=5), Line(entry=entry, account_id="d", fen=-5)])
        counted()


@pytest.mark.parametrize("column", ["payments_line SET fen = fen + 1", "payments_entry SET total = 1", "payments_account SET code = 'x'"])
def test_the_application_cannot_change_the_ledger(column):
    posted(a=100, b=-100)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {column}")
    table = column.split()[0]
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_the_application_cannot_take_the_counting_away():
    for words in ("ALTER TABLE payments_line DISABLE TRIGGER ALL", "DROP FUNCTION payments_balanced() CASCADE"):
        with pytest.raises(Exception, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words)
