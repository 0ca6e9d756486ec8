"""On site: the list must be answered, the report is kept with its digest, photographs are the case's, one report once."""

from __future__ import annotations

import base64
import io

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw

from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.cases.models import Case, Event
from tongban.engine import lifecycle
from tongban.journeys import apply, draft, find, handle, inspect, moves, signing
from tongban.journeys.inspect import Line, Report

pytestmark = pytest.mark.django_db
ITEM = "road-occupation"
STEP = f"{ITEM}.inspect"
ANSWERS = {
    "road_place": "演示路 12 号北侧人行道",
    "road_purpose": "facade",
    "road_description": "外墙清洗，搭设脚手架",
    "road_area": "60",
    "road_since": "2026-12-20",
    "road_until": "2026-12-28",
    "road_traffic": "no",
    "person_mobile": "13800000000",
}


def picture(shade: str = "grey", format: str = "JPEG") -> bytes:
    drawn = Image.new("RGB", (120, 80), shade)
    ImageDraw.Draw(drawn).line((5, 5, 100, 70), fill="black", width=3)
    out = io.BytesIO()
    drawn.save(out, format=format)
    return out.getvalue()


INK = "data:image/png;base64," + base64.b64encode(picture("white", "PNG")).decode()


@pytest.fixture
def to_inspect(persona, officer, clock):
    """An accepted application to occupy a road: its number."""
    who = persona("representative")
    by = replace(who, entity=persona.people["representative"]["firm"]["uscc"])
    id = draft.start(city="330100", code=ITEM, by=by, now=clock.now)
    sheet = draft.sheet(id, by=by, now=clock.now)
    while asked := sheet.next_question:
        sheet = draft.answer(id, question=asked, raw=ANSWERS[asked], version=None, by=by, now=clock.now)
    for paper in sheet.missing:
        for page in ("grey", "lightgrey", "grey"):  # two pages, one of them sent twice
            draft.upload(id, material=paper.type, name="plan.jpg", content=picture(page), by=by, now=clock.now)
    digest = signing.lock(id, by=by, now=clock.now)
    for each in signing.waiting(by=by, now=clock.now):
        signing.sign(each.party, digest=digest, by=by, now=clock.now)
    number = apply.submit(id, by=by, now=clock.now).number
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.now)
    return number


def said(number, **changes) -> Report:
    row = Case.objects.get(number=number)
    item = find.item_of(draft.ItemRef(city=row.city, code=row.item, sha256=row.sha256))
    lines = {point.key: Line(found="ok") for point in item.checklist}
    whole = {"once": "a" * 32, "lines": lines, "outcome": "passed", "photos": (("a.jpg", picture()),)}
    return Report(**{**whole, **changes})


def test_every_page_of_a_paper_reaches_the_case_each_once(to_inspect):
    case = Case.objects.get(number=to_inspect)
    plans = [m for m in stored.materials(case) if m.type == "site-plan"]
    assert len({m.digest for m in plans}) == len(plans) == 2 and all(m.blob_id for m in plans)


def test_the_report_is_kept_with_its_digest_and_the_clock_stood_still(to_inspect, officer, clock):
    number, by = to_inspect, officer("hz-urban-2")
    handle.take(number=number, step=STEP, by=by, now=clock.now)
    assert Case.objects.get(number=number).due_at is None, "the clock stands (art. 45)"
    report = said(number, met="演示陪同人", drawn=INK, at=(30.25, 120.15), note="与平面图一致")
    inspect.report(number, STEP, said=report, by=by, now=clock.forward(hours=1))
    row = Case.objects.get(number=number)
    event = Event.objects.filter(case=row, kind="step_finished").last()
    writing = stored.content(row, warrant=moves.SELF, now=clock.now)["writings"][-1]
    assert event.facts["note"] == writing["digest"] == moves.digest_of(writing["text"])
    assert "位置、范围与申请一致：符合" in writing["text"] and "30.25000" in writing["text"]
    photos = [m for m in stored.materials(row) if m.type == "inspection-photo"]
    assert len(photos) == 1 and photos[0].digest in writing["text"]
    assert row.due_at is not None


def test_sent_twice_it_is_one_report(to_inspect, officer, clock):
    number, by = to_inspect, officer("hz-urban-2")
    for _ in range(3):
        inspect.report(number, STEP, said=said(number), by=by, now=clock.now)
    row = Case.objects.get(number=number)
    assert Event.objects.filter(case=row, kind="step_finished").count() == 1
    assert len([m for m in stored.materials(row) if m.type == "inspection-photo"]) == 1
    with pytest.raises(Refusal) as no:
        inspect.report(number, STEP, said=said(number, once="b" * 32), by=by, now=clock.now)
    assert no.value.code == "no_inspection"


@pytest.mark.parametrize(
    "change,field",
    [
        ({"lines": {}}, "line-position"),
        ({"outcome": "maybe"}, "outcome"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "failed"}, "note"),
        ({"met": "演示人"}, "met"),
        ({"drawn": INK}, "met"),
        ({"photos": tuple((f"{n}.jpg", picture()) for n in range(13))}, "photo"),
        ({"photos": (("a.jpg", b"<svg onload=1>"),)}, "file"),
    ],
)
def test_what_is_incomplete_or_no_picture_is_refused_and_nothing_is_kept(to_inspect, officer, clock, change, field):
    number, by = to_inspect, officer("hz-urban-2")
    with pytest.raises(Refusal) as no:
        inspect.report(number, STEP, said=said(number, **change), by=by, now=clock.now)
    row = Case.objects.get(number=number)
    assert no.value.field == field
    assert not Event.objects.filter(case=row, kind="step_finished").exists()
    assert not [m for m in stored.materials(row) if m.type.startswith("inspection")]


def test_a_finding_that_does_not_fit_needs_words(to_inspect, officer, clock):
    number, by = to_inspect, officer("hz-urban-2")
    lines = {**said(number).lines, "passage": Line(found="not")}
    with pytest.raises(Refusal) as no:
        inspect.report(number, STEP, said=said(number, lines=lines), by=by, now=clock.now)
    assert no.value.field == "words-passage"
    lines["passage"] = Line(found="not", words="盲道被占用")
    inspect.report(number, STEP, said=said(number, lines=lines, outcome="failed", note="盲道"), by=by, now=clock.now)
    state = stored.state(Case.objects.get(number=number))
    assert state.step(STEP).outcome is lifecycle.Outcome.FAILED


def test_only_an_inspector_of_the_office_reports(to_inspect, officer, clock):
    number = to_inspect
    for username, code in (("hz-urban-1", "no_inspection"), ("hz-civil-1", "not_your_office")):
        with pytest.raises(Refusal) as no:
            inspect.report(number, STEP, said=said(number), by=officer(username), now=clock.now)
        assert no.value.code == code


def test_a_distance_is_in_metres():
    assert inspect.distance((30.0, 120.0), (30.0, 120.01)) == pytest.approx(963, abs=2)
    assert inspect.distance((30.0, 120.0), None) is None
