"""Paying a case that another city decides: its payees are there, the person is here (跨市缴费).

The deciding city tells what is due and orders it, asked by the city that took the case in; the acquirer's page leads back
here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.exchange.refusals import PeerRefused, PeerUnavailable
from tongban.journeys import find
from tongban.journeys.pay import payers, paying
from tongban.journeys.pay.refusals import NothingDue, QuoteChanged
from tongban.journeys.pay.sheets import Sheet, sheet
from tongban.payments import queries as payments
from tongban.payments.refusals import BeingPaid, PaidAlready

RESOURCE = PURPOSE = "payment"


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What another city may ask: how a case's money stands (``look``: after asking the acquirer), or to order what is due;
    of the part that these ``roles`` owe, and of the rest too where who asks sees all of the case (``whole``)."""

    key: str
    look: bool = False
    quote: str = ""
    roles: tuple[str, ...] = ()
    whole: bool = True

    @property
    def eyes(self) -> payers.Eyes:
        return payers.Eyes(roles=frozenset(self.roles), whole=self.whole)


def asked(wish: Wish, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Answer the city that took a case in; of any other's case it learns nothing."""
    row = stored.find(wish.key)
    if row is None or row.taken_in_by != by.id or row.city != settings.TONGBAN_ADCODE:
        raise NotFound("no_case", Words(zh="没有找到这个办件", en="There is no such case"))
    if wish.quote:
        return {"url": paying.order(row, eyes=wish.eyes, quote=wish.quote, by=by, now=now)}
    if wish.look:
        paying.look(row.number, now=now)
    return dict(msgspec.to_builtins(sheet(row, eyes=wish.eyes, now=now)))


def there(row: Any, *, eyes: payers.Eyes, look: bool = False, now: datetime) -> Sheet:
    """The money of a case as the deciding city tells it. Raises PeerUnavailable."""
    told = _ask(row, {"key": row.number, "look": look, **_as(eyes)}, now)
    try:
        return msgspec.convert(told, Sheet, strict=False)
    except msgspec.ValidationError as wrong:
        raise PeerUnavailable(row.city, _name(row), "the answer has not the shape agreed on") from wrong


def _as(eyes: payers.Eyes) -> dict[str, Any]:
    return {"roles": sorted(eyes.roles), "whole": eyes.whole}


def begin(row: Any, *, eyes: payers.Eyes, quote: str, now: datetime) -> str:
    """Have the deciding city order what is due; the acquirer's page. Raises as ``paying.begin``."""
    try:
        url = str(_ask(row, {"key": row.number, "quote": quote, **_as(eyes)}, now).get("url", ""))
    except PeerRefused as no:
        if no.code == "quote_changed":
            raise QuoteChanged(there(row, eyes=eyes, now=now).fen) from no
        if no.code in _SAID:
            raise _SAID[no.code]() from no
        raise
    if not url.startswith(("http://", "https://")):
        raise PeerUnavailable(row.city, _name(row), "it named no page")
    return url


_SAID: dict[str, Any] = {"nothing_due": NothingDue, "paid_already": PaidAlready, "being_paid": BeingPaid}


def _ask(row: Any, wish: dict[str, Any], now: datetime) -> dict[str, Any]:
    found = exchange.ask(peer=row.city, resource=RESOURCE, query=wish, purpose=PURPOSE, case=row.number, now=now)
    return found if isinstance(found, dict) else {}


def _name(row: Any) -> Words:
    return find.cities().get(row.city, Words(zh=row.city, en=row.city))


def leads_back(order: str, *, now: datetime) -> str:
    """Where who comes back from the acquirer's page goes on: to the city that took the case in."""
    found = payments.order(order)
    row = stored.find(found.case) if found else None
    if row is None:
        raise NotFound("no_order", Words(zh="没有这个缴费单", en="There is no such order"))
    path = f"/cases/{row.number}/pay?back=1"
    if row.taken_in_by == settings.TONGBAN_ADCODE:
        return path
    return str(peers.peer(row.taken_in_by, now=now).endpoint) + path
