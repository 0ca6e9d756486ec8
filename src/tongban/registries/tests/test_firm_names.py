"""Reserving names in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongban.base.actors import SYSTEM
from tongban.registries import actions, queries
from tongban.registries.models import FirmName
from tongban.registries.tests.conftest import CITY, NOW

NAME = "杭州澄溪科技有限公司"


def reserve(name=NAME, *, draft="draft-1", now=NOW):
    return actions.reserve_name(name=name, city=CITY, reserved_for=draft, by=SYSTEM, now=now)


def test_a_reserved_name_is_kept_two_months_for_its_draft(hangzhou):
    row = reserve()
    assert row.until == NOW.replace(year=2027, month=1)
    assert queries.name_reserved_for("draft-1", city=CITY, now=NOW) == row
    assert queries.check_name(name=NAME, city=CITY, now=NOW, reserved_for="draft-1").ok
    assert queries.check_name(name=NAME, city=CITY, now=NOW).code == "reserved"


def test_reserving_twice_for_the_same_draft_changes_nothing(hangzhou):
    assert reserve() == reserve()
    assert FirmName.objects.filter(state="reserved").count() == 1


def test_a_draft_holds_one_name_at_a_time(hangzhou):
    reserve()
    reserve("杭州望岳餐饮有限公司")
    assert queries.check_name(name=NAME, city=CITY, now=NOW).ok


@pytest.mark.parametrize("alike", [NAME, "杭州市澄溪科技有限责任公司", "杭州橙溪软件有限公司", "杭州新澄溪科技有限公司"])
def test_a_name_like_a_reserved_one_is_refused_with_free_names(hangzhou, alike):
    reserve()
    with pytest.raises(actions.NameRefused) as no:
        reserve(alike, draft="draft-2")
    assert no.value.status == 409
    assert no.value.field == "firm.name"
    assert no.value.verdict.against == NAME
    assert no.value.verdict.suggestions
    reserve(no.value.verdict.suggestions[0], draft="draft-2")


def test_a_reservation_that_ran_out_is_anybodys(hangzhou):
    reserve()
    later = NOW + timedelta(days=70)
    assert queries.name_reserved_for("draft-1", city=CITY, now=later) is None
    assert reserve(draft="draft-2", now=later).reserved_for == "draft-2"


def test_a_released_name_is_free_and_releasing_twice_is_no_error(hangzhou):
    reserve()
    assert actions.release_name(reserved_for="draft-1", city=CITY, by=SYSTEM, now=NOW)
    assert not actions.release_name(reserved_for="draft-1", city=CITY, by=SYSTEM, now=NOW)
    assert queries.check_name(name=NAME, city=CITY, now=NOW).ok


def test_cities_do_not_share_names(hangzhou):
    reserve()
    other = "上海松江澄溪科技有限公司"
    assert actions.reserve_name(name=other, city="310117", reserved_for="d", by=SYSTEM, now=NOW).shown == other


def test_no_two_names_of_the_synthetic_registry_are_alike(hangzhou):
    for row in FirmName.objects.all():
        verdict = queries.check_name(name=row.shown, city=CITY, now=NOW)
        assert (verdict.code, verdict.against) == ("taken", row.shown)
