"""Two people, one second: real threads, real connections, real commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tongban.base.actors import SYSTEM
from tongban.base.errors import Conflict
from tongban.registries import actions
from tongban.registries.models import FirmName, LegalEntity
from tongban.registries.tests.conftest import CITY, NOW
from tongban.registries.tests.test_entities import FOUNDER


@pytest.fixture
def land(committed_db):
    """Divisions, committed."""
    actions.load_divisions(city=CITY, by=SYSTEM, now=NOW)


def at_once(calls):
    """Start all calls at the same instant, each with a connection of its own; results and refusals in order."""
    start = Barrier(len(calls))

    def run(call):
        start.wait()
        try:
            return call()
        except Conflict as no:
            return no
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def reserving(name, draft):
    return lambda: actions.reserve_name(name=name, city=CITY, reserved_for=draft, by=SYSTEM, now=NOW)


@pytest.mark.parametrize("name", ["杭州澄溪科技有限公司", "桐庐县澄溪茶业有限公司"])
def test_of_people_who_take_the_same_name_in_the_same_second_one_gets_it(land, name):
    results = at_once([reserving(name, f"draft-{n}") for n in range(6)])
    assert [isinstance(r, FirmName) for r in results].count(True) == 1
    refused = [r for r in results if isinstance(r, Conflict)]
    assert len(refused) == 5
    assert all(r.brief.zh and r.next_step and r.cites for r in refused)
    assert FirmName.objects.count() == 1


def test_of_names_that_only_sound_alike_asked_for_in_the_same_second_one_is_given(land):
    wanted = ["杭州宏图科技有限公司", "杭州弘图软件有限公司", "杭州红途信息技术有限公司", "杭州新宏图科技有限公司"]
    results = at_once([reserving(name, f"draft-{n}") for n, name in enumerate(wanted)])
    assert [isinstance(r, FirmName) for r in results].count(True) == 1
    assert FirmName.objects.count() == 1


def test_the_constraint_alone_lets_one_win_where_nobody_waits(land, monkeypatch):
    from tongban.registries.actions import firm_names

    monkeypatch.setattr(firm_names, "lock", lambda city, keys: None)
    results = at_once([reserving("杭州澄溪科技有限公司", f"draft-{n}") for n in range(6)])
    assert [isinstance(r, FirmName) for r in results].count(True) == 1
    assert sum(isinstance(r, actions.NameRefused) for r in results) == 5


def test_concurrent_registrations_get_different_codes(land):
    cores = ["澄溪", "望岳", "听松", "揽星", "抱朴", "若水"]

    def registering(core):
        return lambda: actions.register_entity(
            city=CITY, name=f"杭州{core}科技有限公司", kind="limited", representative=FOUNDER,
            holdings=[actions.Share(holder=FOUNDER, amount_fen=100)], scope=["6510"], case_number=core,
            by=SYSTEM, now=NOW,
        )

    results = at_once([registering(core) for core in cores])
    assert len({entity.uscc for entity in results}) == len(cores)


def test_the_same_case_registered_twice_at_once_is_one_entity(land):
    def register():
        return actions.register_entity(
            city=CITY, name="杭州澄溪科技有限公司", kind="limited", representative=FOUNDER,
            holdings=[actions.Share(holder=FOUNDER, amount_fen=100)], scope=["6510"], case_number="C-1",
            by=SYSTEM, now=NOW,
        )

    results = at_once([register] * 4)
    assert len({entity.pk for entity in results}) == 1
    assert LegalEntity.objects.count() == 1
