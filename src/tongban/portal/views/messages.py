"""Messages: what I was told, what is new, and how I want to be told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import inbox
from tongban.portal import mine
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui.doors import opens_for


@require_GET
@opens_for(Kind.PERSON)
def messages(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first."""
    return _messages(request)


def _messages(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    by, new = request.actor, request.GET.get("only") == "new"
    found = inbox.page(by=by, unread=new, after=request.GET.get("after", "")[:40])
    chosen = inbox.choices(by=by)
    return room(
        request,
        "portal/messages.html",
        "messages",
        status=no.status if no else 200,
        no=no,
        rows=mine.messages(found.rows),
        next=found.next,
        only_new=new,
        began=not request.GET.get("after"),
        until=request.now.isoformat(),
        kinds=[(kind, *mine.KINDS[kind], chosen[kind], kind != "account") for kind in mine.KINDS],
    )


@require_GET
@opens_for(Kind.PERSON)
def message(request: HttpRequest, id: UUID) -> HttpResponse:
    """One message; from now on it is read."""
    found = inbox.read(id, by=request.actor, now=request.now)
    return room(
        request,
        "portal/message.html",
        "messages",
        title=Words(**found.title),
        body=Words(**found.body),
        at=found.at,
        kind=mine.KINDS[found.kind][0],
        link=found.link,
        case=found.case,
    )


@posted("portal:messages")
@opens_for(Kind.PERSON)
def all_read(request: HttpRequest) -> HttpResponse:
    """Everything that stood on the page is read; what came since is still new."""
    inbox.all_read(until=_until(request), by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("portal:messages"))


def _until(request: HttpRequest) -> datetime:
    try:
        said = parse_datetime(request.POST.get("until", "")[:40])
    except ValueError:
        said = None
    return min(said, request.now) if said is not None and said.tzinfo else request.now


@posted("portal:messages")
@opens_for(Kind.PERSON)
def prefer(request: HttpRequest) -> HttpResponse:
    """Whether one kind of message comes as a text as well."""
    try:
        inbox.prefer(
            kind=request.POST.get("kind", "")[:8],
            text=request.POST.get("text") == "1",
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _messages(request, no)
    return HttpResponseRedirect(f"{reverse('portal:messages')}#how")
