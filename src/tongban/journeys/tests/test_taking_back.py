"""What several applied for together: taken back by all of them, or not at all; where the law leaves it to each, by one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.engine.items import Withdrawal
from tongban.journeys import apply, draft, hold, see, signing, taking_back, tell, wishes
from tongban.journeys.tests.test_joint_parties import buyer, home, refused, seller, sign  # noqa: F401
from tongban.journeys.tests.together import Desks, Together
from tongban.trail.models import Entry as Trail

pytestmark = pytest.mark.django_db
METER, TRANSFER, SUBSIDY = "home-meter", "home-transfer", "home-subsidy"


@pytest.fixture
def begun(buyer, seller, persona, clock, work):  # noqa: F811
    """A home sold and bought, accepted: transfer and meter are both parties', the subsidy is the buyer's."""

    def begin(**withdrawal):
        items = [replace(i, withdrawal=withdrawal.get(i.code, Withdrawal.JOINT)) for i in home()]
        shop = Together(items, buyer, clock)
        sheet, who = shop.sheet(), persona.people["representative"]
        while question := sheet.next_question:
            raw = {"name": who["name"], "id": who["id_number"]} if question == "seller" else "演示"
            sheet = draft.answer(shop.id, question=question, raw=raw, version=None, by=buyer, now=clock.now)
        shop.digest = signing.lock(shop.id, by=buyer, now=clock.now)
        for each in (buyer, seller):
            sign(shop, each, clock)
        desks = Desks(apply.submit(shop.id, by=buyer, now=clock.now).number, clock, work)
        desks.accept()
        return desks

    return begin


def states(desks, by):
    return {p.key: p.state for p in see.case(desks.number, by=by, now=desks.clock.now).parts}


def back(desks, by, part=""):
    return wishes.withdraw(number=desks.number, part=part, by=by, now=desks.clock.forward(minutes=1))


def asked(desks, by):
    return [(w.part, w.waits, w.agreed) for w in see.case(desks.number, by=by, now=desks.clock.now).wishes]


def test_one_of_two_asks_and_it_goes_on_until_the_other_agrees(begun, buyer, seller, persona):  # noqa: F811
    desks = begun()
    name = {key: persona.people[key]["name"] for key in ("founder", "representative")}
    assert wishes.who_must_agree(number=desks.number, part=METER, by=seller, now=desks.clock.now) == [name["founder"]]
    assert back(desks, seller, METER) is False
    assert states(desks, buyer)[METER] == "waiting" and not desks.state.part(METER).gone
    assert asked(desks, seller) == [(METER, (name["founder"],), True)]
    assert asked(desks, buyer) == [(METER, (name["founder"],), False)]
    (said,) = [n for n in tell.messages(by=buyer) if "是否同意撤回" in n.title["zh"]]
    assert "home-meter" in said.body["zh"] and said.link == f"/cases/{desks.number}"
    assert back(desks, seller, METER) is False, "asked again it is the same wish"
    assert len([n for n in tell.messages(by=buyer) if "是否同意撤回" in n.title["zh"]]) == 1
    assert back(desks, buyer, METER) is True
    assert states(desks, buyer) == {TRANSFER: "open", METER: "withdrawn", SUBSIDY: "open"}
    assert asked(desks, buyer) == asked(desks, seller) == []
    verbs = set(Trail.objects.filter(subject=desks.number).values_list("verb", flat=True))
    assert {"case.ask-withdraw", "case.agree-withdraw"} <= verbs


def test_one_who_does_not_agree_ends_the_wish_and_it_can_be_asked_again(begun, buyer, seller, persona):  # noqa: F811
    desks = begun()
    back(desks, seller, METER)
    assert refused(wishes.keep, number=desks.number, part=METER, by=persona("elder"), now=desks.clock.now) == "no_case"
    wishes.keep(number=desks.number, part=METER, by=buyer, now=desks.clock.now)
    assert states(desks, buyer)[METER] == "waiting" and asked(desks, seller) == []
    assert any("不同意撤回" in n.title["zh"] for n in tell.messages(by=seller))
    assert refused(wishes.keep, number=desks.number, part=METER, by=buyer, now=desks.clock.now) == "not_asked_to_withdraw"
    assert back(desks, seller, METER) is False and asked(desks, seller)


def test_with_the_transfer_the_meter_would_end_and_of_all_of_it_both_must_agree(begun, buyer, seller):  # noqa: F811
    desks = begun()
    assert back(desks, buyer, TRANSFER) is False and back(desks, buyer) is False
    assert {part for part, *_ in asked(desks, seller)} == {TRANSFER, ""}
    assert back(desks, seller, TRANSFER) is True
    assert states(desks, buyer) == {TRANSFER: "withdrawn", METER: "fallen", SUBSIDY: "open"}
    assert refused(back, desks, seller) == "not_theirs", "the whole is not only theirs"
    assert back(desks, buyer) is True, "what is left is the buyer's alone"
    assert stored.by_number(desks.number).status == "closed"


def test_what_is_one_persons_alone_needs_nobody_else(begun, buyer, seller):  # noqa: F811
    desks = begun()
    assert back(desks, buyer, SUBSIDY) is True
    assert refused(back, desks, seller, SUBSIDY) == "not_theirs"


def test_where_the_will_of_both_is_needed_either_ends_it(begun, buyer, seller):  # noqa: F811
    desks = begun(**{TRANSFER: Withdrawal.EACH})
    assert back(desks, seller, TRANSFER) is True
    assert states(desks, buyer) == {TRANSFER: "withdrawn", METER: "fallen", SUBSIDY: "open"}


def test_what_others_only_agreed_to_whoever_applied_takes_back(begun, buyer, seller):  # noqa: F811
    desks = begun(**{METER: Withdrawal.APPLICANT})
    assert refused(back, desks, seller, METER) == "not_theirs"
    assert back(desks, buyer, METER) is True


def test_what_is_decided_in_the_meantime_is_taken_back_no_more(begun, buyer, seller):  # noqa: F811
    desks = begun()
    back(desks, seller, TRANSFER)
    desks.examine(TRANSFER)
    desks.decide(TRANSFER)
    assert asked(desks, buyer) == []
    assert refused(back, desks, buyer, TRANSFER) == "part_decided"
    assert refused(back, desks, seller, "nothing") == "no_such_part"


def test_at_the_city_that_decides_all_must_have_agreed_as_the_other_city_tells(begun, buyer):  # noqa: F811
    desks = begun()
    row, now = stored.by_number(desks.number), desks.clock.now
    must = taking_back.must_agree(row, METER, now=now)
    assert len(must) == 2
    for agreed in ([], [min(must)], ["somebody"]):
        with pytest.raises(Refusal, match="not_agreed") as no:
            wishes.here(row, wish="withdraw", with_={"part": METER, "agreed": agreed}, by=buyer, now=now)
        assert no.value.because and no.value.next_step
    wishes.here(row, wish="withdraw", with_={"part": METER, "agreed": list(must)}, by=buyer, now=now)
    assert states(desks, buyer)[METER] == "withdrawn"


def test_a_party_reads_and_saves_the_letters_to_their_parts_and_no_others(begun, buyer, seller, clock):  # noqa: F811
    desks = begun()
    desks.through()
    seen = {who: see.case(desks.number, by=who, now=clock.now).papers for who in (buyer, seller)}
    about = {who: {p.occasion for p in seen[who] if hasattr(p, "occasion")} for who in seen}
    assert about[buyer] == {"", TRANSFER, METER, SUBSIDY} and about[seller] == {"", TRANSFER, METER}
    for paper in seen[seller]:
        name, content = hold.pdf(id=str(paper.id), by=seller, now=clock.now)
        assert name.endswith(".pdf") and content.startswith(b"%PDF")
    others = {str(p.id) for p in seen[buyer]} - {str(p.id) for p in seen[seller]}
    assert others
    for id in others:
        assert refused_plainly(hold.pdf, id=id, by=seller, now=clock.now) == "no_paper"


def refused_plainly(do, **how):
    with pytest.raises(Refusal) as no:
        do(**how)
    return no.value.code
