"""The app's role can add to the trail and nothing else."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.trail import actions as trail
from tongban.trail import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement", ["UPDATE trail_entry SET verb = 'x'", "DELETE FROM trail_entry", "TRUNCATE trail_entry"]
)
def test_the_app_cannot_change_or_remove_an_entry(statement):
    trail.record(by=SYSTEM, verb="test", subject_kind="case", subject="1", now=timezone.now())
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert queries.entries_about("case", "1").count() == 1
