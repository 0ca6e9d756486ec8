"""What the city offers: drafting, reviewing and publishing it, by two clerks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.base.actors import Kind
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.desk import editing, findings
from tongban.desk.forms import text
from tongban.journeys import bundles, find, publish
from tongban.ui.doors import opens_for, page

DRAFT, PUBLISH = "draft", "publish"
EITHER = (DRAFT, PUBLISH)
LARGEST = 2 * 1024 * 1024 + 1  # bytes of a folder that are looked at


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=EITHER)
def items(request: HttpRequest) -> HttpResponse:
    """What is on its way, and where to begin; a POST sends the folder of an item or a bundle."""
    no = None
    if request.method == "POST":
        try:
            return _to(_sent(request))
        except Refusal as refused:
            no = refused
    asked = request.GET.get("q", "")[:100]
    return page(
        request,
        "desk/items.html",
        status=no.status if no else 200,
        no=no,
        wrong=findings.of(no),
        board=publish.board(),
        asked=asked,
        found=_found(asked) if asked.strip() else [],
        states=editing.STATES,
    )


def _found(asked: str) -> list[tuple[str, str, Words, bool]]:
    """What these words mean: address, code, title, and whether it is a bundle."""
    city = publish.settings.TONGBAN_ADCODE
    joint = [(reverse("desk:bundle", args=[b.code]), b.code, b.title, True) for b in bundles.search(asked, city=city, at_most=4)]
    hits = find.search(asked, city=city, limit=12)
    return [*joint, *((reverse("desk:item", args=[hit.code]), hit.code, hit.title, False) for hit in hits)]


def _sent(request: HttpRequest) -> str:
    sent = request.FILES.get("folder")
    if sent is None:
        raise Refusal("nothing_sent", Words(zh="请选择文件", en="Choose a file"), field="folder")
    return publish.send(sent.read(LARGEST), name=str(sent.name or "")[:200], by=request.actor, now=request.now)


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=EITHER)
def item(request: HttpRequest, code: str, kind: str = "item") -> HttpResponse:
    """All versions of one item or bundle; a POST begins a draft with the newest."""
    no = None
    if request.method == "POST":
        try:
            return _to(publish.start(code, by=request.actor, now=request.now, kind=kind), "desk:revision-edit")
        except Refusal as refused:
            no = refused
    found, here = publish.history(code, kind=kind), reverse(f"desk:{kind}", args=[code])
    return page(request, "desk/item.html", status=no.status if no else 200, no=no, found=found, here=here)


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=EITHER)
def revision(request: HttpRequest, revision: UUID) -> HttpResponse:
    """One draft: what it changes for people, what the rules found; a POST moves it on."""
    no = None
    if request.method == "POST":
        try:
            DO[text(request.POST, "do")](request, revision)
            return (
                _to(str(revision))
                if text(request.POST, "do") != "drop"
                else HttpResponseRedirect(reverse("desk:items"))
            )
        except KeyError:
            no = Refusal("no_such_command", Words(zh="没有这个操作", en="There is no such action"), status=400)
        except Refusal as refused:
            no = refused
    found = publish.sheet(revision, by=request.actor)
    return page(
        request,
        "desk/revision.html",
        status=no.status if no else 200,
        no=no,
        found=found,
        row=found.row,
        versions=reverse(f"desk:{found.row.kind}", args=[found.row.code]),
        facts=editing.facts(found.item),
        wrong=findings.rows(found.findings),
        states=editing.STATES,
        today=day_of(request.now),
        typed=request.POST,
    )


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=DRAFT)
def edit(request: HttpRequest, revision: UUID) -> HttpResponse:
    """The plain form of a draft; a POST keeps it."""
    no = None
    if request.method == "POST":
        try:
            form = {name: str(value) for name, value in request.POST.items()}
            edition = _number(request)
            publish.change(revision, form=form, edition=edition, by=request.actor, now=request.now)
            return _to(str(revision))
        except Refusal as refused:
            no = refused
    found = publish.sheet(revision, by=request.actor)
    if no is None and "edit" not in found.can:
        return _to(str(revision))
    return page(
        request,
        "desk/revision-edit.html",
        status=no.status if no else 200,
        no=no,
        found=found,
        **_laid(found, request, no),
        edition=request.POST.get("edition", found.row.edition),
    )


def _laid(found: publish.Sheet, request: HttpRequest, no: Refusal | None) -> dict[str, Any]:
    """The form with what is kept or was typed, and what is wrong."""
    names = {hit.code: hit.title for hit in find.everything(publish.settings.TONGBAN_ADCODE)}
    form = editing.sections(found.item, {**publish.fields(found), **request.POST.dict()}, no, names)
    return {"form": form, "wrong": editing.errors(form)}


@require_POST
@opens_for(Kind.OFFICER, power=PUBLISH)
def withdraw(request: HttpRequest, coming: UUID) -> HttpResponse:
    """Take back a change whose day has not come."""
    publish.withdraw(coming, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("desk:items"))


def _to(revision: str, name: str = "desk:revision") -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=[revision]))


def _number(request: HttpRequest) -> int:
    told = text(request.POST, "edition")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0


def _ask(request: HttpRequest, revision: UUID) -> None:
    publish.ask(revision, note=text(request.POST, "note"), by=request.actor, now=request.now)


def _take_back(request: HttpRequest, revision: UUID) -> None:
    publish.take_back(revision, by=request.actor, now=request.now)


def _drop(request: HttpRequest, revision: UUID) -> None:
    publish.drop(revision, by=request.actor, now=request.now)


def _send_back(request: HttpRequest, revision: UUID) -> None:
    words = text(request.POST, "words")
    publish.send_back(revision, words=words, edition=_number(request), by=request.actor, now=request.now)


def _approve(request: HttpRequest, revision: UUID) -> None:
    on = text(request.POST, "on")
    publish.approve(revision, on=on, edition=_number(request), by=request.actor, now=request.now)


DO: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "ask": _ask,
    "take-back": _take_back,
    "drop": _drop,
    "send-back": _send_back,
    "approve": _approve,
}
