"""My space: what I have, what is asked of me, who read my data, for whom I act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.journeys import hold, inbox, mine, recommend, signing, visit
from tongban.portal import lists as shelves
from tongban.portal import mine as lists
from tongban.portal import presenters, visits
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui.doors import opens_for


@require_GET
@opens_for(Kind.PERSON)
def space(request: HttpRequest) -> HttpResponse:
    """What needs me first, then my cases, certificates and messages."""
    by, now = request.actor, request.now
    proven = by.level >= 1
    recent = mine.page(by=by, now=now, size=4).rows if proven else ()
    return room(
        request,
        "portal/space.html",
        "space",
        name=hold.account_name(by),
        level=by.level,
        needs=_needs(request) if proven else [],
        cases=lists.cases(recent[:3]),
        more=len(recent) > 3,
        certificates=_certificates(request)[:2],
        messages=lists.messages(inbox.page(by=by, size=3).rows),
        suggested=shelves.suggested(recommend.today(session=request.session, by=by, now=now)),
        suggests=recommend.wanted(by),
    )


@posted("portal:space")
@opens_for(Kind.PERSON, level=1)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Have services suggested, or not any more."""
    recommend.switch(on=request.POST.get("on") == "1", session=request.session, by=request.actor, now=request.now)
    back = "portal:home" if request.POST.get("back") == "home" else "portal:space"
    return HttpResponseRedirect(reverse(back))


def _needs(request: HttpRequest) -> list[dict[str, Any]]:
    by, now = request.actor, request.now
    return lists.needs(
        to_sign=signing.waiting(by=by, now=now),
        waiting=list(mine.page(by=by, now=now, state="waiting", size=5).rows),
        drafts=mine.started(by=by, now=now),
        bad=mine.bad_news(by=by, now=now),
        coming=[visits.booking(row, now=now) for row in visit.booking.soon(by=by, now=now)],
    )


def _certificates(request: HttpRequest) -> list[dict[str, Any]]:
    if request.actor.level < 1:
        return []
    return presenters.certificates(hold.cards(by=request.actor, now=request.now))


@require_GET
@opens_for(Kind.PERSON, level=1)
def certificates(request: HttpRequest) -> HttpResponse:
    """All my certificates as cards."""
    return room(request, "portal/certificates.html", "certificates", certificates=_certificates(request))
