"""My space: what I have, what is asked of me, who read my data, for whom I act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import draft, enter, hold, see, signing, tell
from tongban.portal import presenters, reads
from tongban.ui import shown, words
from tongban.ui.doors import opens_for, page


@require_GET
@opens_for(Kind.PERSON)
def space(request: HttpRequest) -> HttpResponse:
    """Everything of mine on one page."""
    by, now = request.actor, request.now
    proven = by.level >= 1
    return page(
        request,
        "portal/space.html",
        name=hold.account_name(by),
        level=by.level,
        drafts=draft.mine(by=by),
        cases=see.own(by=by),
        status_words=shown.STATUS,
        certificates=_certificates(request)[:4],
        to_sign=signing.waiting(by=by, now=now) if proven else [],
        messages=tell.messages(by=by)[:3],
        acting=by.entity,
    )


def _certificates(request: HttpRequest) -> list[dict[str, Any]]:
    if request.actor.level < 1:
        return []
    return presenters.certificates(hold.cards(by=request.actor, now=request.now))


@require_GET
@opens_for(Kind.PERSON, level=1)
def certificates(request: HttpRequest) -> HttpResponse:
    """All my certificates as cards."""
    return page(request, "portal/certificates.html", certificates=_certificates(request))


@require_GET
@opens_for(Kind.PERSON)
def messages(request: HttpRequest) -> HttpResponse:
    """What I was told."""
    return page(request, "portal/messages.html", rows=tell.messages(by=request.actor))


@require_GET
@opens_for(Kind.PERSON, level=1)
def access(request: HttpRequest) -> HttpResponse:
    """Who looked at my data, when and why."""
    looks = hold.reads(by=request.actor)
    mine = [r for r in looks if r.actor_id == request.actor.id]
    others = [r for r in looks if r.actor_id != request.actor.id]
    return page(request, "portal/access.html", others=reads.rows(others), mine=reads.rows(mine))


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def acting(request: HttpRequest) -> HttpResponse:
    """For whom I act: myself, or a firm that gave me a mandate."""
    no = None
    if request.method == "POST":
        try:
            enter.act_for(
                session=request.session,
                actor=request.actor,
                mandate=request.POST.get("mandate", "")[:64],
                now=request.now,
            )
            return HttpResponseRedirect(reverse("portal:space"))
        except Refusal as refused:
            no = refused
    return page(
        request,
        "portal/acting.html",
        status=no.status if no else 200,
        no=no,
        choices=_choices(request),
        acting=request.actor.mandate or "",
    )


def _choices(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Oneself first, then every firm with what the mandate covers and until when."""
    firms = enter.mandates(by=request.actor, now=request.now)
    return [("", words.t("我自己", "Myself"), ""), *((f["id"], f["name"], _term(f)) for f in firms)]


def _term(firm: dict[str, str]) -> str:
    if not firm["until"]:
        return words.t("您是法定代表人", "You are its legal representative")
    scope = words.t("全部事项", "all services") if firm["scope"] == "*" else firm["scope"]
    return words.t(f"{scope}，授权至 {firm['until']}", f"{scope}, until {firm['until']}")
