"""The parcel (一并快递): all that was made out, of one case or several, in one consignment; originals fetched from people.

Ordered once, moved only by the courier's signed reports, in order, or by an officer who looked for it (``tracing``). What
gets lost is made anew once, by itself, at our cost; what came back waits for a better address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings

from tongban.base.actors import SYSTEM, Actor
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.base.identifiers import mobile as mobiles
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.delivery import actions as delivery
from tongban.delivery import queries as deliveries
from tongban.engine import lifecycle
from tongban.exchange import actions as exchange
from tongban.journeys import find, moves, posted
from tongban.queue import actions as queue
from tongban.queue.names import Name

COURIER = "courier"
PURPOSE = "delivery"
TOGETHER = 20  # cases in one parcel
_STATE = {"returned": "failed", "lost": "failed", "called-off": "failed"}
_ANEW = ("lost", "called-off")
_TOLD = ("event", "parcel", "tracking", "number", "status", "note")
AHEAD = timedelta(hours=1)  # a courier's clock may be so much ahead of ours
_CAN_SEND = (None, "failed")
_CAN_FETCH = (
    lifecycle.Status.SUBMITTED,
    lifecycle.Status.SUPPLEMENT,
    lifecycle.Status.ACCEPTED,
    lifecycle.Status.SUSPENDED,
)


class Callback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report of a courier: ``number`` counts from 1 for each parcel."""

    event: str
    parcel: UUID
    tracking: str
    number: int
    status: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    note: str = ""


def beside(row: Any, *, by: Actor) -> list[Any]:
    """Other cases of the same space and city whose papers could go into the same parcel."""
    rows = list(cases.of(by).filter(city=row.city).exclude(pk=row.pk)[:100])
    away = deliveries.on_their_way([each.number for each in rows])
    return [
        each
        for each in rows
        if each.number not in away and (s := cases.state(each)).certificates and s.delivery in _CAN_SEND
    ][:TOGETHER]


def order(
    row: Any, *, name: str, mobile: str, address: str, also: Sequence[Any] = (), by: Actor, now: datetime
) -> None:
    """Have the certificates of a case, and of others of the same person, sent in one parcel: noted here, ordered from the
    courier by a job after this commits."""
    together = [row, *also]
    inside = {each.number: [c.identifier for c in cases.state(each).certificates] for each in together}
    if not all(inside.values()):
        raise Refusal("nothing_to_deliver", Words(zh="证照生成后才能寄送", en="There is nothing to send yet"))
    with moves.together():
        parcel = delivery.order(
            cases=inside,
            ends={"to": _end(name, mobile, address)},
            courier=f"{settings.TONGBAN_ADCODE}:{COURIER}",
            words=_inside(together),
            by=by,
            now=now,
        )
        for each in together:
            _move(
                each.number,
                "ordered",
                {"parcel": str(parcel.id)},
                by=by,
                circle=moves.circle_of(each, now=now),
                now=now,
            )
        queue.put(Name.ORDER_COURIER, once=f"parcel:{parcel.id}", parcel=str(parcel.id))


def _inside(rows: Sequence[Any]) -> Words:
    """What goes into the parcel in words: what was made out, and originals of theirs that the office still has."""
    titles = [Words(**each.title) for each in rows]
    kept = [original for each in rows for original in _kept(each.number)]
    return Words(
        zh="、".join([*(t.zh for t in titles), *(f"您的原件：{o.zh}" for o in kept)]),
        en=", ".join([*(t.en for t in titles), *(f"your original: {o.en}" for o in kept)]),
    )


def _kept(number: str) -> list[Words]:
    """Originals of a case that reached the office and were not sent back since."""
    parcels = deliveries.all_of(number)
    back = [p.ordered_at for p in parcels if p.kind == "outcome" and p.state == "delivered"]
    return [
        Words(**p.words)
        for p in parcels
        if p.kind == "originals" and p.state == "delivered" and not any(at > p.delivered_at for at in back)
    ]


def fetch(row: Any, *, what: str, name: str, mobile: str, address: str, by: Actor, now: datetime) -> None:
    """Have the courier fetch originals from the person and bring them to the office that decides (上门取件)."""
    state = cases.state(row)
    if state.status not in _CAN_FETCH:
        raise Refusal(
            "nothing_to_fetch",
            Words(zh="办件已经办结，不用再交原件", en="The case is over; no original is needed any more"),
        )
    what = _text(what, "what", 100, Words(zh="请写明要取走的是什么", en="Say what is to be fetched"))
    with moves.together():
        parcel = delivery.order(
            cases={row.number: []},
            ends={"from": _end(name, mobile, address), "to": _office(row.city, state.parts[0].office)},
            courier=f"{settings.TONGBAN_ADCODE}:{COURIER}",
            kind="originals",
            words=Words(zh=what, en=what),
            by=by,
            now=now,
        )
        queue.put(Name.ORDER_COURIER, once=f"parcel:{parcel.id}", parcel=str(parcel.id))


def redirect(row: Any, *, name: str, mobile: str, address: str, by: Actor, now: datetime) -> None:
    """Have the parcel with what was made out brought to another address while it is on its way; the courier is asked by a
    job. Raises NothingOnItsWay, OnItsEnd."""
    to, parcel = _end(name, mobile, address), deliveries.of_case(row.number)
    if parcel is None:
        raise NothingOnItsWay
    with moves.together():
        delivery.want(parcel=parcel, to=to, by=by, now=now)
        queue.put(Name.REDIRECT_PARCEL, parcel=str(parcel.id))


class NothingOnItsWay(Refusal):
    """No parcel of the case is on its way."""

    def __init__(self) -> None:
        super().__init__(
            "nothing_on_its_way",
            Words(zh="没有在路上的包裹", en="No parcel is on its way"),
            next_step=Words(zh="可以直接按新地址下单寄送。", en="Order one to the new address."),
        )


def _office(city: str, role: str) -> dict[str, str]:
    office = find.office(city, role)
    contact = office.get("contact") or {}
    return {
        "name": office["name"]["zh"],
        "mobile": str(contact.get("phone") or "—"),
        "address": str(contact.get("address") or office["name"]["zh"]),
    }


def _end(name: str, mobile: str, address: str) -> dict[str, str]:
    wrong = Words(zh="请写明收件人和详细地址", en="Give the recipient and the full address")
    return {
        "name": _text(name, "name", 50, wrong),
        "mobile": mobiles.parse(mobile, field="mobile").value,
        "address": _text(address, "address", 200, wrong),
    }


def _text(value: str, field: str, longest: int, wrong: Words) -> str:
    text = " ".join(value.split())
    if not 2 <= len(text) <= longest:
        raise Refusal("delivery_address", wrong, field=field)
    return text


def place_order(*, parcel: str, now: datetime) -> None:
    """Order a parcel from its courier; asked again the courier answers the same (job)."""
    row = deliveries.by_id(parcel)
    if row is None or row.tracking:
        return
    ends = deliveries.ends_of(row)
    body = {
        "parcel": str(row.id),
        "contents": ("、".join(deliveries.contents(row)) or row.words.get("zh", ""))[:500],
        "recipient": ends["to"],
        "callback_url": f"{settings.TONGBAN_BASE_URL}/api/courier/reports",
    }
    if "from" in ends:
        body["sender"] = ends["from"]
    answer = exchange.call(
        peer=row.courier,
        method="POST",
        path="/orders",
        body=canonical.dumps(body),
        purpose=PURPOSE,
        case=row.case,
        now=now,
    )
    if answer.status not in (200, 201):
        raise RuntimeError(f"the courier answered {answer.status}")
    delivery.tracked(parcel=row, tracking=str(answer.json()["tracking"]))


def reported(*, body: bytes, courier: str, now: datetime) -> dict[str, Any]:
    """Take a courier's verified report; a repetition answers as the first did and moves nothing."""
    try:
        said = msgspec.json.decode(body, type=Callback)
    except msgspec.DecodeError as wrong:
        raise Refusal(
            "malformed", Words(zh="回报格式不对", en=f"The report is malformed: {wrong}"), status=400
        ) from wrong
    take(said, courier=courier, now=now)
    return {"parcel": str(said.parcel), "number": said.number, "taken": True}


def take(said: Callback, *, courier: str, now: datetime) -> bool:
    """Believe one report, called back or asked for, if it follows on what was said; False for a repetition. Raises
    NotFound, OutOfOrder, DoesNotFollow, OtherContent, and where it tells of a time to come."""
    if said.at > now + AHEAD:
        raise Refusal("malformed", Words(zh="回报的时间还没有到", en="The report is of a time to come"), status=400)
    digest = canonical.digest({**{name: str(getattr(said, name)) for name in _TOLD}, "at": said.at.timestamp()})
    with moves.together():
        moved = delivery.report(
            parcel=str(said.parcel),
            courier=courier,
            tracking=said.tracking,
            number=said.number,
            kind=said.status.replace("_", "-"),
            at=said.at,
            digest=digest,
            note=said.note,
            now=now,
        )
        if moved is not None:
            follow(moved, digest, by=SYSTEM, now=now)
    return moved is not None


def follow(parcel: Any, report: str, *, by: Actor, now: datetime) -> None:
    """What follows where a parcel is now: every case in it moves, the person is told once, what was lost is made anew."""
    numbers = [part.case for part in parcel.consigned.all()]
    if parcel.kind == "outcome":
        for number in numbers:
            _move(number, _STATE.get(parcel.state, parcel.state), report, by=by, circle=moves.NOBODY, now=now)
    anew = _anew(parcel, now) if parcel.state in _ANEW and parcel.kind == "outcome" else None
    posted.about(parcel, numbers, anew=anew is not None, now=now)


def _anew(parcel: Any, now: datetime) -> Any:
    """What was lost is made, and what was never collected ordered, once more, to the same address; a second time waits
    for the person's word."""
    if parcel.again_id is not None:
        return None
    inside = {part.case: part.contents for part in parcel.consigned.all()}
    fresh = delivery.order(
        cases=inside,
        ends=deliveries.ends_of(parcel),
        courier=parcel.courier,
        words=Words(**parcel.words) if parcel.words else None,
        again=parcel,
        by=SYSTEM,
        now=now,
    )
    for number in inside:
        _move(number, "ordered", {"parcel": str(fresh.id)}, by=SYSTEM, circle=moves.NOBODY, now=now)
    queue.put(Name.ORDER_COURIER, once=f"parcel:{fresh.id}", parcel=str(fresh.id))
    return fresh


def _move(number: str, state: str, report: Any, *, by: Actor, circle: Any, now: datetime) -> None:
    command = lifecycle.ReportDelivery(
        by=by,
        node=settings.TONGBAN_ADCODE,
        circle=circle,
        state=state,
        report=report if isinstance(report, str) else canonical.digest(report),
    )
    moves.move(number=number, command=command, now=now)
