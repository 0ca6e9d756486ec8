"""Several services in one application: one draft, one case, a part for each, on a real PostgreSQL."""

from __future__ import annotations

import pytest

from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.cases.models import Material
from tongban.engine import lifecycle
from tongban.engine.plan import ItemRef
from tongban.journeys import draft, find, handle, mine, moves, see, signing, tell, wishes
from tongban.journeys.tests.together import CITY, Desks, Together, crossing, made, restaurant
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(persona, clock):
    return Together(restaurant(), persona("founder"), clock, bundle="demo-restaurant")


@pytest.fixture
def desks(shop, clock, work):
    found = Desks(shop.submit(), clock, work)
    found.accept()
    return found


def parts(desks, shop):
    return {p.key: p.state for p in see.case(desks.number, by=shop.by, now=desks.clock.now).parts}


def test_what_all_ask_is_asked_once_and_what_one_brings_forth_no_other_asks_for(shop):
    sheet = shop.fill()
    assert [q.key for q in sheet.plan.questions].count("joint_name") == 1
    produced = {m.type: (m.verdict.value, m.source) for m in sheet.plan.materials}
    assert produced == {
        "made-joint-licence": ("produced", "item:joint-licence"),
        "made-joint-food": ("produced", "item:joint-food"),
        "made-joint-fire": ("produced", "item:joint-fire"),
    }
    assert sheet.title.zh == "演示一件事" and sheet.ref.code == "joint-licence"
    assert sheet.plan.promise.working_days == 9, "the longest way: licence, food, opening"
    assert {f.key for f in sheet.item.form} == {"joint_name", *(f"joint_joint{k}" for k in ("licence", "food", "sign", "fire", "opening"))}


def test_five_services_are_one_case_with_five_certificates(shop, desks):
    window = handle.queue(by=desks.whoever("joint-licence.accept"), now=desks.clock.now)
    assert window == [], "one acceptance was enough"
    assert {s.key for s in desks.open_steps()} == {"joint-licence.examine", "joint-fire.examine"}
    done = desks.through()
    assert done.index("joint-licence.decide") < done.index("joint-food.examine")
    assert "joint-opening.rules" not in done
    view = see.case(desks.number, by=shop.by, now=desks.clock.now)
    assert (view.status, view.granted) == ("closed", True)
    assert parts(desks, shop) == dict.fromkeys((i.code for i in shop.items), "granted")
    papers = [p for p in view.papers if getattr(p, "type", "") == "matter-receipt"]
    assert {p.part for p in papers} == {i.code for i in shop.items}, "each part has its own, though all are of one type"
    letters = [p.occasion for p in view.papers if getattr(p, "kind", "") in ("granted", "approved")]
    assert sorted(letters) == ["joint-fire", "joint-food", "joint-licence", "joint-sign"]


def test_the_window_finds_a_joint_case_once(shop, clock, work):
    number = shop.submit()
    desks = Desks(number, clock, work)
    window = desks.whoever("joint-licence.accept")
    assert [r.number for r in handle.queue(by=window, now=clock.now)] == [number]
    assert [r.title.zh for r in handle.queue(by=window, now=clock.now)] == ["演示一件事"]


def test_each_office_finds_its_part_by_name_and_when_it_is_due(desks):
    rows = handle.queue(by=desks.whoever("joint-fire.examine"), now=desks.clock.now)
    mine = [r for r in rows if r.number == desks.number]
    assert [r.title.zh for r in mine] == ["演示一件事 · joint-fire"]
    assert (mine[0].due_at.date() - NOW.date()).days == 4, "its own four days, not the nine of all"


def test_one_refusal_tells_which_parts_fall_and_which_stand(shop, desks):
    desks.examine("joint-licence", "failed")
    asked = see.case(desks.number, by=shop.by, now=desks.clock.now)
    falls = {p.key: {w.zh for w in p.falls} for p in asked.parts}
    assert falls["joint-licence"] == {"joint-food", "joint-sign", "joint-opening"} and falls["joint-fire"] == {"joint-opening"}
    desks.decide("joint-licence", granted=False)
    assert parts(desks, shop) == {
        "joint-licence": "refused", "joint-food": "fallen", "joint-sign": "fallen", "joint-fire": "open",
        "joint-opening": "fallen",
    }  # fmt: skip
    said = [n.body["zh"] for n in tell.messages(by=shop.by) if n.case == desks.number]
    assert sum("《joint-licence》的结果，随之终止办理" in each for each in said) == 3
    assert any("《joint-licence》未获批准" in each for each in said)
    desks.through()
    view = see.case(desks.number, by=shop.by, now=desks.clock.now)
    assert view.status == "closed" and view.granted is None
    row = stored.by_number(desks.number)
    assert row.result == "partly" and [c.part for c in stored.state(row).certificates] == ["joint-fire"]


def test_one_part_is_taken_back_while_the_others_go_on(shop, desks, persona):
    with pytest.raises(Refusal, match="no_case"):
        wishes.withdraw(number=desks.number, part="joint-food", by=persona("elder"), now=desks.clock.now)
    wishes.withdraw(number=desks.number, part="joint-food", by=shop.by, now=desks.clock.now)
    assert parts(desks, shop) == {
        "joint-licence": "open", "joint-food": "withdrawn", "joint-sign": "waiting", "joint-fire": "open",
        "joint-opening": "fallen",
    }  # fmt: skip
    with pytest.raises(Refusal, match="part_gone"):
        wishes.withdraw(number=desks.number, part="joint-food", by=shop.by, now=desks.clock.now)
    desks.through()
    view = see.case(desks.number, by=shop.by, now=desks.clock.now)
    assert (view.status, view.granted) == ("closed", True)
    with pytest.raises(Refusal, match="already_closed"):
        wishes.withdraw(number=desks.number, part="joint-fire", by=shop.by, now=desks.clock.now)


def test_all_of_it_is_taken_back_until_something_is_decided(shop, desks):
    desks.examine("joint-licence")
    desks.decide("joint-licence")
    with pytest.raises(Refusal, match="too_late_to_withdraw"):
        wishes.withdraw(number=desks.number, by=shop.by, now=desks.clock.now)
    with pytest.raises(Refusal, match="part_decided"):
        wishes.withdraw(number=desks.number, part="joint-licence", by=shop.by, now=desks.clock.now)
    with pytest.raises(Refusal, match="no_such_part"):
        wishes.withdraw(number=desks.number, part="nothing", by=shop.by, now=desks.clock.now)


def test_each_part_runs_on_its_own_clock(shop, desks):
    clocks = {p.key: p.clock for p in see.case(desks.number, by=shop.by, now=desks.clock.now).parts}
    assert (clocks["joint-licence"].promised, clocks["joint-food"].promised) == (1, 5)
    assert clocks["joint-licence"].running and not clocks["joint-food"].running
    desks.examine("joint-licence")
    desks.decide("joint-licence")
    clocks = {p.key: p.clock for p in see.case(desks.number, by=shop.by, now=desks.clock.now).parts}
    assert clocks["joint-food"].running and not clocks["joint-licence"].running


def test_the_reasons_that_were_shown_are_kept_with_the_case(shop):
    shown = {m.type: (m.verdict.value, m.reason.zh, m.source, list(m.items)) for m in shop.fill().plan.materials}
    kept = stored.materials(stored.by_number(shop.submit()))
    assert {m.type: (m.verdict, m.reason["zh"], m.source, m.items) for m in kept} == shown
    assert {m.type: m.items for m in kept}["made-joint-licence"] == ["joint-food", "joint-sign"]


def test_items_of_five_offices_that_need_each_other_in_any_way_are_completed(persona, clock, work):
    shop = Together(crossing(str(NOW.date())), persona("founder"), clock)
    desks = Desks(shop.submit(), clock, work)
    desks.accept()
    done = desks.through()
    needs = {i.code: {m.type.removeprefix("made-") for m in i.materials} for i in shop.items}
    for code, before in needs.items():
        assert all(done.index(f"{other}.decide") < done.index(f"{code}.examine") for other in before)
    view = see.case(desks.number, by=shop.by, now=clock.now)
    assert (view.status, view.granted) == ("closed", True)
    assert len(stored.state(stored.by_number(desks.number)).certificates) == 5


def test_a_newer_version_of_one_of_them_is_offered_for_all(shop, clock):
    assert not shop.sheet().newer
    Together([made("joint-fire", "fire-rescue", days=2)], shop.by, clock)
    assert shop.sheet().newer
    shop.fill()
    fresh = draft.renew(shop.id, by=shop.by, now=clock.now)
    again = draft.sheet(fresh, by=shop.by, now=clock.now)
    assert [r.code for r in again.refs] == [i.code for i in shop.items] and again.bundle == "demo-restaurant"
    assert again.title.zh == "演示一件事" and not again.newer and again.answers["joint_name"] == "演示"


def test_what_cannot_be_one_application_is_refused_clearly(persona, clock):
    by = persona("founder")
    shop = Together([made("one", "health"), made("two", "health")], by, clock)
    one, two = draft.sheet(shop.id, by=by, now=clock.now).refs
    assert draft.sheet(shop.id, by=by, now=clock.now).title.zh == "one等 2 件事"
    with pytest.raises(Refusal, match="mixed_cities") as no:
        draft.begin([one, ItemRef(city="310117", code="two", sha256=two.sha256)], by=by, now=clock.now)
    assert no.value.next_step and no.value.brief.en
    with pytest.raises(Refusal, match="no_items"):
        draft.begin([], by=by, now=clock.now)
    round_ = [made("left", "health", needs=("right",)), made("right", "health", needs=("left",))]
    with pytest.raises(Refusal, match="plan_cycle") as no:
        Together(round_, by, clock)
    assert "left" in no.value.brief.zh and "right" in no.value.brief.zh


def test_items_that_cannot_both_hold_are_no_one_application(persona, clock):
    by = persona("founder")
    with pytest.raises(Refusal, match="items_exclude") as no:
        Together([made("one", "health"), made("two", "health", excludes=("one",))], by, clock)
    assert no.value.because and no.value.next_step and not draft.mine(by=by)
    refs = [find.guide(CITY, code, now=clock.now).ref for code in ("company-deregistration", "company-change")]
    with pytest.raises(Refusal, match="items_exclude") as no:
        draft.begin(refs, by=by, now=clock.now)
    assert no.value.brief.zh == "“企业变更登记”和“企业注销登记”不能一并申请"


def test_the_same_item_twice_is_one_part(persona, clock):
    by = persona("founder")
    shop = Together([made("one", "health")], by, clock)
    (ref,) = draft.sheet(shop.id, by=by, now=clock.now).refs
    assert draft.sheet(draft.begin([ref, ref], by=by, now=clock.now), by=by, now=clock.now).refs == (ref,)


def test_a_part_that_is_gone_is_decided_by_nobody(shop, desks):
    wishes.withdraw(number=desks.number, part="joint-fire", by=shop.by, now=desks.clock.now)
    with pytest.raises(Refusal, match="part_gone"):
        desks.decide("joint-fire")
    with pytest.raises(Refusal, match="step_done"):
        desks.examine("joint-fire")
    state = desks.state
    assert state.part("joint-fire").gone and state.status is lifecycle.Status.ACCEPTED
    assert moves.circle_of(stored.by_number(desks.number), now=desks.clock.now).persons


def test_what_is_signed_names_every_service(shop):
    shop.fill()
    signing.lock(shop.id, by=shop.by, now=shop.clock.now)
    (asked,) = signing.waiting(by=shop.by, now=shop.clock.now)
    found = signing.reading(asked.party, by=shop.by, now=shop.clock.now)
    assert [ref["code"] for ref in found["document"]["items"]] == [i.code for i in shop.items]
    assert found["document"]["bundle"] == "demo-restaurant" and found["document"]["item"]["city"] == CITY
    assert found["others"] == () and len(found["item"].form) == 6


def test_what_all_offices_miss_is_told_once_by_the_window(shop, clock, work):
    desks = Desks(shop.submit(), clock, work)
    window, fire = desks.whoever("joint-licence.accept"), desks.whoever("joint-fire.examine")
    food = desks.whoever("joint-food.examine")
    assert [r.number for r in handle.before_acceptance(by=fire)] == [desks.number]
    assert handle.before_acceptance(by=window) == []
    assert "missing" in handle.screen(desks.number, by=fire, now=clock.now).can
    handle.note_missing(number=desks.number, lines=["form"], text="请写明营业面积", by=fire, now=clock.now)
    handle.note_missing(number=desks.number, lines=["made-joint-licence"], text="请补健康证", by=food, now=clock.now)
    shown = handle.screen(desks.number, by=window, now=clock.now)
    assert [(m["text"], m["lines"]) for m in shown.missing] == [
        ("请写明营业面积", ("form",)), ("请补健康证", ("made-joint-licence",)),
    ]  # fmt: skip
    how = {"number": desks.number, "by": window, "now": clock.now}
    with pytest.raises(Refusal, match="supplement_leaves_out") as no:
        handle.ask_supplement(lines=["form"], text="请写明营业面积", **how)
    assert "made-joint-licence" in no.value.brief.zh and "第三十二条" in "".join(no.value.cites)
    handle.ask_supplement(lines=["form", "made-joint-licence"], text="请写明营业面积\n请补健康证", **how)
    letters = [p.kind for p in see.case(desks.number, by=shop.by, now=clock.now).papers]
    assert letters.count("supplement") == 1
    assert handle.before_acceptance(by=fire) == []
    with pytest.raises(Refusal, match="supplement_already_asked"):
        handle.note_missing(number=desks.number, lines=["form"], text="还缺一份", by=fire, now=clock.now)


def test_no_office_misses_a_paper_that_the_law_abolished(shop, clock, work):
    desks = Desks(shop.submit(), clock, work)
    food = desks.whoever("joint-food.examine")
    Material.objects.filter(case__number=desks.number, type="made-joint-licence").update(verdict="cancelled")
    with pytest.raises(Refusal, match="paper_abolished") as no:
        handle.note_missing(number=desks.number, lines=["made-joint-licence"], text="请补", by=food, now=clock.now)
    assert (no.value.field, "第三十一条" in no.value.cites[0]) == ("lines", True)
    assert stored.state(stored.by_number(desks.number)).missing == ()


def test_after_acceptance_no_office_misses_anything(desks):
    fire = desks.whoever("joint-fire.examine")
    assert "missing" not in handle.screen(desks.number, by=fire, now=desks.clock.now).can
    with pytest.raises(Refusal, match="already_accepted"):
        handle.note_missing(number=desks.number, lines=["form"], text="还缺一份", by=fire, now=desks.clock.now)


def test_each_office_sees_its_part_and_the_whole(shop, desks):
    screen = handle.screen(desks.number, by=desks.whoever("joint-fire.examine"), now=desks.clock.now)
    assert screen.mine == {"joint-fire"} and {f.key for f in screen.own.form} == {"joint_name", "joint_jointfire"}
    assert len(screen.item.form) == 6 and [p.key for p in screen.view.parts] == [i.code for i in shop.items]


def test_a_list_shows_one_station_for_each_part(shop, desks):
    (row,) = [r for r in mine.page(by=shop.by, now=desks.clock.now).rows if r.number == desks.number]
    assert [s.key for s in row.stations] == [i.code for i in shop.items]
    assert [s.state for s in row.stations] == ["open", "waiting", "waiting", "open", "waiting"]
