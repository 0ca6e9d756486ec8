"""Changing an entry of the registry of legal entities, and ending it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.registries import actions, queries
from tongban.registries.models import FirmName, Holding, LegalEntity, Place
from tongban.registries.tests.conftest import CITY, NOW
from tongban.registries.tests.test_entities import FIRM, FOUNDER, NAME, register
from tongban.trail.models import Entry

OTHER = "杭州青岚软件有限公司"


def change(firm, **changes):
    about = {name: changes.pop(name) for name in ("city", "reserved_for", "now") if name in changes}
    return actions.change_entity(
        **{"uscc": firm.uscc, "city": CITY, "by": SYSTEM, "now": NOW, "case_number": "C-2", **about},
        changes=actions.Changes(**changes),
    )


def test_what_is_not_changed_stays_as_it_is(hangzhou):
    firm = register()
    after = change(firm, scope=["6210"])
    assert after.scope == ["6210"]
    same = ("name", "kind", "status", "capital_fen", "address", "representative_name", "registered_on", "case_number")
    assert all(getattr(after, name) == getattr(firm, name) for name in same)
    assert Holding.objects.filter(entity=firm).count() == 2


def test_a_name_that_is_given_up_is_nobodys_for_a_year(hangzhou):
    firm = register()
    change(firm, name=OTHER)
    firm.refresh_from_db()
    assert firm.name == OTHER and FirmName.objects.get(name=OTHER).entity == firm
    assert not queries.check_name(name=NAME, city=CITY, now=NOW + timedelta(days=360)).ok
    assert queries.check_name(name=NAME, city=CITY, now=NOW + timedelta(days=366)).ok


def test_the_same_change_asked_again_is_as_it_was_made(hangzhou):
    firm = register()
    assert change(firm, name=OTHER) == change(firm, name=OTHER)
    assert FirmName.objects.filter(entity=firm).count() == 1


def test_a_name_that_somebody_else_has_is_refused_and_nothing_has_changed(hangzhou):
    firm = register()
    actions.reserve_name(name=OTHER, city=CITY, reserved_for="draft-9", by=SYSTEM, now=NOW)
    with pytest.raises(actions.NameRefused):
        change(firm, name=OTHER, scope=["6210"])
    firm.refresh_from_db()
    assert (firm.name, firm.scope) == (NAME, ["6510", "6513"])
    change(firm, name=OTHER, reserved_for="draft-9")


def test_a_new_representative_is_found_by_number_and_the_number_is_sealed(hangzhou):
    firm = register()
    who = queries.entity_by_uscc(LegalEntity.objects.exclude(representative=None).first().uscc).representative
    number = actions.Party(name="演示人乙", id_number=FOUNDER.id_number)
    after = change(firm, representative=number)
    assert after.representative_name == "演示人乙" and after.representative is None and who is not None
    assert FOUNDER.id_number.encode() not in bytes(after.sealed_representative)


def test_new_holders_are_all_there_are_and_the_capital_is_their_sum(hangzhou):
    firm = register()
    change(firm, holdings=[actions.Share(holder=FIRM, amount_fen=7_00)])
    (only,) = Holding.objects.filter(entity=firm)
    firm.refresh_from_db()
    assert (only.uscc, firm.capital_fen) == (FIRM.uscc, 7_00)


@pytest.mark.parametrize("changes", [{"capital_fen": 0}, {"capital_fen": 10**30}, {"holdings": []}])
def test_a_capital_that_cannot_be_is_refused(hangzhou, changes):
    with pytest.raises(Refusal, match="capital_out_of_range"):
        change(register(), **changes)


def test_a_place_of_the_city_becomes_the_address(hangzhou):
    place = Place.objects.filter(division__code__startswith="3301").order_by("-id").first()
    assert change(register(), place=place.pk).address == place.text


def test_an_entity_that_ends_stays_on_the_register_and_changes_no_more(hangzhou):
    firm = register()
    ended = actions.end_entity(uscc=firm.uscc, city=CITY, by=SYSTEM, now=NOW, case_number="C-3")
    assert ended.status == "deregistered" and queries.entity_by_uscc(firm.uscc) == firm
    assert actions.end_entity(uscc=firm.uscc, city=CITY, by=SYSTEM, now=NOW) == firm
    assert Entry.objects.filter(verb="entity.end", subject=firm.uscc).count() == 1
    with pytest.raises(Refusal, match="entity_unknown"):
        change(firm, scope=["6210"])
    assert not queries.check_name(name=NAME, city=CITY, now=NOW).ok


@pytest.mark.parametrize("city", ["310117", "330106"])
def test_an_entity_of_another_city_is_not_ours_to_change(hangzhou, city):
    firm = register()
    with pytest.raises(Refusal, match="entity_unknown"):
        change(firm, city=city, scope=["6210"])
    with pytest.raises(Refusal, match="entity_unknown"):
        actions.end_entity(uscc=firm.uscc, city=city, by=SYSTEM, now=NOW)
