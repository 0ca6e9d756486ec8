"""What came of comparing the acquirer's statements with the ledger, and money that goes back by hand (对账、退费)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.desk import money
from tongban.desk.forms import text
from tongban.journeys import pay
from tongban.journeys.pay import refunding
from tongban.ui.doors import opens_for, page

REFUNDS = (refunding.ASK, refunding.ALLOW)


@require_GET
@opens_for(Kind.OFFICER, power="supervise")
def payments(request: HttpRequest) -> HttpResponse:
    """Balances, the last days, what was paid out, and every difference that a person has to look at."""
    return _books(request)


def _books(request: HttpRequest, *, no: Refusal | None = None, at: UUID | None = None) -> HttpResponse:
    number = money.page_of(request.GET.get("page", ""))
    books = pay.books(page=number)
    return page(
        request,
        "desk/payments.html",
        status=no.status if no else 200,
        no=no,
        at=str(at) if at else "",
        typed=request.POST,
        accounts=money.balances(books),
        stuck=money.stuck(books),
        lost=[balance.name for balance in books.accounts if balance.lost],
        days=money.days(books),
        outs=money.outs(books),
        open=books.open,
        kinds=money.KINDS,
        other=money.OTHER,
        dealt=list(pay.DEALT.items()),
        past=money.past(books),
        at_page=number,
        more=books.more,
    )


@require_POST
@opens_for(Kind.OFFICER, power="supervise")
def deal(request: HttpRequest, drift: UUID) -> HttpResponse:
    """Keep what was done about one difference."""
    try:
        done, words = text(request.POST, f"done-{drift}"), text(request.POST, f"words-{drift}")
        pay.deal(drift=str(drift), done=done, words=words, by=request.actor, now=request.now)
    except Refusal as no:
        return _books(request, no=no, at=drift)
    return HttpResponseRedirect(reverse("desk:payments"))


@require_GET
@opens_for(Kind.OFFICER, power=REFUNDS)
def refunds(request: HttpRequest) -> HttpResponse:
    """Refunds that wait for another officer, and the way to one's own case."""
    number = request.GET.get("number", "").strip()[:80]
    if number:
        return HttpResponseRedirect(reverse("desk:refund", args=[number]))
    return page(
        request,
        "desk/refunds.html",
        asked=refunding.waiting(by=request.actor),
        stuck=refunding.stuck(by=request.actor),
        powers=request.actor.powers,
    )


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=REFUNDS)
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """What was paid in one case; a POST asks for some of it to go back, or for what the acquirer would not give back."""
    if request.method == "POST":
        try:
            _ask(request, number)
            return HttpResponseRedirect(f"{reverse('desk:refund', args=[number])}?done=ask")
        except Refusal as no:
            return _refund(request, number, no=no)
    return _refund(request, number)


def _ask(request: HttpRequest, number: str) -> None:
    stuck = text(request.POST, "stuck")
    if stuck:
        said = {name: text(request.POST, f"{name}-{stuck}") for name in ("reason", "cites")}
        refunding.ask_stuck(number=number, refund=stuck, **said, by=request.actor, now=request.now)
    else:
        refunding.ask(number=number, **_asked(request), by=request.actor, now=request.now)


def _asked(request: HttpRequest) -> dict[str, Any]:
    amounts = {name.removeprefix("fen-"): str(request.POST[name])[:40] for name in request.POST if name.startswith("fen-")}
    said = {name: text(request.POST, name) for name in ("order", "reason", "cites")}
    return {"amounts": amounts, **said}


def _refund(request: HttpRequest, number: str, *, no: Refusal | None = None) -> HttpResponse:
    sheet = refunding.sheet(number, by=request.actor)
    if no is not None and no.status == 404:
        raise no
    return page(
        request,
        "desk/refund.html",
        status=no.status if no else 200,
        no=no,
        typed=request.POST,
        sheet=sheet,
        states=money.STATES,
        powers=request.actor.powers,
        done=DONE.get(request.GET.get("done", "")),
    )


DONE = {
    "ask": Words(zh="已提交，等待另一位人员审核", en="Asked for; another officer reviews it"),
    "allow": Words(zh="已同意，款项正在原路退回", en="Approved; the money is being refunded"),
    "decline": Words(zh="已结束，没有退款", en="Ended; nothing to refund"),
}


@require_POST
@opens_for(Kind.OFFICER, power=REFUNDS)
def judge(request: HttpRequest, number: str, proposal: UUID) -> HttpResponse:
    """Allow or decline what another officer asked for; or take one's own back."""
    do = text(request.POST, "do")
    try:
        if do == "allow":
            refunding.allow(proposal=str(proposal), by=request.actor, now=request.now)
        else:
            words = text(request.POST, "words")
            refunding.decline(proposal=str(proposal), words=words, by=request.actor, now=request.now)
    except Refusal as no:
        return _refund(request, number, no=no)
    return HttpResponseRedirect(f"{reverse('desk:refund', args=[number])}?done={'allow' if do == 'allow' else 'decline'}")
