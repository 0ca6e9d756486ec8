"""高龄津贴 on one node: signed in, filled in, decided by the rules at once, told."""

import pytest

from tongban.journeys import apply, draft, find, see, signing

pytestmark = pytest.mark.django_db


def test_an_eighty_year_old_is_granted_the_allowance_at_once(persona, clock, work):
    elder = persona("elder")
    hits = find.search("高龄津贴", limit=3)
    assert hits[0].code == "old-age-allowance"
    id = draft.start(city=hits[0].city, code=hits[0].code, by=elder, now=clock.now)
    sheet = draft.sheet(id, by=elder, now=clock.now)
    assert sheet.plan.known["person_name"].source.startswith("population")
    answers = {
        "person_bank_account": {"bank": "演示银行", "number": "6222000000000000"},
        "person_mobile": "13800000000",
    }
    while sheet.next_question:
        sheet = draft.answer(
            id, question=sheet.next_question, raw=answers[sheet.next_question], version=None, by=elder, now=clock.now
        )
    assert not sheet.missing and not sheet.plan.failed
    digest = signing.lock(id, by=elder, now=clock.now)
    (waiting,) = signing.waiting(by=elder, now=clock.now)
    signing.sign(waiting.party, digest=digest, by=elder, now=clock.now)
    receipt = apply.submit(id, by=elder, now=clock.now)
    assert apply.submit(id, by=elder, now=clock.now) == receipt
    work()
    view = see.case(receipt.number, by=elder, now=clock.now)
    assert view.status == "closed" and view.granted
    (paper,) = view.papers
    assert paper.type == "allowance-grant"
    assert (view.title.zh, view.title.en) == ("高龄津贴", "Old-age allowance")
