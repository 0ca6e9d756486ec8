"""The paper by courier: ordered once, moved only by the courier's signed reports, in order (快递送达)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

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
from tongban.journeys import moves
from tongban.queue import actions as queue
from tongban.queue.names import Name

COURIER = "courier"
PURPOSE = "delivery"
_STATE = {"returned": "failed", "lost": "failed"}


class Callback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report of a courier: ``number`` counts from 1 for each parcel."""

    event: str
    parcel: UUID
    tracking: str
    number: int
    status: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    note: str = ""


def order(row: Any, *, name: str, mobile: str, address: str, by: Actor, now: datetime) -> None:
    """Have a case's certificates sent: noted here, ordered from the courier by a job after this commits."""
    found = cases.state(row)
    if not found.certificates:
        raise Refusal("nothing_to_deliver", Words(zh="证照生成后才能寄送", en="There is nothing to send yet"))
    to = {"name": _text(name, "name", 50), "mobile": mobiles.parse(mobile, field="mobile").value}
    to["address"] = _text(address, "address", 200)
    with transaction.atomic():
        parcel = delivery.order(
            case=row.number,
            contents=[c.identifier for c in found.certificates],
            address=to,
            courier=f"{settings.TONGBAN_ADCODE}:{COURIER}",
            by=by,
            now=now,
        )
        command = lifecycle.ReportDelivery(
            by=by,
            node=settings.TONGBAN_ADCODE,
            circle=moves.circle_of(row, now=now),
            state="ordered",
            report=canonical.digest({"parcel": str(parcel.id)}),
        )
        moves.move(number=row.number, command=command, now=now)
        queue.put(Name.ORDER_COURIER, once=f"parcel:{parcel.id}", parcel=str(parcel.id))


def _text(value: str, field: str, longest: int) -> str:
    text = " ".join(value.split())
    if not 2 <= len(text) <= longest:
        raise Refusal(
            "delivery_address",
            Words(zh="请写明收件人和详细地址", en="Give the recipient and the full address"),
            field=field,
        )
    return text


def place_order(*, parcel: str, now: datetime) -> None:
    """Order a parcel from its courier; asked again the courier answers the same (job)."""
    row = deliveries.by_id(parcel)
    if row is None or row.tracking:
        return
    body = {
        "parcel": str(row.id),
        "contents": "、".join(row.contents)[:500],
        "recipient": json.loads(deliveries.address_of(row)),
        "callback_url": f"{settings.TONGBAN_BASE_URL}/api/courier/reports",
    }
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
    with transaction.atomic():
        moved = delivery.report(
            parcel=str(said.parcel),
            courier=courier,
            tracking=said.tracking,
            number=said.number,
            kind=said.status.replace("_", "-"),
            at=said.at,
            digest=canonical.sha256(body),
            now=now,
        )
        if moved is not None:
            command = lifecycle.ReportDelivery(
                by=SYSTEM,
                node=settings.TONGBAN_ADCODE,
                circle=moves.NOBODY,
                state=_STATE.get(moved.state, moved.state),
                report=canonical.sha256(body),
            )
            moves.move(number=moved.case, command=command, now=now)
    return {"parcel": str(said.parcel), "number": said.number, "taken": True}
