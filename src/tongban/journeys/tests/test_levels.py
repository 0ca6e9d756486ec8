"""Offices at several levels: where a case falls to, passing it up and back down, who sees what."""

from __future__ import annotations

import pytest

from tongban.base.errors import Refusal
from tongban.cases.models import Case
from tongban.identity import queries as identity
from tongban.journeys import apply, handle, levels, see, signing, tell
from tongban.journeys.tests.test_licence import ITEM, agency, answers_for
from tongban.journeys.tests.test_licence import draft as drafting
from tongban.registries.models import Place

pytestmark = pytest.mark.django_db
EXAMINE = f"{ITEM}.examine"


@pytest.fixture
def in_xihu(persona, clock):
    """A firm's application whose place lies in Xihu, submitted; whose, and its number."""
    return submitted_at("330106", persona, clock)


def submitted_at(division, persona, clock):
    by, other = persona("founder"), persona("representative")
    who, firm = persona.people["founder"], persona.people["representative"]["firm"]
    place = Place.objects.filter(use="commercial", division__code__startswith=division).order_by("id").first()
    id = drafting.start(city="330100", code=ITEM, by=by, now=clock.now)
    told = answers_for(who, firm, place)
    sheet = drafting.sheet(id, by=by, now=clock.now)
    while asked := sheet.next_question:
        sheet = drafting.answer(id, question=asked, raw=told[asked], version=None, by=by, now=clock.now)
    digest = signing.lock(id, by=by, now=clock.now)
    for who in (by, other):
        for each in signing.waiting(by=who, now=clock.now):
            if each.entity == "" or who != by:
                signing.sign(each.party, digest=digest, by=who, now=clock.now)
    return by, apply.submit(id, by=by, now=clock.now).number


def office_of(number, step):
    return lifecycle_state(number).step(step).office


def lifecycle_state(number):
    from tongban.cases import queries

    return queries.state(Case.objects.get(number=number))


def test_a_case_falls_to_the_district_of_its_place(in_xihu, officer, clock):
    _, number = in_xihu
    assert office_of(number, f"{ITEM}.accept") == "xihu-window"
    assert office_of(number, EXAMINE) == "xihu-market-supervision"
    assert lifecycle_state(number).parts[0].office == "xihu-market-supervision"
    assert [r.number for r in handle.queue(by=officer("hz-xihu-window-1"), now=clock.now)] == [number]
    assert [r.number for r in handle.queue(by=officer("hz-window-1"), now=clock.now)] == [number], "the parent sees it"
    assert handle.queue(by=officer("hz-shangcheng-window-1"), now=clock.now) == []


def test_where_no_district_fills_the_role_it_is_the_citys(persona, officer, clock):
    _, number = submitted_at("330110", persona, clock)
    assert office_of(number, EXAMINE) == "market-supervision"
    assert handle.queue(by=officer("hz-xihu-window-1"), now=clock.now) == []


def test_up_and_back_down(in_xihu, officer, clock):
    by, number = in_xihu
    district, city = officer("hz-xihu-market-1"), officer("hz-market-1")
    handle.accept(number=number, by=officer("hz-xihu-window-1"), now=clock.now)
    due = Case.objects.get(number=number).due_at
    levels.pass_on(
        number=number, step=EXAMINE, to="market-supervision", reasons="涉及全市连锁", by=district, now=clock.now
    )
    assert Case.objects.get(number=number).due_at == due, "the clock goes on"
    assert number not in [r.number for r in handle.queue(by=district, now=clock.now)]
    assert number in [r.number for r in handle.queue(by=city, now=clock.now)]
    handle.screen(number, by=district, now=clock.now)  # the former office still sees it
    assert "杭州市市场监督管理局" in tell.messages(by=by)[0].title["zh"]
    station = next(s for s in see.case(number, by=by, now=clock.now).stations if s.key == EXAMINE)
    assert station.passed and station.office.zh == "杭州市市场监督管理局"
    levels.pass_on(number=number, step=EXAMINE, to="xihu-market-supervision", reasons="请就近办理", by=city, now=clock.now)
    assert number in [r.number for r in handle.queue(by=district, now=clock.now)]
    agency(number, f"{ITEM}.tax", clock)
    handle.finish(number=number, step=EXAMINE, outcome="passed", text="合格", by=district, now=clock.now)
    assert lifecycle_state(number).step(EXAMINE).former == ("xihu-market-supervision", "market-supervision")


@pytest.mark.parametrize(
    "who,to,reasons,code",
    [
        ("hz-xihu-market-1", "shangcheng-market-supervision", "理由", "not_there"),
        ("hz-xihu-market-1", "government", "理由", "not_there"),
        ("hz-xihu-market-1", "xihu-market-supervision", "理由", "not_there"),
        ("hz-xihu-market-1", "market-supervision", "  ", "digest_expected"),
        ("hz-shangcheng-market-1", "market-supervision", "理由", "wrong_office"),
        ("hz-market-2", "market-supervision", "理由", "no_power"),
    ],
)
def test_only_one_level_up_or_down_with_reasons_by_who_has_it(in_xihu, officer, clock, who, to, reasons, code):
    _, number = in_xihu
    with pytest.raises(Refusal) as no:
        levels.pass_on(number=number, step=EXAMINE, to=to, reasons=reasons, by=officer(who), now=clock.now)
    assert no.value.code == code
    assert office_of(number, EXAMINE) == "xihu-market-supervision"


def test_a_sibling_does_not_see_it(in_xihu, officer, clock):
    _, number = in_xihu
    with pytest.raises(handle.NotYourOffice):
        handle.screen(number, by=officer("hz-shangcheng-market-1"), now=clock.now)


def test_the_district_that_decides_signs_its_own_letters(in_xihu, officer, clock):
    _, number = in_xihu
    handle.accept(number=number, by=officer("hz-xihu-window-1"), now=clock.now)
    (letter,) = handle.screen(number, by=officer("hz-xihu-window-1"), now=clock.now).letters
    assert letter.issuer_name == "西湖区市场监督管理局"


def test_the_tree_tells_how_much_waits_to_who_may_know(in_xihu, officer):
    seen = {place.key: place for place in levels.offices(by=officer("hz-xihu-window-1"))}
    assert seen["xihu-window"].open == 1 and seen["xihu-beishan-service"].open == 0
    assert seen["window"].open is None and seen["shangcheng-window"].officers == ()
    assert seen["xihu-beishan-service"].depth == 3
    assert {p.key: p for p in levels.offices(by=officer("hz-window-1"))}["xihu-window"].open == 1


def test_the_office_for_a_role(society, db):
    role = "market-supervision"
    assert identity.office_for_role(role).key == role
    assert identity.office_for_role(role, "330106007").key == "xihu-market-supervision"
    assert identity.office_for_role(role, "330102").key == "shangcheng-market-supervision"
    assert identity.office_for_role(role, "310117").key == role
    assert identity.office_for_role("tax", "330106").key == "tax"
    assert identity.office_for_role("xihu-window").key == "xihu-window"
