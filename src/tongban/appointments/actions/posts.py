"""Sitting at a window: one officer at each, each at one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from tongban.appointments import refusals
from tongban.appointments.models import Post, Ticket
from tongban.base.actors import Actor
from tongban.trail import actions as trail


@transaction.atomic
def sit(*, hall: str, day: date, window: str, lanes: Sequence[str], by: Actor, now: datetime) -> Post:
    """This officer sits here from now on. Whoever sat here before and serves nobody has gone. Raises WindowTaken while they
    serve somebody."""
    here = Post.objects.select_for_update().filter(hall=hall, day=day, window=window, left_at=None).first()
    if here is not None and here.officer != by.id:
        served = Ticket.objects.filter(hall=hall, day=day, window=window, state="called").first()
        if served is not None:
            raise refusals.WindowTaken(window, served.label)
    Post.objects.filter(Q(hall=hall, window=window) | Q(officer=by.id), day=day, left_at=None).update(left_at=now)
    try:
        with transaction.atomic():
            post = Post.objects.create(hall=hall, day=day, window=window, lanes=list(lanes), officer=by.id, sat_at=now)
    except IntegrityError as faster:
        raise refusals.WindowTaken(window, "") from faster
    _record("visit.sit", post, by, now)
    return post


@transaction.atomic
def rise(*, post: Post, by: Actor, now: datetime) -> None:
    """They leave the window."""
    if Post.objects.filter(pk=post.pk, left_at=None).update(left_at=now):
        _record("visit.rise", post, by, now)


def _record(verb: str, post: Post, by: Actor, now: datetime) -> None:
    facts = {"window": post.window}
    trail.record(by=by, verb=verb, subject_kind="hall", subject=post.hall, now=now, facts=facts)
