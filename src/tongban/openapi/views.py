"""Signed requests in, signed answers out. Who sent one is known by its signature alone; there is no session here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tongban.base.errors import Refusal
from tongban.exchange import actions as exchange
from tongban.exchange.actions.receiving import refusal_data
from tongban.exchange.refusals import WireRefusal
from tongban.journeys import agency, answer, deliver, find, pay, transfer
from tongban.ui.doors import Anyone, opens_for


def _signed(handle: Callable[[Any], Any], request: HttpRequest) -> HttpResponse:
    """Verify, put on record, do, answer signed. A refusal is answered signed where the sender is known."""
    try:
        verified = exchange.receive(request=exchange.request_of(request), now=request.now)
    except WireRefusal as no:
        return _http(exchange.unsigned(no))
    try:
        data, status = handle(verified), 200
    except Refusal as no:
        data, status = refusal_data(no), no.status
        if expected := getattr(no, "expected", None):
            data["expected"] = expected
    return _http(exchange.respond(verified=verified, status=status, data=data, now=request.now))


def _http(response: Any) -> HttpResponse:
    answer_ = HttpResponse(response.body, status=response.status)
    for name, value in response.headers:
        answer_.headers[name] = value
    return answer_


@csrf_exempt
@require_POST
@opens_for(Anyone)
def events(request: HttpRequest) -> HttpResponse:
    """An event that another city hands over: applied once, in order, with a signed receipt."""
    response = exchange.answer_event(
        request=exchange.request_of(request),
        apply=lambda event, verified: transfer.apply(event, verified, now=request.now),
        now=request.now,
    )
    return _http(response)


@csrf_exempt
@require_POST
@opens_for(Anyone)
def query(request: HttpRequest, resource: str) -> HttpResponse:
    """A query of another city, answered under a contract."""
    return _signed(lambda verified: answer.query(resource=resource, verified=verified, now=request.now), request)


@csrf_exempt
@require_POST
@opens_for(Anyone)
def agency_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A department's own system answers its step."""
    return _signed(
        lambda verified: agency.answered(
            number=number, step=step, body=verified.request.body, verified=verified, now=request.now
        ),
        request,
    )


@csrf_exempt
@require_POST
@opens_for(Anyone)
def agency_missing(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A department's own system says what it misses before a case is accepted."""
    return _signed(
        lambda verified: agency.missed(
            number=number, step=step, body=verified.request.body, verified=verified, now=request.now
        ),
        request,
    )


@csrf_exempt
@require_POST
@opens_for(Anyone)
def courier_report(request: HttpRequest) -> HttpResponse:
    """A courier reports on a parcel."""
    return _signed(
        lambda verified: deliver.reported(body=verified.request.body, courier=verified.sender, now=request.now), request
    )


@csrf_exempt
@require_POST
@opens_for(Anyone)
def payment_report(request: HttpRequest) -> HttpResponse:
    """An acquirer says what happened to an order."""
    return _signed(
        lambda verified: pay.reported(body=verified.request.body, acquirer=verified.sender, now=request.now), request
    )


@csrf_exempt
@require_POST
@opens_for(Anyone)
def payout_report(request: HttpRequest) -> HttpResponse:
    """An acquirer says what came of a payout."""
    return _signed(
        lambda verified: pay.out_reported(body=verified.request.body, acquirer=verified.sender, now=request.now), request
    )


@require_GET
@opens_for(Anyone)
def health(request: HttpRequest) -> HttpResponse:
    """Whether this node answers and its database with it."""
    find.cities()
    return JsonResponse({"ok": True, "name": find.settings.TONGBAN_CITY.name.zh, "city": find.settings.TONGBAN_ADCODE})
