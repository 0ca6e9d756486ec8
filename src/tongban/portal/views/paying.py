"""Paying what a case costs: amounts by payee, one button, what came of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import pay as paying
from tongban.journeys import see
from tongban.journeys.signing import ProofNeeded
from tongban.portal import money
from tongban.ui import security
from tongban.ui.doors import opens_for, page


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """What is due, and the one button; a POST orders it and leads to the acquirer's page."""
    if request.method == "POST":
        return _begin(request, number)
    if request.GET.get("back"):
        paying.look_again(number, by=request.actor, now=request.now)
    return _page(request, number)


def _begin(request: HttpRequest, number: str) -> HttpResponse:
    try:
        quote = request.POST.get("quote", "")[:64]
        return HttpResponseRedirect(paying.begin(number, quote=quote, by=request.actor, now=request.now))
    except ProofNeeded:
        return HttpResponseRedirect(f"{reverse('portal:face')}?{urlencode({'next': request.path})}")
    except Refusal as no:
        return _page(request, number, no)


def _page(request: HttpRequest, number: str, no: Refusal | None = None) -> HttpResponse:
    row = see.mine(number, by=request.actor, now=request.now)
    purse = paying.purse(number, now=request.now)
    answer = page(
        request,
        "portal/pay.html",
        status=no.status if no else 200,
        block="state",
        no=no,
        number=number,
        title=money.title(row),
        purse=purse,
        due=money.due(purse),
        waiting=purse.waiting is not None and purse.due.digest == purse.waiting.quote,
        paid=money.paid(purse),
        receipts=money.receipts(purse),
    )
    answer.headers["Content-Security-Policy"] = security.policy(form_action=("'self'", *money.leads_to()))
    return answer
