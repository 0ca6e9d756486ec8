"""企业设立登记 on one node: parties, signatures, examination, another officer's decision, USCC, licence."""

from datetime import UTC

import pytest

from tongban.base.actors import Actor, Channel, Kind
from tongban.base.errors import Refusal
from tongban.base.identifiers import organisation
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.journeys import apply, draft, handle, moves, see, signing
from tongban.registries.models import LegalEntity, Place

pytestmark = pytest.mark.django_db
ITEM = "company-registration"


def answers_for(founder, firm, place, name="杭州演示星汉软件有限公司"):
    return {
        "firm_name": name,
        "place": {"code": str(place.id), "text": place.text},
        "shareholders": [
            {"type": "person", "name": founder["name"], "id": founder["id_number"], "amount": "600000"},
            {"type": "firm", "name": firm["name"], "id": firm["uscc"], "amount": "400000"},
        ],
        "capital": "1000000",
        "scope": ["6513"],
        "legal_representative": {"name": founder["name"], "id": founder["id_number"]},
        "representative_post": "executive-director",
        "term": "long",
        "employees": "3",
        "first_month": "this",
        "person_mobile": "13800000000",
    }


@pytest.fixture
def filled(persona, clock):
    """A founder's draft with every answer, ready to be locked."""
    by = persona("founder")
    who, firm = persona.people["founder"], persona.people["representative"]["firm"]
    place = Place.objects.filter(use="commercial").order_by("id").first()
    id = draft.start(city="330100", code=ITEM, by=by, now=clock.now)
    told = answers_for(who, firm, place)
    sheet = draft.sheet(id, by=by, now=clock.now)
    while sheet.next_question:
        sheet = draft.answer(
            id, question=sheet.next_question, raw=told[sheet.next_question], version=None, by=by, now=clock.now
        )
    return by, id


@pytest.fixture
def submitted(filled, persona, clock):
    by, id = filled
    digest = signing.lock(id, by=by, now=clock.now)
    for who in (by, persona("representative")):
        for each in signing.waiting(by=who, now=clock.now):
            if each.entity == "" or who != by:
                signing.sign(each.party, digest=digest, by=who, now=clock.now)
    return by, apply.submit(id, by=by, now=clock.now).number


def test_at_half_past_one_at_night_it_is_today(request, persona, clock):
    """The number, what is signed and what the registry notes bear the day that it is here, not the day of UTC."""
    clock.now = clock.now.astimezone(UTC).replace(hour=17, minute=30)  # half past one of the next day in Shanghai
    by, id = request.getfixturevalue("filled")
    digest = signing.lock(id, by=by, now=clock.now)
    for who in (by, persona("representative")):
        for each in signing.waiting(by=who, now=clock.now):
            if each.entity == "" or who != by:
                signing.sign(each.party, digest=digest, by=who, now=clock.now)
    number = apply.submit(id, by=by, now=clock.now).number
    row = stored.by_number(number)
    assert stored.content(row, warrant=moves.SELF, now=clock.now)["document"]["on"] == "2026-11-24"
    assert "20261124" in number and "20261123" not in number


def agency(number, step, clock):
    by = Actor(kind=Kind.AGENCY, id="330100:tax", office="tax", channel=Channel.API)
    command = lifecycle.FinishStep(
        by=by, node="330100", circle=moves.NOBODY, step=step, outcome=lifecycle.Outcome.ANSWERED, note="0" * 64
    )
    moves.move(number=number, command=command, now=clock.now)


def test_nothing_is_submitted_until_every_party_has_signed(filled, persona, clock):
    by, id = filled
    digest = signing.lock(id, by=by, now=clock.now)
    with pytest.raises(Refusal, match="not_signed"):
        apply.submit(id, by=by, now=clock.now)
    mine = [w for w in signing.waiting(by=by, now=clock.now) if not w.entity]
    signing.sign(mine[0].party, digest=digest, by=by, now=clock.now)
    with pytest.raises(Refusal, match="not_signed"):
        apply.submit(id, by=by, now=clock.now)


def test_a_firm_is_founded(submitted, officer, clock, work):
    by, number = submitted
    window, examiner, decider = officer("hz-window-1"), officer("hz-market-1"), officer("hz-market-3")
    assert [r.number for r in handle.queue(by=window, now=clock.now)] == [number]
    handle.accept(number=number, by=window, now=clock.forward(minutes=2))
    agency(number, f"{ITEM}.tax", clock)
    handle.finish(
        number=number,
        step=f"{ITEM}.examine",
        outcome="passed",
        text="材料齐全，符合规定",
        by=examiner,
        now=clock.forward(minutes=3),
    )
    with pytest.raises(Refusal):
        handle.decide(number=number, granted=True, reasons="", cites="", by=examiner, now=clock.now)
    for username, step in (("hz-social-1", "social-insurance"), ("hz-fund-1", "housing-fund")):
        handle.finish(
            number=number, step=f"{ITEM}.{step}", outcome="answered", text="已登记", by=officer(username), now=clock.now
        )
    handle.decide(number=number, granted=True, reasons="", cites="", by=decider, now=clock.forward(minutes=5))
    work()
    view = see.case(number, by=by, now=clock.now)
    assert (view.status, view.granted) == ("closed", True)
    licence = next(p for p in view.papers if getattr(p, "type", "") == "business-licence")
    entity = LegalEntity.objects.get(case_number=number)
    assert organisation.parse(entity.uscc).value == licence.holder_ref
    assert view.clock.unit == "minutes" and view.clock.promised == 20 and view.clock.used == 8
    told = handle.told(by=officer("hz-statistics-1"))
    assert [t.number for t in told] == [number]


def test_a_supplement_is_asked_once(submitted, officer, clock):
    by, number = submitted
    window = officer("hz-window-1")
    handle.ask_supplement(
        number=number, lines=["owner-consent"], text="请补充产权人同意使用证明", by=window, now=clock.now
    )
    view = see.case(number, by=by, now=clock.now)
    assert view.status == "supplement" and "supplement" in view.can
    from tongban.journeys import wishes

    wishes.supplement(number=number, uploads=[], words="已取得同意", by=by, now=clock.forward(days=1))
    with pytest.raises(Refusal, match="supplement_already_asked") as no:
        handle.ask_supplement(number=number, lines=["x"], text="再补", by=window, now=clock.now)
    assert "第三十二条" in "".join(no.value.cites)


def test_a_refusal_is_written_with_reasons_and_the_right_of_appeal(submitted, officer, clock):
    by, number = submitted
    window = officer("hz-window-1")
    with pytest.raises(Refusal):
        handle.not_accept(number=number, reasons="", cites="", by=window, now=clock.now)
    handle.not_accept(
        number=number,
        reasons="申请事项不属于本机关职权",
        cites="《中华人民共和国行政许可法》第三十二条第一款第二项",
        by=window,
        now=clock.now,
    )
    view = see.case(number, by=by, now=clock.now)
    assert view.status == "closed"
    assert any(getattr(p, "kind", "") == "not-accepted" for p in view.papers)
