"""What cases saved: rows that add up, and that nobody changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tongban.cases import saved
from tongban.cases.models import Case, Saved
from tongban.engine.compose import Own
from tongban.files import vault
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db
CITY = "330100"


def a_case(number: str, city: str = CITY) -> Case:
    return Case.objects.create(
        number=number, city=city, taken_in_by=CITY, item="one", sha256="0" * 64, person="her", status="submitted", custodian=city,
        state={}, key=vault.new_key(), content=b"", content_digest="0" * 64, received_at=NOW,
    )  # fmt: skip


def own(code: str, shared: int = 0, days: tuple[int, int] = (3, 0), **verdicts: int) -> Own:
    return Own(code=code, asked=shared + sum(verdicts.values()), shared=shared, verdicts=verdicts, visits=(1, 0), days=days)


def test_a_case_is_the_sum_of_its_items_and_a_city_of_its_cases():
    one, other = a_case("one"), a_case("other")
    parts = [own("licence", days=(3, 5), cancelled=2, verified=1), own("permit", shared=1, produced=1, upload=1)]
    saved.record(case=one, parts=parts, bundle="shop", now=NOW)
    saved.record(case=other, parts=[own("licence", days=(3, 3), verified=2, optional=1)], bundle="", now=NOW + timedelta(days=1))
    of_one = saved.of_numbers(["one"])
    assert (of_one.cases, of_one.items, of_one.asked, of_one.shared, of_one.upload, of_one.spared) == (1, 2, 6, 1, 1, 5)
    assert (of_one.days_before, of_one.days, of_one.visits_before, of_one.visits) == (6, 5, 2, 0)
    whole = saved.of_city(CITY)
    assert (whole.cases, whole.items, whole.asked, whole.optional) == (2, 3, 9, 1)
    assert saved.of_city(CITY, since=NOW + timedelta(hours=1)).items == 1
    assert saved.of_city("310117").items == 0
    assert [(code, each.cases, each.asked) for code, each in saved.by_item(CITY, at_most=5)] == [("licence", 2, 6), ("permit", 1, 3)]
    assert [code for code, _ in saved.by_item(CITY, at_most=1)] == ["licence"]
    assert [(code, each.items) for code, each in saved.by_bundle(CITY)] == [("shop", 2)]


def test_papers_that_do_not_add_up_are_refused_by_the_database():
    wrong = Own(code="licence", asked=5, shared=0, verdicts={"upload": 1}, visits=(1, 0), days=(1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        saved.record(case=a_case("one"), parts=[wrong], bundle="", now=NOW)
    case = a_case("two")
    saved.record(case=case, parts=[own("licence", upload=1)], bundle="", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        saved.record(case=case, parts=[own("licence", upload=1)], bundle="", now=NOW)


@pytest.mark.parametrize("statement", ["UPDATE cases_saved SET upload = 0", "DELETE FROM cases_saved"])
def test_nobody_changes_what_was_counted(statement):
    saved.record(case=a_case("one"), parts=[own("licence", upload=1)], bundle="", now=NOW)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Saved.objects.count() == 1
