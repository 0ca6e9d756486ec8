"""One handler for each declared name of put-off work. A handler makes one call; what it calls may be called again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from tongban.catalog import actions as catalog
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.identity import actions as identity
from tongban.identity import limits
from tongban.jobs.again import Again
from tongban.journeys import agency, answer, compute, deliver, inviting, issue, pay, tracing, uploads, visit
from tongban.journeys import export as exporting
from tongban.notices import actions as notices
from tongban.queue import apart
from tongban.queue.names import Name

AGAIN = Again()
STALLED = 60  # seconds without a heartbeat after which a job of a killed worker is given to another


def _now() -> datetime:
    return timezone.now()


def _turn(do: Callable[..., object], **what: object) -> Callable[[], object]:
    """A work among others, with the moment at which its turn comes: the one before may have taken long."""
    return lambda: do(**what, now=_now())


@app.task(name=Name.SEND_TEXT, retry=AGAIN)
def send_text(text: str) -> None:
    """Hand a text to the SMS port."""
    notices.send(text=text, now=_now())


@app.task(name=Name.SEND_ACROSS)
def send_across(peer: str) -> None:
    """Send what is due to another city; it puts itself off until the rest is."""
    exchange.deliver(peer=peer, now=_now())


@app.task(name=Name.ISSUE, retry=AGAIN)
def make_out(number: str) -> None:
    """Make out what was granted."""
    issue.make_out(number=number, now=_now())


@app.task(name=Name.COMPUTE, retry=AGAIN)
def by_rules(number: str) -> None:
    """Let the rules decide."""
    compute.by_rules(number=number, now=_now())


@app.task(name=Name.TELL_AGENCY, retry=AGAIN)
def tell_agency(number: str, step: str) -> None:
    """Give a step to a department's own system."""
    agency.tell(number=number, step=step, now=_now())


@app.task(name=Name.SHOW_AGENCY, retry=AGAIN)
def show_agency(number: str, step: str) -> None:
    """Show a department's system what will come to it, before the case is accepted."""
    agency.show(number=number, step=step, now=_now())


@app.task(name=Name.ORDER_COURIER, retry=AGAIN)
def order_courier(parcel: str) -> None:
    """Order a parcel from its courier."""
    deliver.place_order(parcel=parcel, now=_now())


@app.task(name=Name.REDIRECT_PARCEL, retry=AGAIN)
def redirect_parcel(parcel: str) -> None:
    """Ask the courier to bring a parcel elsewhere."""
    tracing.readdress(parcel=parcel, now=_now())


@app.periodic(cron="*/20 * * * *")
@app.task(name=Name.WATCH_PARCELS, queueing_lock=Name.WATCH_PARCELS)
def watch_parcels(timestamp: int) -> None:
    """Ask the courier about parcels that nothing was heard of."""
    tracing.watch(now=_now())


@app.task(name=Name.SETTLE, retry=AGAIN)
def settle(number: str) -> None:
    """Bring a case in line with what was paid."""
    pay.settle(number=number, now=_now())


@app.task(name=Name.REFUND, retry=AGAIN)
def refund(refund: str) -> None:
    """Ask the acquirer to give money back."""
    pay.give_back(refund=refund, now=_now())


@app.task(name=Name.PAYOUT, retry=AGAIN)
def payout(payout: str) -> None:
    """Hand an instruction to pay out to its acquirer."""
    pay.send(payout=payout, now=_now())


@app.periodic(cron="*/5 * * * *")
@app.task(name=Name.WATCH_PAYMENTS, queueing_lock=Name.WATCH_PAYMENTS)
def watch_payments(timestamp: int) -> None:
    """Ask about orders, refunds and payouts that nothing was heard of."""
    pay.watch(now=_now())


@app.periodic(cron="20 19 * * *")  # UTC: twenty past three in the morning here
@app.task(name=Name.STATEMENTS, queueing_lock=Name.STATEMENTS, retry=AGAIN)
def compare_statements(timestamp: int) -> None:
    """Remind who has not paid, compare each day's statement of the acquirer with the ledger, and then pay out what came in."""
    apart.each({"reminders to pay": _turn(pay.remind), "statement and payouts": _compare_and_pay_out})


def _compare_and_pay_out() -> None:
    pay.daily(now=_now())
    pay.pay_out(now=_now())  # only what was compared goes out


@app.task(name=Name.EXPORT, retry=AGAIN)
def make_export(export: str) -> None:
    """Gather all that is held about a person."""
    exporting.make(export=export, now=_now())


@app.periodic(cron="*/5 * * * *")
@app.task(name=Name.PULL_CATALOGUE, queueing_lock=Name.PULL_CATALOGUE)
def pull_catalogues(timestamp: int) -> None:
    """Take over what other cities offer."""
    cities = [peer.id for peer in peers.peers(kind="node", now=_now()) if peer.id != settings.TONGBAN_ADCODE]
    apart.each({city: _turn(answer.pull, city=city) for city in cities})


@app.periodic(cron="* * * * *")
@app.task(name=Name.PUT_IN_FORCE, queueing_lock=Name.PUT_IN_FORCE)
def put_in_force(timestamp: int) -> None:
    """Put in force what was published for a day that has come."""
    catalog.put_in_force(now=_now())


@app.periodic(cron="*/2 * * * *")
@app.task(name=Name.RECONCILE, queueing_lock=Name.RECONCILE)
def reconcile(timestamp: int) -> None:
    """Find what got lost between here and departments' systems, and events without a receipt."""
    sending = {peer: _turn(exchange.deliver, peer=peer) for peer in peers.waiting_peers()}
    apart.each({**sending, "departments' systems": _turn(agency.reconcile)})


@app.periodic(cron="7 * * * *")
@app.task(name=Name.WATCH_DEADLINES, queueing_lock=Name.WATCH_DEADLINES)
def watch_deadlines(timestamp: int) -> None:
    """Do what the calendar does by law, end invitations to sign that are over, and forget what need not be kept."""
    apart.each(
        {
            "terms of the law": _turn(compute.watch),
            "invitations to sign": _turn(inviting.lapse),
            "exports": _turn(exporting.forget),
            "nonces": _turn(exchange.forget_nonces),
            "uploads": _turn(uploads.forget_old),
            "tries": _turn(limits.forget),
            "codes": _turn(identity.forget_codes),
            "texts": _turn(notices.forget),
        }
    )


@app.periodic(cron="*/10 * * * *")
@app.task(name=Name.REMIND_VISITS, queueing_lock=Name.REMIND_VISITS)
def remind_visits(timestamp: int) -> None:
    """Tell people that the time comes which they booked."""
    visit.closing.remind(now=_now())


@app.periodic(cron="*/15 * * * *")
@app.task(name=Name.CLOSE_HALLS, queueing_lock=Name.CLOSE_HALLS)
def close_halls(timestamp: int) -> None:
    """End the day of halls that have closed, bookings of times at which one does not open, and those that nobody used."""
    apart.each(
        {
            "closed halls": _turn(visit.closing.call_off),
            "unused bookings": _turn(visit.closing.lapse),
            "ends of days": _turn(visit.closing.close),
        }
    )


@app.periodic(cron="* * * * *")
@app.task(name=Name.RESCUE, queueing_lock=Name.RESCUE, pass_context=True)
async def rescue(context: object, timestamp: int) -> None:
    """Give jobs of workers that died to others: every effect is idempotent, so twice is once."""
    manager = context.app.job_manager  # type: ignore[attr-defined]
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        await manager.retry_job(job)
