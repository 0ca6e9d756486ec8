"""What a page asks once is asked anew where the case changes while it is made."""

from __future__ import annotations

import pytest

from tongban.base import memo
from tongban.cases import actions, queries
from tongban.journeys import wishes
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till

pytestmark = pytest.mark.django_db


def test_a_case_that_changes_while_a_page_is_made_is_read_anew(case, clock):
    by, number, _ = case
    with memo.scope():
        before = queries.by_number(number)
        actions.amend(number=number, change={"findings": [{"演示": "x"}]}, now=clock.now)
        assert queries.by_number(number).content_digest != before.content_digest
        wishes.withdraw(number=number, by=by, now=clock.now)
        assert queries.by_number(number).sequence > before.sequence
