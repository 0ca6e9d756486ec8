"""Locking, signing, submitting."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import apply
from tongban.journeys import draft as drafting
from tongban.journeys import signing as journey
from tongban.portal import presenters
from tongban.portal.views import drafts
from tongban.portal.views.posting import posted
from tongban.ui import shown
from tongban.ui.doors import opens_for, page


@posted("portal:review", "id")
@opens_for(Kind.PERSON, level=1)
def lock(request: HttpRequest, id: UUID) -> HttpResponse:
    """Lock the content and ask every party to sign."""
    try:
        journey.lock(id, by=request.actor, now=request.now)
    except Refusal as no:
        return drafts.show_review(request, drafting.sheet(id, by=request.actor, now=request.now), no)
    return HttpResponseRedirect(reverse("portal:signers", args=[id]))


@posted("portal:signers", "id")
@opens_for(Kind.PERSON, level=1)
def unlock(request: HttpRequest, id: UUID) -> HttpResponse:
    """Unlock for changes; signatures are void."""
    journey.unlock(id, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("portal:review", args=[id]))


@require_GET
@opens_for(Kind.PERSON, level=1)
def overview(request: HttpRequest, id: UUID) -> HttpResponse:
    """Who must sign, and who has."""
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    return drafts.over(sheet) or _overview(request, id)


def _overview(request: HttpRequest, id: UUID, no: Refusal | None = None) -> HttpResponse:
    signers = journey.signers(id, by=request.actor, now=request.now)
    waiting = {w.party: w for w in journey.waiting(by=request.actor, now=request.now)}
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    return page(
        request,
        "portal/signers.html",
        status=no.status if no else 200,
        no=no,
        sheet=sheet,
        signers=[(s, presenters.signed_by(s, waiting.get(s.party), request.actor.name)) for s in signers],
        mine=[s for s in signers if s.party in waiting],
        others=[s for s in signers if s.party not in waiting and s.signed_at is None],
        all_signed=bool(signers) and all(s.signed_at for s in signers),
    )


@posted("portal:signers", "id")
@opens_for(Kind.PERSON, level=1)
def submit(request: HttpRequest, id: UUID) -> HttpResponse:
    """Submit; pressed again, the same receipt."""
    try:
        receipt = apply.submit(id, by=request.actor, now=request.now)
    except Refusal as no:
        return _overview(request, id, no)
    return HttpResponseRedirect(reverse("portal:receipt", args=[receipt.number]))


@require_GET
@opens_for(Kind.PERSON, level=1)
def waiting(request: HttpRequest) -> HttpResponse:
    """Signatures asked of me."""
    return page(request, "portal/waiting.html", rows=journey.waiting(by=request.actor, now=request.now))


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def read(request: HttpRequest, party: UUID) -> HttpResponse:
    """Read what is signed, then sign it."""
    no = None
    if request.method == "POST":
        try:
            journey.sign(party, digest=request.POST.get("digest", "")[:64], by=request.actor, now=request.now)
            return HttpResponseRedirect(_after(request, party))
        except journey.drafts.Signed:
            return HttpResponseRedirect(_after(request, party))  # pressed twice: it stands
        except journey.ProofNeeded:
            return HttpResponseRedirect(f"{reverse('portal:face')}?{urlencode({'next': request.path})}")
        except Refusal as refused:
            no = refused
    found = journey.reading(party, by=request.actor, now=request.now)
    item = found["item"]
    titles = {m.type: m.title for m in item.materials}
    rows = [{"label": f.title, "value": said} for f in item.form if (said := _said(f, found["document"])) is not None]
    return page(
        request,
        "portal/read.html",
        status=no.status if no else 200,
        no=no,
        found=found,
        rows=rows,
        documents={type: text for type, text in found["document"]["documents"].items() if type in titles},
        titles=titles,
    )


def _said(field: object, document: dict) -> str | None:  # type: ignore[type-arg]
    """What stands in the document under a question: the answer, else what a registry said; None for neither."""
    if field.key in document["answers"]:  # type: ignore[attr-defined]
        return _answer(field, document)
    known = document["facts"].get(field.element)  # type: ignore[attr-defined]
    return shown.value(field, known["value"]) if known and known["value"] is not None else None


def _answer(field: object, document: dict) -> str:  # type: ignore[type-arg]
    value = document["answers"][field.key]  # type: ignore[attr-defined]
    known = document["facts"].get(f"place:{value.get('code')}") if isinstance(value, dict) else None
    text = known["value"].get("text") if known and isinstance(known.get("value"), dict) else None
    return text or shown.value(field, value)


def _after(request: HttpRequest, party: UUID) -> str:
    """The owner goes back to the draft's signers, everybody else to what waits for them."""
    draft = journey.draft_of(party, by=request.actor)
    return reverse("portal:signers", args=[draft]) if draft else reverse("portal:waiting")
