"""Several applicants of one joint case: invited, each reads and signs what is theirs, all or nobody, until a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tongban.base.actors import Reach
from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.delivery import queries as deliveries
from tongban.engine.items import Field, Outcome, Party
from tongban.engine.tests.services import words
from tongban.jobs import handlers
from tongban.journeys import apply, draft, inviting, see, signing, tell, wishes
from tongban.journeys.tests.together import CITY, VALUES, Desks, Together, made

pytestmark = pytest.mark.django_db
SELLER = Field(key="seller", element="joint.seller", widget="person", title=words("卖方"), ask=words("卖方是谁"))
BUYER, SELLS = Party(key="buyer", title=words("买方")), Party(key="seller", title=words("卖方"), each="seller")


def home():
    """The transfer and the meter are the buyer's and the seller's, the subsidy is the buyer's alone."""
    both = {"parties": (BUYER, SELLS)}
    held = Outcome(title=words("证"), certificate="matter-receipt", holders=("buyer",), produces=("made-home-transfer",), values=VALUES)
    transfer = made("home-transfer", "natural-resources", **both)
    transfer = replace(transfer, form=(*transfer.form, SELLER), outcome=held)
    meter = made("home-meter", "water", needs=("home-transfer",), **both)
    return [transfer, replace(meter, form=(*meter.form, SELLER)), made("home-subsidy", "housing", parties=(BUYER,))]


@pytest.fixture
def buyer(persona):
    return persona("founder")


@pytest.fixture
def seller(persona):
    return persona("representative")


@pytest.fixture
def flat(buyer, seller, persona, clock):
    """A draft of the buyer's, filled in and locked; both are asked to sign."""
    shop = Together(home(), buyer, clock)
    who = persona.people["representative"]
    sheet = shop.sheet()
    while question := sheet.next_question:
        raw = {"name": who["name"], "id": who["id_number"]} if question == "seller" else "演示"
        sheet = draft.answer(shop.id, question=question, raw=raw, version=None, by=buyer, now=clock.now)
    shop.digest = signing.lock(shop.id, by=buyer, now=clock.now)
    return shop


def sign(shop, who, clock):
    (asked,) = [w for w in signing.waiting(by=who, now=clock.now) if w.draft == str(shop.id)]
    signing.sign(asked.party, digest=shop.digest, by=who, now=clock.now)
    return asked.party


def refused(do, *args, **how):
    with pytest.raises(Refusal) as no:
        do(*args, **how)
    assert no.value.brief.zh and no.value.brief.en and no.value.next_step
    return no.value.code


def test_nothing_is_submitted_until_both_have_signed(flat, buyer, seller, clock):
    sign(flat, buyer, clock)
    assert refused(apply.submit, flat.id, by=buyer, now=clock.now) == "not_signed"
    sign(flat, seller, clock)
    number = apply.submit(flat.id, by=buyer, now=clock.now).number
    assert len(stored.state(stored.by_number(number)).parts) == 3
    assert refused(signing.sign, sign_again(flat), digest=flat.digest, by=seller, now=clock.now) == "signed_already"


def sign_again(flat):
    return next(str(p.id) for p in stored.parties(draft.drafts.find(flat.id)) if p.role == "seller")


def test_nobody_signs_twice_or_for_another_or_what_was_changed(flat, buyer, seller, clock):
    party = sign(flat, buyer, clock)
    assert refused(signing.sign, party, digest=flat.digest, by=buyer, now=clock.now) == "signed_already"
    assert refused(signing.sign, party, digest=flat.digest, by=seller, now=clock.now) == "no_draft"
    assert refused(signing.sign, sign_again(flat), digest="0" * 64, by=seller, now=clock.now) == "draft_sealed"
    assert refused(signing.sign, sign_again(flat), digest=flat.digest, by=buyer, now=clock.now) == "no_draft"


def test_each_reads_only_what_is_theirs(flat, buyer, seller, clock):
    (asked,) = signing.waiting(by=seller, now=clock.now)
    found = signing.reading(asked.party, by=seller, now=clock.now)
    assert [w.zh for w in found["others"]] == ["home-subsidy"]
    assert {f.key for f in found["item"].form} == {"joint_name", "joint_hometransfer", "joint_homemeter", "seller"}
    assert found["until"] == clock.now + inviting.WITHIN
    (own,) = signing.waiting(by=buyer, now=clock.now)
    assert signing.reading(own.party, by=buyer, now=clock.now)["others"] == ()


def test_a_party_sees_their_parts_of_the_case_and_the_certificates_they_hold(flat, buyer, seller, persona, clock, work):
    for who in (buyer, seller):
        sign(flat, who, clock)
    number = apply.submit(flat.id, by=buyer, now=clock.now).number
    desks = Desks(number, clock, work)
    desks.accept()
    desks.through()
    whole, part = see.case(number, by=buyer, now=clock.now), see.case(number, by=seller, now=clock.now)
    assert [p.key for p in whole.parts] == ["home-transfer", "home-meter", "home-subsidy"]
    assert [p.key for p in part.parts] == ["home-transfer", "home-meter"]
    assert {s.key.partition(".")[0] for s in part.stations} == {"home-transfer", "home-meter"}
    assert {p.part for p in whole.papers if hasattr(p, "holder_ref")} == {p.key for p in whole.parts}
    assert {p.part for p in part.papers if hasattr(p, "holder_ref")} == {"home-meter"}, "the title is the buyer's"
    assert not any(e.facts.get("part") == "home-subsidy" for e in part.events)
    assert not part.whole and whole.whole and "withdraw" not in part.can
    assert refused(see.case, number, by=persona("elder"), now=clock.now) == "no_case"


def test_a_party_has_nobodys_papers_sent_to_their_own_address(flat, buyer, seller, clock, work):
    for who in (buyer, seller):
        sign(flat, who, clock)
    number = apply.submit(flat.id, by=buyer, now=clock.now).number
    end = {"name": "演示收件人", "mobile": "13900000000", "address": "演示路 1 号"}
    ask = {"number": number, **end, "now": clock.now}
    assert "fetch" in see.case(number, by=buyer, now=clock.now).can
    assert not {"order", "redirect", "fetch"} & see.case(number, by=seller, now=clock.now).can
    assert refused(wishes.fetch_originals, **ask, what="房产证", by=seller) == "not_yours"
    desks = Desks(number, clock, work)
    desks.accept()
    desks.through()
    assert "order" in see.case(number, by=buyer, now=clock.now).can
    assert refused(wishes.order_paper, **ask, by=seller) == "not_yours"
    assert not deliveries.all_of(number)
    wishes.order_paper(**ask, by=buyer)
    (parcel,) = deliveries.all_of(number)
    assert refused(wishes.redirect, **ask, by=seller) == "not_yours"
    assert deliveries.all_of(number) == [parcel]


def test_a_party_takes_back_only_what_concerns_them(flat, buyer, seller, clock, work):
    for who in (buyer, seller):
        sign(flat, who, clock)
    number = apply.submit(flat.id, by=buyer, now=clock.now).number
    Desks(number, clock, work).accept()
    assert refused(wishes.withdraw, number=number, by=seller, now=clock.now) == "not_theirs"
    assert refused(wishes.withdraw, number=number, part="home-subsidy", by=seller, now=clock.now) == "not_theirs"
    assert refused(wishes.withdraw, number=number, part="nothing", by=seller, now=clock.now) == "no_such_part"
    wishes.withdraw(number=number, part="home-subsidy", by=buyer, now=clock.now)
    assert [p.state for p in see.case(number, by=buyer, now=clock.now).parts] == ["open", "waiting", "withdrawn"]


def test_an_invitation_that_is_over_ends_with_notice_to_all_and_nothing_is_lost(flat, buyer, seller, clock):
    sign(flat, buyer, clock)
    handlers.watch_deadlines(0)
    assert draft.sheet(flat.id, by=buyer, now=clock.now).sealed, "not yet"
    clock.now += inviting.WITHIN + timedelta(minutes=1)
    (asked,) = signing.waiting(by=seller, now=clock.now)
    late = replace_proof(seller, clock)
    assert refused(signing.sign, asked.party, digest=flat.digest, by=late, now=clock.now) == "invitation_over"
    handlers.watch_deadlines(0)
    sheet = draft.sheet(flat.id, by=buyer, now=clock.now)
    assert not sheet.sealed and sheet.answers["joint_name"] == "演示"
    assert not signing.waiting(by=seller, now=clock.now)
    for who in (buyer, seller):
        (said,) = [n for n in tell.messages(by=who) if n.title["zh"] == "签名邀请已过期"]
        assert "representative" not in said.body["zh"] and "已有签名作废" in said.body["zh"]
    assert refused(apply.submit, flat.id, by=buyer, now=clock.now) == "not_signed"
    assert inviting.lapse(now=clock.now) == 0
    assert signing.lock(flat.id, by=buyer, now=clock.now) and signing.waiting(by=seller, now=clock.now)


def replace_proof(who, clock):
    """The same person, proven again a moment ago."""
    from tongban.identity import actions as identity
    from tongban.identity import queries as known

    account = known.account(who.id)
    proof = identity.ask_proof(account=account, method="counter", purpose="test", now=clock.now)
    identity.answer_proof(proof=proof, passed=True, reason="", evidence="counter", by=who, now=clock.now)
    return known.person_actor(known.account(who.id))


def test_what_all_have_signed_does_not_lapse(flat, buyer, seller, clock):
    for who in (buyer, seller):
        sign(flat, who, clock)
    assert inviting.lapse(now=clock.now + inviting.WITHIN + timedelta(days=9)) == 0
    assert apply.submit(flat.id, by=buyer, now=clock.now).number


def test_who_acts_under_a_mandate_for_one_of_them_begins_no_joint_draft(flat, buyer, clock):
    refs = draft.sheet(flat.id, by=buyer, now=clock.now).refs
    narrow = replace(buyer, reach=Reach(items=frozenset({f"{CITY}/home-transfer"}), covers=words("过户")))
    wide = replace(buyer, reach=Reach(items=frozenset(f"{CITY}/{r.code}" for r in refs), covers=words("全部")))
    assert refused(draft.begin, refs, by=narrow, now=clock.now) == "outside_mandate"
    assert refused(draft.sheet, flat.id, by=narrow, now=clock.now) == "outside_mandate"
    assert str(flat.id) not in {each["id"] for each in draft.mine(by=narrow)}
    assert str(flat.id) in {each["id"] for each in draft.mine(by=wide)}
    assert draft.begin(refs, by=wide, now=clock.now)
