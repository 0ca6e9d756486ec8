"""The names of work that can be put off."""

from enum import StrEnum


class Name(StrEnum):
    """One name, one handler in `jobs` (a test finds it)."""

    SEND_TEXT = "notices.send-text"
    SEND_ACROSS = "exchange.send"
    ISSUE = "certificates.issue"
    COMPUTE = "cases.compute"
    TELL_AGENCY = "agencies.tell"
    SHOW_AGENCY = "agencies.show"
    ORDER_COURIER = "delivery.order"
    REDIRECT_PARCEL = "delivery.redirect"
    WATCH_PARCELS = "delivery.watch"
    SETTLE = "payments.settle"
    REFUND = "payments.refund"
    PAYOUT = "payments.payout"
    WATCH_PAYMENTS = "payments.watch"
    STATEMENTS = "payments.statements"
    PULL_CATALOGUE = "catalog.pull"
    PUT_IN_FORCE = "catalog.put-in-force"
    RESCUE = "queue.rescue"
    RECONCILE = "agencies.reconcile"
    WATCH_DEADLINES = "cases.watch-deadlines"
    EXPORT = "identity.export"
    REMIND_VISITS = "appointments.remind"
    CLOSE_HALLS = "appointments.close"
