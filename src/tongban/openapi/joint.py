"""Bundles (一件事) in the open catalogue: the list, one with its questions, papers and what it saves, and its versions."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tongban.engine.plan import PlannedMaterial
from tongban.journeys import bundles as told
from tongban.journeys import opening
from tongban.openapi.catalogue import ahead, conditional, following, number
from tongban.ui.doors import VISITOR, Anyone, opens_for

KIND = "bundle"


@require_safe
@opens_for(Anyone)
@conditional
def bundles(request: HttpRequest) -> HttpResponse:
    """Bundles of this city and of those it offers: all of them, or what ``q`` finds; in pages."""
    asked = {name: request.GET.get(name, "")[:80] for name in ("city", "audience")}
    page, size = number(request, "page", 1), number(request, "size", opening.SIZE)
    found = opening.joint(request.GET.get("q", ""), **asked, page=page, size=size)
    return JsonResponse(
        {
            "bundles": [_brief(city, each) for city, each in found.found],
            "total": found.total,
            "page": found.page,
            "pages": found.pages,
            "next": following(request, found.page, found.pages),
        }
    )


def _brief(city: str, bundle: told.Bundle) -> dict[str, Any]:
    return {
        "city": city,
        "code": bundle.code,
        "title": msgspec.to_builtins(bundle.title),
        "summary": msgspec.to_builtins(bundle.summary),
        "audience": bundle.audience,
        "office": bundle.office,
        "services": [each.item for each in bundle.members],
    }


@require_safe
@opens_for(Anyone)
@conditional
def bundle(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """One bundle whole, and what it comes to for the answers that stand in the address: its questions, the services with what
    each waits for, one list of papers with why, the fees, before and after. One that ended answers 410 with its successor."""
    found = told.together(code, _answers(request), city=city, by=VISITOR, now=request.now)
    about = {
        "city": city,
        "code": code,
        "sha256": found.sha256,
        "coming": ahead(found.coming),
        "bundle": msgspec.to_builtins(found.bundle),
    }
    return JsonResponse(about | _case(found))


def _answers(request: HttpRequest) -> dict[str, str]:
    return {name: str(value)[:80] for name, value in request.GET.items()}


def _case(found: told.Together) -> dict[str, Any]:
    plan = found.plan
    return {
        "answers": found.way.answers,
        "asked": [each.key for each in found.way.asked],
        "example": msgspec.to_builtins(found.situation),
        "services": [{"code": each.item.code, "waits": list(each.waits)} for each in found.members],
        "missing": list(found.missing),
        "questions": [{"key": each.key, "title": msgspec.to_builtins(each.title)} for each in plan.questions],
        "papers": [_paper(each) for each in plan.materials],
        "fees": [
            {"service": each.item, "payee": each.payee, "fen": each.fen, "title": msgspec.to_builtins(each.title)}
            for each in plan.fees
        ],
        "saved": _saved(found),
        "stated": msgspec.to_builtins(found.bundle.stated),
    }


def _paper(paper: PlannedMaterial) -> dict[str, Any]:
    return {
        "type": paper.type,
        "title": msgspec.to_builtins(paper.title),
        "answer": paper.verdict.value,
        "reason": msgspec.to_builtins(paper.reason),
        "breach": msgspec.to_builtins(paper.breach),
        "source": paper.source,
        "cites": list(paper.cites),
        "services": list(paper.items),
        "required": paper.required,
    }


def _saved(found: told.Together) -> dict[str, Any]:
    """The four reductions: what it is one by one, and as one."""
    saved, papers = found.saving, found.saving.papers
    pairs = {"items": saved.items, "visits": saved.visits, "papers": (papers.alone, papers.brought), "days": saved.days}
    return {name: {"before": before, "after": after} for name, (before, after) in pairs.items()} | {"listed": papers.listed}


@require_safe
@opens_for(Anyone)
@conditional
def versions(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Every version of a bundle that was ever published, the newest first."""
    return JsonResponse({"city": city, "code": code, "versions": opening.versions(city, code, kind=KIND)})


@require_safe
@opens_for(Anyone)
@conditional
def version(request: HttpRequest, city: str, code: str, sha256: str) -> HttpResponse:
    """One version's canonical body (RFC 8785): the very bytes whose SHA-256 names it."""
    return HttpResponse(opening.body(city, code, sha256, kind=KIND), content_type="application/json")
