"""Who looked at my data, when and why; asking about a look that I did not expect."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import looks as journey
from tongban.portal import reads
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui import words
from tongban.ui.doors import opens_for


@require_GET
@opens_for(Kind.PERSON, level=1)
def access(request: HttpRequest) -> HttpResponse:
    """Each look at my data, newest first."""
    return _access(request)


def _access(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    who = request.GET.get("who", "others")
    who = who if who in journey.WHO else "others"
    found = journey.page(by=request.actor, who=who, after=request.GET.get("after", "")[:40])
    here = reverse("portal:access")
    return room(
        request,
        "portal/access.html",
        "access",
        status=no.status if no else 200,
        no=no,
        looks=reads.rows(found, me=request.actor.id),
        filters=[(words.w(reads.WHO[key]), f"{here}?who={key}", key == who, None) for key in journey.WHO],
        who=who,
        next=f"{here}?who={who}&after={found.next}" if found.next else None,
    )


@posted("portal:access")
@opens_for(Kind.PERSON, level=1)
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    """I did not expect this: a supervisor looks into it and answers."""
    try:
        said = request.POST.get(f"words-{id}", "")[:500]
        journey.ask(read=id, words=said, by=request.actor, now=request.now)
    except Refusal as no:
        return _access(request, no)
    return HttpResponseRedirect(f"{reverse('portal:access')}#look-{id}")
