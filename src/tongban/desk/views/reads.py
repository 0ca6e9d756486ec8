"""People ask about looks at their data that they did not expect; a supervisor answers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import looks
from tongban.ui.doors import opens_for, page


@require_GET
@opens_for(Kind.OFFICER, power="review")
def reads(request: HttpRequest) -> HttpResponse:
    """Questions that wait for an answer, the oldest first, and the last ones answered."""
    return _reads(request)


def _reads(request: HttpRequest, no: Refusal | None = None, at: UUID | None = None) -> HttpResponse:
    waiting, answered = looks.questions(by=request.actor)
    return page(
        request,
        "desk/reads.html",
        status=no.status if no else 200,
        no=no,
        at=str(at) if at else "",
        typed=request.POST,
        waiting=waiting,
        answered=answered,
        findings=list(looks.FINDINGS.items()),
    )


@require_POST
@opens_for(Kind.OFFICER, power="review")
def answer(request: HttpRequest, question: UUID) -> HttpResponse:
    """Answer one; the person is told."""
    try:
        looks.answer(
            question=question,
            finding=request.POST.get(f"finding-{question}", "")[:16],
            words=request.POST.get(f"answer-{question}", "")[:1000],
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _reads(request, no, question)
    return HttpResponseRedirect(reverse("desk:reads"))
