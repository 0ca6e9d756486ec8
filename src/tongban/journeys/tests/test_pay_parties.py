"""One payment, split by party: each sees and pays what they owe; one may pay for all; the case goes on when all is paid."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tongban.base.actors import Actor, Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases.models import Case
from tongban.engine.items import Tariff
from tongban.exchange.tests.parties import THERE
from tongban.journeys import apply, draft, pay, see, signing, tell, wishes
from tongban.journeys.tests import peers
from tongban.journeys.tests.test_joint_parties import BUYER, SELLER, SELLS
from tongban.journeys.tests.test_pay_joint import costly
from tongban.journeys.tests.tills import HELD, heard, receipts_of
from tongban.journeys.tests.tills import till as till
from tongban.journeys.tests.together import Desks, Together
from tongban.payments import actions, ledger, queries
from tongban.payments.models import Order
from tongban.payments.tests import samples

pytestmark = pytest.mark.django_db
OWN, OTHERS = 38_000, 10_001  # what the buyer owes, and the seller


def fee(key: str, fen: int, payee: str, payer: str = "") -> Tariff:
    return Tariff(key=key, title=Words(zh=key, en=key), payee=payee, payer=payer, fen=fen, cites=("《演示法》第二条",))


def home():
    """The transfer is the buyer's and the seller's, who owe a fee each; the deed and its tax are the buyer's alone."""
    transfer = costly("split-transfer", "market-supervision", 1)
    fees = (fee("registration", 8_000, "market-supervision"), fee("income-tax", OTHERS, "fire-rescue", "seller"))
    transfer = replace(transfer, parties=(BUYER, SELLS), form=(*transfer.form, SELLER), fees=fees)
    deed = costly("split-deed", "urban-management", 1)
    return [transfer, replace(deed, parties=(BUYER,), fees=(fee("deed-tax", 30_000, "fire-rescue"),))]


@pytest.fixture
def buyer(persona):
    return persona("founder")


@pytest.fixture
def seller(persona):
    return persona("representative")


@pytest.fixture
def desks(buyer, seller, persona, clock, work, till):
    """The case, signed by both, handed in and accepted."""
    shop, who = Together(home(), buyer, clock, bundle="demo-split"), persona.people["representative"]
    sheet = shop.sheet()
    while question := sheet.next_question:
        raw = {"name": who["name"], "id": who["id_number"]} if question == "seller" else "演示"
        sheet = draft.answer(shop.id, question=question, raw=raw, version=None, by=buyer, now=clock.now)
    digest = signing.lock(shop.id, by=buyer, now=clock.now)
    for each in (buyer, seller):
        (asked,) = [w for w in signing.waiting(by=each, now=clock.now) if w.draft == str(shop.id)]
        signing.sign(asked.party, digest=digest, by=each, now=clock.now)
    found = Desks(apply.submit(shop.id, by=buyer, now=clock.now).number, clock, work)
    found.accept()
    return found


@pytest.fixture
def pays(desks, till, clock, work):
    """Pay one's own part, or all of it."""

    def do(by, *, all_=False):
        sheet = seen(desks, by, clock)
        pay.begin(desks.number, quote=sheet.all_digest if all_ else sheet.digest, by=by, now=clock.now)
        order = Order.objects.filter(case=desks.number, state="open", payer=by.id).latest("opened_at")
        till.pay(order, clock.now)
        heard(till, clock)
        work()
        order.refresh_from_db()
        return order

    return do


def seen(desks, by, clock):
    return pay.page(desks.number, back=False, by=by, now=clock.now)


def keys(sheet):
    return sorted(line.title.en for payee in sheet.due for line in payee.lines)


def test_each_sees_what_they_owe_and_who_may_see_all_what_the_others_owe(desks, buyer, seller, clock):
    own, theirs = seen(desks, buyer, clock), seen(desks, seller, clock)
    assert (own.fen, keys(own)) == (OWN, ["deed-tax", "registration"])
    assert [(d.who.zh, d.fen) for d in own.others] == [("卖方", OTHERS)] and own.all_fen == OWN + OTHERS
    assert (theirs.fen, keys(theirs)) == (OTHERS, ["income-tax"])
    assert not theirs.others and not theirs.all_digest, "what the buyer owes is no business of the seller's"
    assert pay.purse(desks.number, by=seller, now=clock.now).due_fen == OTHERS
    mine = pay.purse(desks.number, by=buyer, now=clock.now)
    assert (mine.due_fen, mine.others_fen) == (OWN, OTHERS)
    assert pay.purse(desks.number, now=clock.now).due_fen == OWN + OTHERS, "the desk sees all of it"


def test_each_pays_their_own_and_the_case_goes_on_when_all_is_paid(desks, pays, buyer, seller, till, clock, work):
    desks.through()
    states = {s.key: s.state.value for s in desks.state.steps}
    assert states["split-transfer.pay"] == states["split-deed.pay"] == "open"
    told = [n.body["zh"] for n in tell.messages(by=seller) if n.title["zh"] == "请缴费"]
    assert len(told) == 1 and "100.01 元" in told[0]
    first = pays(buyer)
    assert (first.fen, first.party) == (OWN, "buyer")
    states = {s.key: s.state.value for s in desks.state.steps}
    assert states["split-deed.pay"] == "done" and states["split-transfer.pay"] == "open", "the seller has not paid"
    waits = seen(desks, buyer, clock)
    assert not waits.due and [d.fen for d in waits.others] == [OTHERS] and not keys(waits)
    second = pays(seller)
    assert (second.fen, second.party) == (OTHERS, "seller")
    desks.through()
    assert see.case(desks.number, by=buyer, now=clock.now).status == "closed"
    assert ledger.balance(HELD) == OWN + OTHERS
    assert [p.fen for p in seen(desks, seller, clock).paid] == [OTHERS], "the seller sees their own payment alone"
    assert len(seen(desks, seller, clock).receipts) == 1 and len(seen(desks, buyer, clock).receipts) == 3
    names = {certificate_payer(r) for r in receipts_of(desks.number) if r.issuer_office == "fire-rescue"}
    assert len(names) == 2, "the tax office gives each a receipt in their own name"
    assert [n.title["zh"] for n in tell.messages(by=seller)].count("缴费成功") == 1


def certificate_payer(made):
    return made.holder_ref


def test_one_party_may_pay_for_all_with_one_confirmation(desks, pays, buyer, seller, clock):
    order = pays(buyer, all_=True)
    assert (order.fen, order.party, order.shares.count()) == (OWN + OTHERS, "", 3)
    assert not seen(desks, seller, clock).due and not seen(desks, buyer, clock).others
    (theirs,) = seen(desks, seller, clock).paid
    assert theirs.fen == OTHERS, "of what the buyer paid the seller sees what was paid for them"
    with pytest.raises(Refusal, match="nothing_due"):
        pay.begin(desks.number, quote="x", by=seller, now=clock.now)


def test_who_does_not_see_all_cannot_pay_for_all(desks, buyer, seller, clock):
    every = seen(desks, buyer, clock).all_digest
    with pytest.raises(Refusal, match="quote_changed") as no:
        pay.begin(desks.number, quote=every, by=seller, now=clock.now)
    assert "100.01" in no.value.because.zh
    with pytest.raises(Refusal, match="quote_changed"):
        pay.begin(desks.number, quote=seen(desks, seller, clock).digest, by=buyer, now=clock.now)


def test_two_parties_have_an_order_each_at_once_and_one_for_all_takes_the_others_place(desks, buyer, seller, till, clock):
    own, theirs = seen(desks, buyer, clock), seen(desks, seller, clock)
    pay.begin(desks.number, quote=own.digest, by=buyer, now=clock.now)
    pay.begin(desks.number, quote=theirs.digest, by=seller, now=clock.now)
    assert {(o.party, o.state) for o in Order.objects.all()} == {("buyer", "open"), ("seller", "open")}
    pay.begin(desks.number, quote=own.all_digest, by=buyer, now=clock.now)
    assert sorted((o.party, o.state) for o in Order.objects.all()) == [
        ("", "open"), ("buyer", "closed"), ("seller", "closed"),
    ]  # fmt: skip
    pay.begin(desks.number, quote=theirs.digest, by=seller, now=clock.now)
    assert sorted((o.party, o.state) for o in Order.objects.filter(state="open")) == [("seller", "open")]


def test_what_the_other_has_just_paid_is_not_ordered_again(desks, buyer, seller, till, clock):
    own, theirs = seen(desks, buyer, clock), seen(desks, seller, clock)
    pay.begin(desks.number, quote=theirs.digest, by=seller, now=clock.now)
    till.pay(queries.open_ones(desks.number)[0], clock.now)
    with pytest.raises(Refusal, match="paid_already"):
        pay.begin(desks.number, quote=own.all_digest, by=buyer, now=clock.now)
    assert pay.begin(desks.number, quote=own.digest, by=buyer, now=clock.now), "their own part can be paid"
    assert ledger.balance(HELD) == OTHERS


def test_two_orders_never_hold_the_same_line(desks, buyer, clock):
    """Even where two come past the look at the open orders at the same moment."""
    samples.order(desks.number, parts=(samples.part("a"), samples.part("b")), now=clock.now)
    with pytest.raises(Refusal, match="being_paid"):
        actions.open_order(
            case=desks.number, party="seller", quote="2" * 64, parts=[samples.part("b")], kept={}, acquirer=samples.TILL,
            expires_at=clock.now, by=samples.BUYER, now=clock.now,
        )  # fmt: skip


def test_an_order_that_expired_is_taken_back_and_the_quote_is_kept(desks, seller, till, clock):
    theirs = seen(desks, seller, clock)
    first = pay.begin(desks.number, quote=theirs.digest, by=seller, now=clock.now)
    assert pay.begin(desks.number, quote=theirs.digest, by=seller, now=clock.forward(minutes=29)) == first
    clock.forward(minutes=2)
    second = pay.begin(desks.number, quote=theirs.digest, by=seller, now=clock.now)
    assert second != first and [o.state for o in Order.objects.order_by("opened_at")] == ["closed", "open"]


def test_of_what_falls_each_gets_their_own_back(desks, pays, buyer, seller, till, clock, work):
    pays(buyer)
    pays(seller)
    desks.examine("split-transfer", "failed")
    desks.decide("split-transfer", granted=False)
    heard(till, clock)
    work()
    back = {o.party: o.refunded_fen for o in Order.objects.all()}
    assert back == {"buyer": 8_000, "seller": OTHERS}
    assert [r.fen for p in seen(desks, seller, clock).paid for r in p.returns] == [OTHERS]
    assert [n.title["zh"] for n in tell.messages(by=seller)].count("款项已退回") == 1


def test_another_city_asks_for_the_part_of_those_whom_it_names_and_orders_that(desks, clock):
    peers.agree(clock.now)
    Case.objects.filter(number=desks.number).update(taken_in_by=THERE)

    def asked(**wish):
        return pay.asked(pay.Wish(key=desks.number, **wish), by=Actor(kind=Kind.PEER, id=THERE), now=clock.now)

    every, part = asked(), asked(roles=("seller",), whole=False)
    assert (every["fen"], part["fen"], part["all_digest"]) == (OWN + OTHERS, OTHERS, "") and not part["others"]
    with pytest.raises(Refusal, match="quote_changed"):
        asked(roles=("seller",), whole=False, quote=every["digest"])
    assert asked(roles=("seller",), whole=False, quote=part["digest"])["url"]
    (order,) = queries.open_ones(desks.number)
    assert (order.party, order.fen) == ("seller", OTHERS)
    with pytest.raises(Refusal, match="nothing_due"):
        asked(roles=("stranger",), whole=False, quote=part["digest"])


def test_a_party_who_takes_their_part_back_owes_nothing_of_it(desks, buyer, clock):
    wishes.withdraw(number=desks.number, part="split-deed", by=buyer, now=clock.now)
    assert keys(seen(desks, buyer, clock)) == ["registration"]
