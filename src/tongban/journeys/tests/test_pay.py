"""What is due, one confirmation, what follows from it; what went wrong on the way is found and mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.cases.models import Case
from tongban.catalog import actions as catalog
from tongban.engine import items as engine
from tongban.engine import lifecycle
from tongban.engine.items import Tariff
from tongban.engine.tests.services import repository
from tongban.exchange.models import Outbox
from tongban.exchange.tests.parties import THERE
from tongban.journeys import handle, pay, see, tell, wishes
from tongban.journeys.pay import receipts, settling
from tongban.journeys.tests import peers
from tongban.journeys.tests.trying import CITY, Applicant, Offices
from tongban.payments import ledger, port, queries
from tongban.payments.models import Drift, Order, Refund, Statement
from tongban.payments.tests.till import Till

pytestmark = pytest.mark.django_db
ITEM = repository().items["identity-card-renewal"]
HELD = ledger.held_by("330100:acquirer")


def fee(key: str, fen: int, payee: str = "public-security") -> Tariff:
    return Tariff(key=key, title=Words(zh=f"费用{key}", en=f"fee {key}"), payee=payee, fen=fen, cites=("《办法》第一条",))


FEES = (fee("card", 2_000), fee("tax", 30_005, "tax"), fee("stamp", 500, "tax"))


@pytest.fixture
def till(monkeypatch):
    made = Till()
    monkeypatch.setattr(port, "acquirer", lambda id="": made)
    return made


@pytest.fixture
def offer(clock, society, db):
    """Publishes the service with these fees, in force today."""

    def put(*fees: Tariff):
        item = replace(ITEM, fees=fees, title=Words(zh=f"换证（{len(fees)} 项费用）", en=f"card, {sum(f.fen for f in fees)}"))
        catalog.publish(city=CITY, body=engine.body(item), effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
        return item

    return put


@pytest.fixture
def case(offer, persona, clock, work, till):
    """A case that costs 325.05, accepted; its applicant, number and officers."""
    item = offer(*FEES)
    who = Applicant(item, persona, clock)
    who.fill()
    number = who.submit()
    offices = Offices(number, item, clock)
    accept = next(s for s in offices.state().steps if s.kind.value == "accept")
    handle.accept(number=number, by=offices.whoever(accept), now=clock.now)
    work()
    return who.by, number, offices


def due(number, clock):
    return pay.quote(stored.by_number(number), now=clock.now)


def ordered(number, by, clock):
    pay.begin(number, quote=due(number, clock).digest, by=by, now=clock.now)
    return queries.open_of(number)


def heard(till, clock):
    for body in till.hear():
        pay.reported(body=body, acquirer=till.id, now=clock.now)


def receipts_of(number):
    return list(receipts.of_orders(queries.of_case(number)))


def paid(number, by, till, clock, work):
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    heard(till, clock)
    work()
    return order


def decided(offices, work, *, granted=True):
    offices.do(offices.next_step())
    step = offices.next_step()
    by = offices.whoever(step)
    words = {"reasons": "符合规定", "cites": ""} if granted else {"reasons": "照片不是本人", "cites": "《居民身份证法》第三条"}
    handle.decide(number=offices.number, granted=granted, by=by, now=offices.clock.now, **words)
    work()


def step_of(number, kind="pay"):
    return next(s for s in stored.state(stored.by_number(number)).steps if s.kind.value == kind)


def test_what_is_due_is_told_by_payee_from_acceptance_on(case, clock):
    _, number, _ = case
    quote = due(number, clock)
    assert quote.fen == 32_505
    assert [(fen, [line.key for line in lines]) for _, fen, lines in quote.payees] == [
        (2_000, ["card"]), (30_505, ["stamp", "tax"]),
    ]  # fmt: skip
    assert all(line.cites == ("《办法》第一条",) for line in quote.lines)
    assert pay.purse(number, now=clock.now).anything


def test_nothing_is_due_before_it_is_accepted(offer, persona, clock, till):
    who = Applicant(offer(*FEES), persona, clock)
    who.fill()
    number = who.submit()
    assert due(number, clock).lines == ()
    with pytest.raises(Refusal, match="nothing_due"):
        pay.begin(number, quote="x", by=who.by, now=clock.now)


def test_what_costs_nothing_is_issued_without_a_payment(offer, persona, clock, work, till):
    item = offer(fee("card", 0))
    who = Applicant(item, persona, clock)
    who.fill()
    number = who.submit()
    Offices(number, item, clock).work(work)
    view = see.case(number, by=who.by, now=clock.now)
    assert view.status == "closed" and not [s for s in view.stations if s.kind == "pay"]


def test_paid_once_it_is_split_receipted_and_the_case_goes_on(case, till, clock, work):
    by, number, offices = case
    decided(offices, work)
    assert step_of(number).state.value == "open" and step_of(number, "issue").state.value == "waiting"
    assert any(n.title["zh"] == "请缴费" for n in tell.messages(by=by))
    order = paid(number, by, till, clock, work)
    assert till.orders[str(order.id)]["back"] == f"/cases/{number}/pay?back=1"
    view = see.case(number, by=by, now=clock.now)
    assert (view.status, view.granted) == ("closed", True)
    assert ledger.balances() == {HELD: 32_505, "payee:public-security": -2_000, "payee:tax": -30_505}
    shown = pay.page(number, back=False, by=by, now=clock.now)
    assert not shown.due and pay.purse(number, now=clock.now).paid_fen == 32_505
    (made,) = shown.paid
    assert [(p.fen, len(p.lines)) for p in made.payees] == [(2_000, 1), (30_505, 2)] and made.back == 0
    kept = receipts_of(number)
    assert sorted(r.issuer_office for r in kept) == ["public-security", "tax"] and len(shown.receipts) == 2
    assert all(r.type == "payment-receipt" and r.pdf_id for r in kept)
    titles = [n.title["zh"] for n in tell.messages(by=by)]
    assert titles.count("缴费成功") == 1 and titles.count("请缴费") == 1


def test_who_has_not_paid_is_reminded_once_after_three_days(case, till, clock, work):
    by, number, offices = case
    decided(offices, work)
    assert pay.remind(now=clock.forward(days=2)) == 0
    assert pay.remind(now=clock.forward(days=2)) == 1 and pay.remind(now=clock.forward(days=1)) == 1
    told = [n.body["zh"] for n in tell.messages(by=by) if n.title["zh"] == "缴费提醒"]
    assert len(told) == 1 and "325.05 元" in told[0]
    assert stored.waiting_to_be_paid() == [number]


def test_who_pays_before_the_decision_waits_for_nothing_after_it(case, till, clock, work):
    by, number, offices = case
    paid(number, by, till, clock, work)
    assert step_of(number).state.value == "waiting" and due(number, clock).lines == ()
    decided(offices, work)
    assert see.case(number, by=by, now=clock.now).status == "closed"


def test_a_refusal_after_payment_gives_everything_back(case, till, clock, work):
    by, number, offices = case
    paid(number, by, till, clock, work)
    decided(offices, work, granted=False)
    assert "give-back" in till.asked
    heard(till, clock)
    work()
    assert {k: v for k, v in ledger.balances().items() if v} == {}
    assert pay.purse(number, now=clock.now).back_fen == 32_505
    assert receipts_of(number) == [] and not due(number, clock).lines
    assert [n.title["zh"] for n in tell.messages(by=by)].count("款项已退回") == 1


def test_who_withdraws_after_paying_has_it_back(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    wishes.withdraw(number=number, by=by, now=clock.now)
    work()
    heard(till, clock)
    assert ledger.balance(HELD) == 0 and Refund.objects.get().state == "done"


def test_a_part_given_back_ends_the_receipt_and_makes_one_of_what_is_left(case, till, clock, work):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    share = order.shares.get(key="stamp")
    settling.ask_for(order=str(order.id), shares={str(share.id): 200}, why="overcharged", by=SYSTEM, now=clock.now)
    work()
    heard(till, clock)
    work()
    totals = {r.issuer_office: r.case_ref.rpartition(":")[2] for r in receipts_of(number)}
    assert totals == {"public-security": "2000", "tax": "30305"}
    with pytest.raises(Refusal, match="refund_too_much"):
        settling.ask_for(order=str(order.id), shares={str(share.id): 301}, why="x", by=SYSTEM, now=clock.now)
    with pytest.raises(Refusal, match="no_order"):
        settling.ask_for(order="x", shares={}, why="x", by=SYSTEM, now=clock.now)


def test_a_fee_that_was_lowered_since_the_page_was_opened_is_refused_with_the_new_amount(case, offer, till, clock):
    by, number, _ = case
    shown = due(number, clock).digest
    offer(fee("card", 1_000), fee("tax", 99_999, "tax"))
    with pytest.raises(Refusal, match="quote_changed") as no:
        pay.begin(number, quote=shown, by=by, now=clock.now)
    assert "310.05" in no.value.because.zh and not till.orders
    lower = due(number, clock)
    assert {line.key: line.fen for line in lower.lines} == {"card": 1_000, "tax": 30_005}
    assert pay.begin(number, quote=lower.digest, by=by, now=clock.now).startswith("http://till.invalid/")


def test_an_order_of_an_older_quote_is_taken_back_before_a_new_one(case, offer, till, clock):
    by, number, _ = case
    first = ordered(number, by, clock)
    offer(fee("card", 1_000), fee("tax", 30_005, "tax"), fee("stamp", 500, "tax"))
    second = ordered(number, by, clock)
    first.refresh_from_db()
    assert first.state == "closed" and till.orders[str(first.id)]["state"] == "closed"
    assert second.fen == 31_505 and second.state == "open"


def test_an_order_that_was_paid_just_then_is_found_paid_and_not_ordered_again(case, offer, till, clock):
    by, number, _ = case
    first = ordered(number, by, clock)
    till.pay(first, clock.now)
    clock.forward(hours=1)
    with pytest.raises(Refusal, match="paid_already"):
        pay.begin(number, quote=due(number, clock).digest, by=by, now=clock.now - timedelta(minutes=30))
    assert Order.objects.get().state == "paid"
    with pytest.raises(Refusal, match="proof_needed"):
        pay.begin(number, quote="x", by=by, now=clock.forward(hours=2))


def test_two_browsers_get_one_order_and_one_page(case, till, clock):
    by, number, _ = case
    quote = due(number, clock).digest
    assert len({pay.begin(number, quote=quote, by=by, now=clock.now) for _ in range(3)}) == 1
    assert till.asked == ["place"] and Order.objects.count() == 1


def test_nobody_pays_for_a_case_that_is_not_theirs(case, persona, till, clock):
    _, number, _ = case
    with pytest.raises(Refusal, match="no_case"):
        pay.begin(number, quote=due(number, clock).digest, by=persona("elder"), now=clock.now)


def test_an_acquirer_that_is_down_charges_nothing_and_can_be_tried_again(case, till, clock):
    by, number, _ = case
    till.down = True
    with pytest.raises(Refusal, match="payment_unavailable") as no:
        ordered(number, by, clock)
    assert no.value.status == 503
    assert pay.page(number, back=True, by=by, now=clock.now).fen == 32_505
    till.down = False
    assert ordered(number, by, clock).url


def test_a_message_that_was_lost_is_found_by_who_comes_back(case, till, clock, work):
    by, number, _ = case
    order = ordered(number, by, clock)
    assert pay.page(number, back=True, by=by, now=clock.now).waiting == order.url
    till.pay(order, clock.now)
    assert pay.page(number, back=False, by=by, now=clock.now).waiting == order.url
    shown = pay.page(number, back=True, by=by, now=clock.now)
    assert (shown.waiting, shown.fen, len(shown.paid)) == ("", 0, 1)


def test_messages_twice_and_out_of_order_come_to_the_same(case, till, clock, work):
    by, number, _ = case
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    first = till.hear()
    for body in (*first, *first):
        assert pay.reported(body=body, acquirer=till.id, now=clock.now)["taken"]
    till.pay(order, clock.now, number="N-again")
    second = till.hear()
    work()
    for body in second:
        pay.reported(body=body, acquirer=till.id, now=clock.now)
    work()
    refunds = till.hear()
    for body in (*refunds, *second, *first, *refunds):
        pay.reported(body=body, acquirer=till.id, now=clock.now)
    assert ledger.balances()[HELD] == 32_505 and ledger.balance("surplus") == 0 and ledger.balance("returning") == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b'{"event":"e"}', b"[" * 4000])
def test_nonsense_is_no_message(case, till, clock, body):
    with pytest.raises(Refusal, match="malformed"):
        pay.reported(body=body, acquirer=till.id, now=clock.now)


def test_a_kind_that_nobody_knows_is_refused(case, till, clock):
    by, number, _ = case
    till.pay(ordered(number, by, clock), clock.now)
    (body,) = till.hear()
    with pytest.raises(Refusal, match="unknown_kind"):
        pay.reported(body=body.replace(b'"paid"', b'"gift"'), acquirer=till.id, now=clock.now)
    with pytest.raises(Refusal, match="no_order"):
        pay.reported(body=body, acquirer="330100:courier", now=clock.now)


def test_a_message_that_was_lost_is_found_by_asking(case, till, clock, work):
    by, number, _ = case
    till.pay(ordered(number, by, clock), clock.now)
    till.hear()
    assert pay.watch(now=clock.now) == 0
    assert pay.watch(now=clock.forward(minutes=3)) == 1
    assert pay.purse(number, now=clock.now).paid_fen == 32_505
    assert pay.watch(now=clock.forward(minutes=3)) == 0


def test_a_refund_that_was_never_asked_for_or_never_heard_of_is_found(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    till.down = True
    wishes.withdraw(number=number, by=by, now=clock.now)
    with pytest.raises(port.Unavailable):
        work()
    till.down = False
    pay.watch(now=clock.forward(minutes=15))
    till.hear()
    assert pay.watch(now=clock.forward(minutes=3)) == 1
    assert Refund.objects.get().state == "done"


def test_the_days_statement_finds_what_was_lost_and_says_what_differs(case, till, clock, work):
    by, number, _ = case
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    till.hear()
    day = clock.now.astimezone(SHANGHAI).date()
    first = pay.compare(acquirer=till.id, day=day, now=clock.now)
    assert (first.read, first.mended, first.differing, first.paid_fen) == (1, 1, 0, 32_505)
    assert Order.objects.get().state == "paid"
    assert pay.daily(now=clock.forward(days=1)) == 0
    till.left_out.add(f"N-{order.id}")
    till._tell(str(order.id), "paid", "N-ghost", 100, clock.now - timedelta(days=1))
    assert pay.daily(now=clock.now) == 2
    found = {drift.kind: (drift.ours_fen, drift.theirs_fen) for drift in Drift.objects.filter(mended=False)}
    assert found == {"missing-there": (32_505, 0), "other_amount": (0, 100)}
    assert Statement.objects.count() == 3
    books = pay.books()
    assert [fen for _, fen in books.accounts] == [32_505, -2_000, -30_505] and len(books.open) == 2


def test_a_case_given_to_nobody_and_one_that_is_gone_settle_quietly(clock, till):
    pay.settle(number="330100-none", now=clock.now)
    pay.give_back(refund="330100", now=clock.now)


def test_no_officer_says_that_it_is_paid(case, clock, till):
    _, number, _ = case
    by = Actor(kind=Kind.OFFICER, id="o", office="public-security", powers=frozenset(lifecycle.Power))
    with pytest.raises(Refusal, match="paid_by_payment"):
        handle.finish(number=number, step=step_of(number).key, outcome="passed", text="x", by=by, now=clock.now)


def test_the_city_that_took_it_in_sees_what_is_due_and_has_it_ordered(case, till, clock, work):
    _, number, _ = case
    peers.agree(clock.now)
    Case.objects.filter(number=number).update(taken_in_by=THERE)
    by = Actor(kind=Kind.PEER, id=THERE)
    told = pay.asked(pay.Wish(key=number), by=by, now=clock.now)
    assert told["fen"] == 32_505 and len(told["due"]) == 2
    for stranger in ("320100", "330100:tax"):
        with pytest.raises(Refusal, match="no_case"):
            pay.asked(pay.Wish(key=number), by=Actor(kind=Kind.PEER, id=stranger), now=clock.now)
    with pytest.raises(Refusal, match="quote_changed"):
        pay.asked(pay.Wish(key=number, quote="0" * 64), by=by, now=clock.now)
    url = pay.asked(pay.Wish(key=number, quote=told["digest"]), by=by, now=clock.now)["url"]
    order = queries.open_of(number)
    assert url == order.url and till.orders[str(order.id)]["back"] == f"/payments/{order.id}/back"
    assert pay.leads_back(str(order.id), now=clock.now) == f"http://127.0.0.1:9/cases/{number}/pay?back=1"
    till.pay(order, clock.now)
    assert pay.asked(pay.Wish(key=number, look=True), by=by, now=clock.now)["paid"][0]["fen"] == 32_505
    work()
    papers = [e for e in Outbox.objects.filter(peer=THERE) if e.kind == "case.papers"]
    assert len(papers) >= 2, "the receipts are sent to the city where the person is"
    with pytest.raises(Refusal, match="no_order"):
        pay.leads_back("nothing", now=clock.now)


@pytest.fixture
def far(clock):
    made = peers.Far(clock)
    peers.agree(clock.now, there=made.url)
    yield made
    made.close()


DUE = {"title": {"zh": "换证", "en": "card"}, "fen": 4000, "digest": "d" * 64, "till": "http://till.invalid",
       "due": [{"office": {"zh": "公安", "en": "police"}, "fen": 4000,
                "lines": [{"title": {"zh": "工本费", "en": "cost"}, "fen": 4000}]}]}  # fmt: skip


def test_what_another_city_asks_for_is_shown_and_ordered_there(case, far, clock):
    by, number, _ = case
    Case.objects.filter(number=number).update(city=THERE)
    far.facts["payment"] = DUE
    shown = pay.page(number, back=False, by=by, now=clock.now)
    assert (shown.fen, shown.due[0].office.en, shown.till) == (4000, "police", "http://till.invalid")
    assert pay.purse(number, now=clock.now).elsewhere
    far.facts["payment"] = {"url": "http://till.invalid/pay/1"}
    assert pay.begin(number, quote="d" * 64, by=by, now=clock.now) == "http://till.invalid/pay/1"
    for nonsense in ({"url": "javascript:alert(1)"}, {}):
        far.facts["payment"] = nonsense
        with pytest.raises(Refusal, match="peer_unavailable"):
            pay.begin(number, quote="d" * 64, by=by, now=clock.now)
    with pytest.raises(Refusal, match="peer_unavailable"):
        pay.page(number, back=True, by=by, now=clock.now)
    far.mood = "ill"
    with pytest.raises(Refusal, match="peer_unavailable"):
        pay.page(number, back=False, by=by, now=clock.now)
