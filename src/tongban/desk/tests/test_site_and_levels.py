"""The pages of the tree, of passing on and of the inspection, in a client and in both languages."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from tongban.cases.models import Case, Event
from tongban.desk.tests.test_pages import desk  # noqa: F401
from tongban.journeys.tests.conftest import *  # noqa: F403
from tongban.journeys.tests.test_inspect import INK, STEP, picture, to_inspect  # noqa: F401
from tongban.journeys.tests.test_levels import EXAMINE, in_xihu  # noqa: F401

pytestmark = pytest.mark.django_db
KEYS = ("position", "reason", "passage", "protection", "surface")


def photo(content: bytes) -> io.BytesIO:
    found = io.BytesIO(content)
    found.name = "site.jpg"
    return found


def report(**changes):
    whole = {f"line-{key}": "ok" for key in KEYS} | {"once": "c" * 32, "outcome": "passed", "lat": "30.2", "lon": "120.1"}
    return {**whole, **changes}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tree_and_the_form_of_passing_on(in_xihu, desk, language):  # noqa: F811
    _, number = in_xihu
    officer = desk("hz-xihu-market-1")
    headers = {"accept-language": language}
    tree = officer.get("/desk/offices", headers=headers).content.decode()
    assert tree.count("data-depth") >= 39 and tree.count('class="tree-open"') == 1
    said = officer.get(f"/desk/cases/{number}/pass", headers=headers).content.decode()
    assert ("移送上级" if language == "zh" else "Pass up") in said and 'value="market-supervision"' in said


def test_passing_on_by_the_page(in_xihu, desk):  # noqa: F811
    _, number = in_xihu
    address, officer = f"/desk/cases/{number}/pass", desk("hz-xihu-market-1")
    sent = {"step": EXAMINE, "to": "market-supervision", "reasons": "涉及全市连锁"}
    assert officer.post(address, {**sent, "to": "government"}).status_code == 403
    refused = officer.post(address, {**sent, "reasons": ""})
    assert refused.status_code == 422
    assert officer.post(address, sent).status_code == 302
    assert Event.objects.get(case=Case.objects.get(number=number), kind="step_transferred").facts["from"] == (
        "xihu-market-supervision"
    )
    assert officer.get(f"/desk/cases/{number}").status_code == 200
    assert desk("hz-civil-1").get(address).status_code == 403


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_inspection_on_a_phone(to_inspect, desk, language):  # noqa: F811
    address, officer = f"/desk/cases/{to_inspect}/inspect/{STEP}", desk("hz-urban-2")
    page = officer.get(address, headers={"accept-language": language}).content.decode()
    assert all(f'name="line-{key}"' in page for key in KEYS) and 'capture="environment"' in page
    wrong = officer.post(address, report(**{"line-passage": "not"}), headers={"accept-language": language})
    assert wrong.status_code == 422 and 'id="f-words-passage-error"' in wrong.content.decode()
    for _ in range(2):
        sent = report(met="演示陪同人", ink=INK, photo=[photo(picture())])
        assert officer.post(address, sent)["Location"] == f"/desk/cases/{to_inspect}"
    assert Event.objects.filter(case__number=to_inspect, kind="step_finished").count() == 1


@pytest.mark.parametrize("at", [{"lat": "x"}, {"lat": "91"}, {"lon": "181"}, {"lat": "nan"}, {"lat": ""}])
def test_a_place_on_no_map_is_none(to_inspect, desk, at):  # noqa: F811
    officer = desk("hz-urban-2")
    assert officer.post(f"/desk/cases/{to_inspect}/inspect/{STEP}", report(**at)).status_code == 302


def test_an_inspection_is_shut_to_others(to_inspect, desk):  # noqa: F811
    address = f"/desk/cases/{to_inspect}/inspect/{STEP}"
    assert desk("hz-urban-1").get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert desk("hz-urban-2").get(f"/desk/cases/{to_inspect}/inspect/nothing").status_code == 404
