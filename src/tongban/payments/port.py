"""The payment port: whoever takes money for this city (an acquirer), asked by signed requests over the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol

import msgspec
from django.conf import settings

from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.exchange import actions as exchange
from tongban.exchange.refusals import PeerUnavailable, WireRefusal
from tongban.payments.models import CNY, Order, Payout, Refund

PURPOSE = "payment"
PATIENCE = 6.0  # seconds: who pays waits for the acquirer itself


class Unavailable(Refusal):
    """The acquirer does not answer, or not as agreed."""

    status = 503

    def __init__(self, why: str) -> None:
        super().__init__(
            "payment_unavailable",
            Words(zh="缴费服务暂时不能使用", en="Payment cannot be used at the moment"),
            because=Words(zh=f"收单机构没有正常答复：{why}", en=f"The acquirer did not answer as it should: {why}"),
            next_step=Words(zh="没有扣款。请稍后再试。", en="Nothing was charged. Try again later."),
        )


class NotAsAgreed(Unavailable):
    """The acquirer answered this one otherwise than agreed; it may well answer of others."""


class NotGivenBack(Exception):
    """The acquirer refuses a refund and will not make it: ``why`` is its code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotPaidOut(Exception):
    """The acquirer refuses a payout: ``why`` is its code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Event(msgspec.Struct, frozen=True):
    """One thing that happened at the acquirer: ``kind`` paid | refunded | refund_failed | closed of an order, paid_out |
    payout_failed of a payout."""

    kind: str
    number: str
    fen: int
    currency: str
    at: datetime
    refund: str = ""
    order: str = ""
    payout: str = ""
    why: str = ""


class Standing(msgspec.Struct, frozen=True):
    """How an order or a payout stands at the acquirer."""

    state: str
    reference: str
    events: tuple[Event, ...]
    url: str = ""


class Statement(msgspec.Struct, frozen=True):
    """All that the acquirer booked on one day."""

    day: date
    lines: tuple[Event, ...]
    digest: str = ""


_NEVER = ("not-held", "account-refused")  # why an acquirer refuses a payout for good
_TOO_MUCH = (
    "refund-too-much"  # the one 409 that refuses a refund: of one it has with other content it tells how it stands
)


class _Problem(msgspec.Struct, frozen=True):
    """A refusal as an acquirer answers it."""

    code: str = ""


class Acquirer(Protocol):
    """Takes money, gives it back and pays it out. The same order, refund or payout again is the same; every word is signed
    and on record."""

    id: str

    def place(self, order: Order, *, title: str, payees: dict[str, str], back: str, now: datetime) -> Standing: ...
    def look(self, order: Order, *, now: datetime) -> Standing: ...
    def close(self, order: Order, *, now: datetime) -> Standing: ...
    def give_back(self, refund: Refund, *, now: datetime) -> None: ...
    def pay_out(self, payout: Payout, *, now: datetime) -> None: ...
    def look_out(self, payout: Payout, *, now: datetime) -> Standing | None: ...
    def statement(self, day: date, *, now: datetime) -> Statement: ...


class Wire:
    """An acquirer over the wire: RFC 9421 both ways, evidence on both sides (docs/reference/payments.md)."""

    def __init__(self, id: str) -> None:
        self.id = id

    def place(self, order: Order, *, title: str, payees: dict[str, str], back: str, now: datetime) -> Standing:
        """Ask for the money; the answer holds the page where it is paid. ``payees``: office role → its name."""
        body = {
            "order": str(order.id),
            "fen": order.fen,
            "currency": order.currency,
            "title": title[:200],
            "shares": [
                {"payee": role, "name": payees[role][:120], "fen": fen} for role, fen in sorted(_by_payee(order).items())
            ],
            "expires_at": order.expires_at.isoformat(),
            "callback_url": f"{settings.TONGBAN_BASE_URL}/api/payments/reports",
            "return_url": settings.TONGBAN_BASE_URL + back,
        }
        return self._standing(self._call("POST", "/orders", body, order.case, now, (200, 201)))

    def look(self, order: Order, *, now: datetime) -> Standing:
        """How it stands there."""
        return self._standing(self._call("GET", f"/orders/{order.id}", None, order.case, now, (200,)))

    def close(self, order: Order, *, now: datetime) -> Standing:
        """Take the order back, unless it is paid: the answer says which. One that never arrived there is closed."""
        answer = self._call("POST", f"/orders/{order.id}/close", {}, order.case, now, (200, 404, 409))
        if answer.status == 404:
            return Standing(state="closed", reference="", events=())
        return self._standing(answer)

    def give_back(self, refund: Refund, *, now: datetime) -> None:
        """Ask for money to go back; that it has gone back is told later. Raises NotGivenBack where this one never will."""
        body = {
            "refund": str(refund.id),
            "order": str(refund.payment.order_id),
            "number": refund.payment.number,
            "fen": refund.fen,
            "currency": refund.payment.order.currency,
            "why": refund.why,
        }
        answer = self._call("POST", "/refunds", body, refund.payment.order.case, now, (200, 202, 409, 422))
        if answer.status in (409, 422):
            code = self._read(answer.body, _Problem).code
            if answer.status == 409 and code != _TOO_MUCH:
                raise NotAsAgreed(code)
            raise NotGivenBack(code)

    def pay_out(self, payout: Payout, *, now: datetime) -> None:
        """Ask for money to go to a payee's account; that it has gone is told later. Raises NotPaidOut where it never will."""
        body = {
            "payout": str(payout.id),
            "day": payout.day.isoformat(),
            "payee": payout.payee,
            "account": payout.account,
            "fen": payout.fen,
            "currency": CNY,
            "callback_url": f"{settings.TONGBAN_BASE_URL}/api/payments/payouts",
        }
        answer = self._call("POST", "/payouts", body, "-", now, (200, 202, 409, 422))
        if answer.status in (409, 422):
            code = self._read(answer.body, _Problem).code
            if code not in _NEVER:
                raise NotAsAgreed(code)
            raise NotPaidOut(code)

    def look_out(self, payout: Payout, *, now: datetime) -> Standing | None:
        """How a payout stands there; None where it never arrived."""
        answer = self._call("GET", f"/payouts/{payout.id}", None, "-", now, (200, 404))
        return None if answer.status == 404 else self._standing(answer)

    def statement(self, day: date, *, now: datetime) -> Statement:
        """Everything of a day, as the acquirer books it."""
        answer = self._call("GET", f"/statements/{day.isoformat()}", None, "-", now, (200,))
        found = self._read(answer.body, Statement)
        return msgspec.structs.replace(found, digest=canonical.sha256(answer.body))

    def _call(self, method: str, path: str, body: Any, case: str, now: datetime, good: tuple[int, ...]) -> Any:
        content = b"" if body is None else canonical.dumps(body)
        try:
            answer = exchange.call(
                peer=self.id, method=method, path=path, body=content, purpose=PURPOSE, case=case, limit=PATIENCE, now=now
            )
        except (PeerUnavailable, WireRefusal) as no:
            raise Unavailable(no.code) from no
        if answer.status not in good:
            raise (NotAsAgreed if answer.status < 500 else Unavailable)(str(answer.status))
        return answer

    def _standing(self, answer: Any) -> Standing:
        return self._read(answer.body, Standing)

    @staticmethod
    def _read(body: bytes, kind: type[Any]) -> Any:
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError as wrong:
            raise NotAsAgreed("malformed") from wrong


def acquirer(id: str = "") -> Acquirer:
    """The acquirer that this node has agreed with, or the one that an order was given to."""
    return Wire(id or f"{settings.TONGBAN_ADCODE}:acquirer")


def _by_payee(order: Order) -> dict[str, int]:
    found: dict[str, int] = {}
    for share in order.shares.all():
        found[share.payee] = found.get(share.payee, 0) + share.fen
    return found
