"""Handing over: an outbox row in the transaction of the change, sent in order until a signed receipt is here."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.cryptography import canonical
from tongban.base.cryptography.errors import Malformed
from tongban.base.cryptography.keys import PublicKey, public_from_jwk
from tongban.base.errors import NotFound
from tongban.base.ids import uuid7
from tongban.base.words import Words
from tongban.exchange import client, events, keys, paths, queries
from tongban.exchange.actions import recording
from tongban.exchange.actions.asking import Answer, call
from tongban.exchange.actions.streams import locked
from tongban.exchange.models import Evidence, Outbox
from tongban.exchange.refusals import PeerUnavailable, WireRefusal
from tongban.files import vault
from tongban.queue import actions as queue
from tongban.queue.names import Name
from tongban.trail import actions as trail

# A worker that took an event and died leaves it to others after this long; the receiver knows a repetition.
_LEASE = timedelta(seconds=10)
_RUN = timedelta(seconds=20)  # of one run; then the job is put again, and whatever else waits has its turn
_PATIENCE = 8.0  # seconds for the receiver's effect and receipt: no page waits here, and it is less than the lease
_LONGEST = 30  # seconds between two tries
_HOPELESS = frozenset({400, 409, 413, 415, 422})
# What a peer refuses for a reason that may pass (no contract yet, not its case yet) is tried ever more rarely, for so long.
_REFUSED = range(400, 500)
_BUSY = frozenset({408, 425, 429})
_RARELY = timedelta(hours=1)  # between two tries of what is refused, at most
_ENOUGH = timedelta(days=1)  # of refusals, then a person must look


@transaction.atomic
def put_out(
    *,
    peer: str,
    case_ref: str,
    kind: str,
    data: dict[str, Any],
    purpose: str = "hand-over",
    consent: str = "-",
    now: datetime,
) -> Outbox:
    """Put an event on its way to ``peer``, in the transaction of the change it tells of.

    ``kind`` is its type without the prefix (``case.handed-over``); ``data`` a JSON object. The next number of the case
    is given under a row lock. Raises ``untrusted``.
    """
    queries.peer(peer, now=now)
    stream = locked(Evidence.Way.OUT, peer, case_ref)
    number, id = stream.last + 1, uuid7()
    body = events.write(events.Event(id, keys.here(), kind, case_ref, number, now, data))
    events.read(body)
    if len(body) > events.LARGEST:
        raise WireRefusal("too_large")
    key = vault.new_key()
    row = Outbox.objects.create(
        id=id,
        peer=peer,
        case_ref=case_ref,
        sequence=number,
        kind=kind,
        purpose=purpose,
        consent=consent,
        key=key,
        sealed=vault.seal(key, body, _about(id)),
        sha256=canonical.sha256(body),
        created_at=now,
        next_at=now,
    )
    stream.move(number)
    queue.put(Name.SEND_ACROSS, once=f"send:{peer}", peer=peer)
    return row


def deliver(*, peer: str, now: datetime, pool: client.Pool | None = None, most: int = 200) -> int:
    """Send what is due to ``peer`` for about ``_RUN`` seconds, and put off the rest. Returns how many were delivered.

    Time goes on while the network is waited for: each event is signed, and leased, by ``now`` and the whole seconds that
    the run has lasted by then.
    """
    began, at, done = monotonic(), now, 0
    for _ in range(most):
        at = now + timedelta(seconds=int(monotonic() - began))
        row = send_next(peer=peer, now=at, pool=pool) if at - now < _RUN else None
        if row is None:
            break
        done += row.delivered_at is not None
    _put_off(peer, at)
    return done


def _put_off(peer: str, now: datetime) -> None:
    """See to it that what waits for ``peer`` is sent: at once what is due, the rest at its time (no later than after
    ``_LONGEST``, so that no far one keeps a nearer one waiting)."""
    first = queries.heads(peer=peer).order_by("next_at").first()
    if first is not None and first.next_at <= now:
        queue.put(Name.SEND_ACROSS, once=f"send:{peer}", peer=peer)
    elif first is not None:
        soon = min(first.next_at, now + timedelta(seconds=_LONGEST))
        queue.put(Name.SEND_ACROSS, at=soon, once=f"resend:{peer}", peer=peer)


def send_next(*, peer: str, now: datetime, pool: client.Pool | None = None) -> Outbox | None:
    """Send the event whose turn it is. Returns its row as it stands then; None when nothing is due.

    No transaction is open while the network is waited for. Killed anywhere, the event is sent again.
    """
    row = _claim(peer, now)
    if row is None:
        return None
    try:
        answer = call(
            peer=peer,
            method="POST",
            path=paths.EVENTS,
            body=vault.unseal(row.key, row.sealed, _about(row.id)),
            content_type=events.CONTENT_TYPE,
            purpose=row.purpose,
            consent=row.consent,
            case=row.case_ref,
            limit=_PATIENCE,
            now=now,
            pool=pool,
        )
    except (PeerUnavailable, WireRefusal) as no:
        return _later(row, f"{no.code}: {getattr(no, 'detail', '')}", now)
    except NotFound as erased:
        return _bury(row, erased.code, now)
    return _settle(row, answer, now)


@transaction.atomic
def replay(*, id: UUID, by: Actor, now: datetime) -> None:
    """An operator's word that a dead event shall be tried again. Raises ``NotFound``."""
    dead = Outbox.objects.filter(id=id, dead_at__isnull=False)
    changed = dead.update(dead_at=None, attempts=0, refused_since=None, next_at=now)
    if not changed:
        raise NotFound(
            "no_dead_letter",
            Words(zh="没有这样的死信", en="There is no such dead letter"),
            next_step=Words(zh="用 `tongban exchange dead` 查看死信。", en="See them with `tongban exchange dead`."),
        )
    trail.record(by=by, verb="exchange.replay", subject_kind="event", subject=str(id), now=now)
    queue.put(Name.SEND_ACROSS, once=f"send:{id}", peer=Outbox.objects.get(id=id).peer)


@transaction.atomic(durable=True)
def _claim(peer: str, now: datetime) -> Outbox | None:
    """Take the next event for a lease; another worker meanwhile skips it, and so keeps its case's order."""
    row = (
        queries.due(now=now, peer=peer).select_for_update(skip_locked=True, of=("self",)).select_related("key").first()
    )
    if row is not None:
        row.attempts, row.next_at = row.attempts + 1, now + _LEASE
        row.save(update_fields=["attempts", "next_at"])
    return row


def _settle(row: Outbox, answer: Answer, now: datetime) -> Outbox:
    data = _read(answer)
    if answer.status == 200:
        return _delivered(row, data, now)
    code = str(data.get("code", answer.status))
    if answer.status == 412 and isinstance(data.get("expected"), int):
        return _resend(row, data["expected"], now)
    if answer.status in _HOPELESS:
        return _bury(row, code, now)
    if answer.status in _REFUSED and answer.status not in _BUSY:
        return _refused(row, code, answer.status, now)
    return _later(row, f"{answer.status} {code}", now)


def _read(answer: Answer) -> dict[str, Any]:
    try:
        data = answer.json()
    except Malformed:
        return {}
    return data if isinstance(data, dict) else {}


def _delivered(row: Outbox, data: dict[str, Any], now: datetime) -> Outbox:
    token = data.get("receipt")
    try:
        receipt = events.check_receipt(token if isinstance(token, str) else "", _keys(row.peer, now))
    except WireRefusal as no:
        return _later(row, f"receipt: {no.code}", now)
    says = (receipt.event, receipt.source, receipt.to, receipt.case, receipt.sequence, receipt.sha256)
    if says != (row.id, keys.here(), row.peer, row.case_ref, row.sequence, row.sha256):
        return _bury(row, "receipt_mismatch", now)
    return _update(row, receipt=token, delivered_at=now, trouble="")


def _keys(peer: str, now: datetime) -> dict[str, PublicKey]:
    """A repetition gets the receipt of long ago, perhaps by a key that was rotated (not revoked) since."""
    lasting = queries.lasting_keys(queries.peer(peer, now=now), now=now)
    return {id: public_from_jwk(row.jwk) for id, row in lasting.items()}


def _resend(row: Outbox, expected: int, now: datetime) -> Outbox:
    """The receiver misses earlier events (it was restored, say): from there on all go again, with their own ids."""
    if not 1 <= expected < row.sequence:
        return _bury(row, "gap_nonsense", now)
    again = Outbox.objects.filter(
        peer=row.peer, case_ref=row.case_ref, sequence__gte=expected, sequence__lte=row.sequence
    )
    again.update(delivered_at=None, receipt="", next_at=now, dead_at=None)
    row.refresh_from_db()
    return row


def _later(row: Outbox, trouble: str, now: datetime) -> Outbox:
    return _update(row, next_at=now + _pause(row), trouble=trouble[:200])


def _refused(row: Outbox, code: str, status: int, now: datetime) -> Outbox:
    """Wait as long again as it has been refused by now; after a day it is a dead letter."""
    since = row.refused_since or now
    if now - since >= _ENOUGH:
        return _bury(row, code, now)
    pause = max(_pause(row), min(now - since, _RARELY))
    return _update(row, next_at=now + pause, refused_since=since, trouble=f"{status} {code}"[:200])


def _pause(row: Outbox) -> timedelta:
    return timedelta(seconds=min(2 ** min(row.attempts - 1, 10), _LONGEST))


def _bury(row: Outbox, code: str, now: datetime) -> Outbox:
    _update(row, dead_at=now, trouble=code[:200])
    recording.alarm(code[:64], peer=row.peer, event=row.id, now=now, detail="dead letter")
    return row


def _update(row: Outbox, **values: Any) -> Outbox:
    """Never undo a delivery: a second worker with a late, worse answer changes nothing."""
    Outbox.objects.filter(id=row.id, delivered_at=None).update(**values)
    row.refresh_from_db()
    return row


def _about(id: UUID) -> str:
    return f"outbox:{id}"
