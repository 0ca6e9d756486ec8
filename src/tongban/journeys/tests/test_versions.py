"""A newer version in the middle of a draft; an item that nobody wrote a line of code for; a calendar that ends."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.cases import actions as cases
from tongban.cases.models import Case
from tongban.catalog import actions as catalog
from tongban.catalog import queries as offered
from tongban.journeys import apply, draft, find, handle, see, signing
from tongban.journeys.tests.test_licence import ITEM, filled, submitted  # noqa: F401
from tongban.wiring.filling import items as filling
from tongban.wiring.node import REPOSITORY, current

pytestmark = pytest.mark.django_db
CODE = "generated-permit"


def publish(folder: Path, now):
    published = filling.publish(current(), folder=folder, now=now)
    assert not published.findings, published.findings
    return published.versions


@pytest.fixture
def newer(tmp_path, clock):
    """Publishes a next version of the firm's item, with another summary."""

    def write():
        (found,) = (REPOSITORY / "services" / "items").glob(f"*/{ITEM}")
        folder = tmp_path / "enterprise" / ITEM
        shutil.copytree(found, folder)
        text = (folder / "item.yaml").read_text()
        (folder / "item.yaml").write_text(re.sub(r"(?m)^(summary: \{zh: )", r"\1（新版）", text))
        return publish(folder, clock.now)[ITEM]

    return write


def test_a_draft_keeps_its_version_and_says_that_there_is_a_newer_one(filled, newer, clock):  # noqa: F811
    by, id = filled
    before = draft.sheet(id, by=by, now=clock.now)
    newer()
    after = draft.sheet(id, by=by, now=clock.now)
    assert after.ref == before.ref and after.answers == before.answers
    assert not before.newer and after.newer


def test_a_case_keeps_the_version_that_it_began_with(submitted, newer, officer, clock):  # noqa: F811
    _, number = submitted
    began = Case.objects.get(number=number).sha256
    newer()
    assert offered.in_force(ITEM, city="330100").sha256 != began
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.forward(minutes=1))
    screen = handle.screen(number, by=officer("hz-window-1"), now=clock.now)
    assert "新版" not in screen.item.summary.zh
    assert Case.objects.get(number=number).sha256 == began


def test_going_on_with_the_newer_version_takes_every_answer_along(filled, newer, clock):  # noqa: F811
    by, id = filled
    newer()
    fresh = draft.renew(id, by=by, now=clock.now)
    sheet = draft.sheet(fresh, by=by, now=clock.now)
    assert not sheet.newer and "新版" in sheet.item.summary.zh
    assert sheet.answers == draft.sheet(id, by=by, now=clock.now).answers


def test_a_signed_draft_of_the_version_before_is_still_submitted(filled, newer, persona, clock):  # noqa: F811
    by, id = filled
    digest = signing.lock(id, by=by, now=clock.now)
    newer()
    for who in (by, persona("representative")):
        for each in signing.waiting(by=who, now=clock.now):
            if each.entity == "" or who != by:
                signing.sign(each.party, digest=digest, by=who, now=clock.now)
    number = apply.submit(id, by=by, now=clock.now).number
    assert Case.objects.get(number=number).sha256 == draft.sheet(id, by=by, now=clock.now).ref.sha256


def test_the_version_before_can_be_put_into_force_again(newer, filled, clock):  # noqa: F811
    by, id = filled
    before = draft.sheet(id, by=by, now=clock.now).ref.sha256
    body = bytes(offered.version("330100", ITEM, before).body)
    newer()
    catalog.publish(city="330100", body=body, effective_on=date(2026, 11, 23), by=SYSTEM, now=clock.now)
    assert offered.in_force(ITEM, city="330100").sha256 == before


def test_a_retired_item_is_gone_with_its_successor_and_its_drafts_are_read_on(filled, clock):  # noqa: F811
    by, id = filled
    catalog.retire(city="330100", code=ITEM, successor="old-age-allowance", by=SYSTEM, now=clock.now)
    with pytest.raises(Refusal) as no:
        draft.start(city="330100", code=ITEM, by=by, now=clock.now)
    assert (no.value.status, no.value.successor) == (410, "old-age-allowance")
    assert draft.sheet(id, by=by, now=clock.now).newer


# -- an item that is only data

GENERATED = {
    "item": {
        "title": {"zh": "演示生成事项许可", "en": "Generated permit"},
        "summary": {"zh": "由测试写入的事项", "en": "An item that a test wrote"},
        "says": {"zh": ["生成许可", "演示露天放映"], "en": ["generated permit"]},
        "catalog_code": "000117009000",
        "type": "01",
        "level": "3",
        "audience": ["1"],
        "subjects": {"persons": ["085"]},
        "office": "urban-management",
        "partners": ["traffic-police"],
        "scope": "city",
        "channels": ["1", "2"],
        "cites": ["urban-road-regulation#31"],
        "promise": {"working_days": 5},
        "legal": {"working_days": 20},
        "legal_cites": ["administrative-licensing-law#42"],
        "contact": {"consult": "12345", "complaint": "12388"},
        "parties": [{"key": "applicant", "title": {"zh": "申请人", "en": "Applicant"}, "each": "applicant"}],
        "outcome": {
            "title": {"zh": "准予决定", "en": "Decision"},
            "delivery": ["electronic"],
            "cites": ["urban-road-regulation#31"],
        },
        "fees": [
            {
                "key": "fee",
                "title": {"zh": "费用", "en": "Fee"},
                "payee": "urban-management",
                "fen": 0,
                "cites": ["urban-road-regulation#37"],
            }
        ],
    },
    "form": [
        {"element": "road.description", "as": "story"},
        {"element": "road.area", "as": "size"},
        {"part": "contact"},
    ],
    "rules": [
        {
            "key": "small",
            "holds": "answers.size <= 100",
            "field": "size",
            "says": {"zh": "不超过 100 平方米", "en": "At most 100 square metres"},
            "cites": ["urban-road-regulation#31"],
        }
    ],
    "materials": [],
    "flow": [
        {"key": "accept", "kind": "accept", "office": "window", "title": {"zh": "受理", "en": "Acceptance"}},
        {
            "key": "inspect",
            "kind": "inspect",
            "office": "urban-management",
            "needs": ["accept"],
            "stops_clock": "inspection",
            "title": {"zh": "现场核查", "en": "Inspection"},
        },
        {
            "key": "traffic",
            "kind": "ask",
            "office": "traffic-police",
            "needs": ["accept"],
            "title": {"zh": "征求意见", "en": "Asked"},
        },
        {
            "key": "decide",
            "kind": "decide",
            "office": "urban-management",
            "needs": ["inspect", "traffic"],
            "separate_from": ["inspect"],
            "title": {"zh": "决定", "en": "Decision"},
        },
    ],
}


@pytest.fixture
def generated(society, db, tmp_path, clock):
    folder = tmp_path / "urban" / CODE
    folder.mkdir(parents=True)
    for name, content in GENERATED.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return publish(folder, clock.now)


def applied(by, clock):
    """The number of a case of the generated item."""
    id = draft.start(city="330100", code=CODE, by=by, now=clock.now)
    told = {"story": "<b>演示</b>放映", "size": "80", "person_mobile": "13800000000"}
    with pytest.raises(draft.Unacceptable):
        draft.answer(id, question="size", raw="101", version=None, by=by, now=clock.now)
    sheet = draft.sheet(id, by=by, now=clock.now)
    while sheet.next_question:
        question = sheet.next_question
        sheet = draft.answer(id, question=question, raw=told[question], version=None, by=by, now=clock.now)
    assert sheet.ready and not sum(fee.fen for fee in sheet.plan.fees)
    digest = signing.lock(id, by=by, now=clock.now)
    for each in signing.waiting(by=by, now=clock.now):
        signing.sign(each.party, digest=digest, by=by, now=clock.now)
    return apply.submit(id, by=by, now=clock.now).number


def test_a_generated_item_is_found_applied_for_inspected_and_decided(generated, persona, officer, clock, work):
    assert generated == {CODE: 1}
    assert find.search("演示露天放映")[0].code == CODE
    by = persona("founder")
    number = applied(by, clock)
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.forward(minutes=1))
    handle.take(number=number, step=f"{CODE}.inspect", by=officer("hz-urban-2"), now=clock.now)
    assert not see.case(number, by=by, now=clock.now).clock.running, "the inspection stops the clock"
    clock.forward(days=2)
    for username, step, how in (("hz-urban-2", "inspect", "passed"), ("hz-traffic-1", "traffic", "answered")):
        handle.finish(
            number=number, step=f"{CODE}.{step}", outcome=how, text="符合要求", by=officer(username), now=clock.now
        )
    handle.decide(number=number, granted=True, reasons="", cites="", by=officer("hz-urban-3"), now=clock.now)
    work()
    view = see.case(number, by=by, now=clock.now)
    assert view.granted and view.status == "closed"
    assert view.clock.used == 1, "of the two days only the one on which the clock went on"


# -- a calendar that ends


@pytest.fixture
def next_year(settings):
    """Lays the operator's file for the next year into the node's folder; taken away afterwards."""
    path = Path(settings.TONGBAN_HOME) / "calendar.yaml"

    def lay():
        path.write_text(yaml.safe_dump({"years": {2027: {"holidays": [date(2027, 1, 1)], "workdays": []}}}))

    yield lay
    path.unlink(missing_ok=True)


def test_a_deadline_beyond_the_calendar_is_pending_until_the_operator_gives_the_next_year(
    generated, persona, officer, clock, next_year
):
    clock.forward(days=36)
    assert (clock.now.year, clock.now.month, clock.now.day) == (2026, 12, 29)
    by = persona("founder")
    number = applied(by, clock)
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.forward(minutes=1))
    face = see.case(number, by=by, now=clock.now).clock
    assert face.due is None and face.promised == 5 and not face.overdue
    assert Case.objects.get(number=number).due_at is None
    assert [r.number for r in handle.queue(by=officer("hz-urban-2"), now=clock.now)] == [number], "still on the desk"
    next_year()
    assert cases.redate(now=clock.now) == 1
    assert see.case(number, by=by, now=clock.now).clock.due == date(2027, 1, 6)
    assert Case.objects.get(number=number).due_at is not None


def test_what_lists_show_is_read_anew_when_a_catalogue_changes_and_only_then(newer, clock, django_assert_num_queries):
    """The whole shelf is kept; a new version and a retired item are seen on the next page."""

    def shown():
        return {hit.code: hit.summary.zh for hit in find.shelf(here="330100", city="330100")}

    before = shown()
    with django_assert_num_queries(2):  # the editions, the cities
        assert shown() == before
    newer()
    assert shown()[ITEM] == "（新版）" + before[ITEM]
    catalog.retire(city="330100", code=ITEM, successor="", by=SYSTEM, now=clock.now)
    assert ITEM not in shown()
