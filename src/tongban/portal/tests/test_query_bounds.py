"""How many queries a page may cost. A page that asks once more for every row of a list fails here first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.base.ids import uuid7
from tongban.cases.models import Case
from tongban.certificates import actions as certificates
from tongban.certificates.tests import samples
from tongban.portal.tests.conftest import CITY, FIRM, begin

pytestmark = pytest.mark.django_db

VISITORS = {"/": 12, "/search?q=公司": 14, "/services": 12, f"/services/{CITY}/{FIRM}": 12, "/sign-in": 4, "/verify": 4}
RESIDENTS = {"/": 22, "/space": 30, "/cases": 14, "/space/certificates": 14, "/space/messages": 14, "/space/access": 14}


@pytest.mark.parametrize(("path", "most"), VISITORS.items())
def test_a_visitors_page_costs_few_queries(visitor, django_assert_max_num_queries, path, most):
    visitor.open(path)
    with django_assert_max_num_queries(most):
        visitor.open(path)


def test_a_residents_pages_cost_few_queries(granted, django_assert_max_num_queries):
    elder, number = granted
    pages = {**RESIDENTS, f"/cases/{number}": 30, f"/cases/{number}/receipt": 26}
    for path, most in pages.items():
        elder.open(path)
        with django_assert_max_num_queries(most, info=path):
            elder.open(path)


def test_a_question_costs_as_many_queries_with_five_drafts_as_with_one(enter, django_assert_max_num_queries):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    for _ in range(4):
        begin(founder, FIRM)
    founder.open(f"{draft}/q/firm_name")
    with django_assert_max_num_queries(26):
        founder.open(f"{draft}/q/firm_name")


def test_a_letter_is_downloaded_as_fast_by_who_has_many_cases(granted):
    elder, number = granted
    case = Case.objects.get(number=number)
    letter = certificates.write_letter(
        kind="acceptance",
        issuer=samples.issuer("business-licence"),
        addressee="演示甲",
        values={"item": "津贴", "applied_on": "2026年11月20日"},
        case_ref=number,
        by=SYSTEM,
        now=timezone.now(),
    )

    def asked() -> int:
        """How many queries the download costs."""
        with CaptureQueriesContext(connection) as queries:
            answer = elder.get(f"/papers/{letter.id}.pdf")
        assert answer.content.startswith(b"%PDF")
        return len(queries)

    asked()
    alone = asked()
    for n in range(8):
        case.pk, case.number, case.draft_id = uuid7(), f"{number}-{n}", None
        case.received_at += timedelta(hours=1)
        case.save(force_insert=True)
    assert asked() == alone
