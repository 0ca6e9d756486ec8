"""Paying what a case costs: amounts by payee, one button, what came of it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import pay as paying
from tongban.journeys import see
from tongban.journeys.signing import ProofNeeded
from tongban.portal import money
from tongban.ui import security, words
from tongban.ui.doors import Anyone, opens_for, page


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """What is due, and the one button; a POST orders it and leads to the acquirer's page."""
    if request.method == "POST":
        return _begin(request, number)
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
    back = bool(request.GET.get("back"))
    sheet = paying.page(number, back=back, by=request.actor, now=request.now)
    answer = page(
        request,
        "portal/pay.html",
        status=no.status if no else 200,
        block="state",
        no=no,
        number=number,
        sheet=sheet,
        due=money.bill(sheet.due),
        others=[(debtor.who, words.money(debtor.fen)) for debtor in sheet.others],
        paid=money.paid(sheet),
        receipts=money.receipts(sheet, here=row.city == settings.TONGBAN_ADCODE),
    )
    leads_to = (sheet.till,) if sheet.till.startswith(("http://", "https://")) else ()
    answer.headers["Content-Security-Policy"] = security.policy(form_action=("'self'", *leads_to))
    return answer


@require_GET
@opens_for(Anyone)
def back(request: HttpRequest, order: UUID) -> HttpResponse:
    """Back from the acquirer's page: on to the city where the person is. A page and no redirect: the acquirer's form may lead
    to this node, and no further."""
    return page(request, "portal/paid-back.html", leads=paying.leads_back(str(order), now=request.now))
