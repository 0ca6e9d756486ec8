"""How many queries a page may cost. A page that asks once more for every row of a list fails here first."""

from __future__ import annotations

import pytest

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
