"""A draft as a whole: begin it, see how far it is, review it, take the newer version."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import draft as drafting
from tongban.portal import against, presenters
from tongban.portal.views.posting import posted
from tongban.ui.doors import opens_for, page

PICK = "pick."  # before the key of a question that the guide asked


@posted("portal:guide", "city", "code")
@opens_for(Kind.PERSON, level=1)
def start(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Begin a draft of the version in force, with what was answered in its guide."""
    id = drafting.start(city=city, code=code, by=request.actor, now=request.now)
    told = {name.removeprefix(PICK): value[:80] for name, value in request.POST.items() if name.startswith(PICK)}
    if told:
        drafting.carry(id, told, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("portal:draft", args=[id]))


@require_GET
@opens_for(Kind.PERSON, level=1)
def overview(request: HttpRequest, id: UUID) -> HttpResponse:
    """A draft on one page: how far it is, what is left."""
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    left, all_of = presenters.needed(sheet.plan.materials, sheet.later)
    return page(
        request,
        "portal/draft.html",
        sheet=sheet,
        go_on=go_on(sheet),
        go_words=_go_words(sheet),
        left=left,
        all_of=all_of,
        done=sum(sheet.done(q) for q in sheet.plan.questions),
        barred=against.barred(sheet, by=request.actor),
    )


def go_on(sheet: drafting.Sheet) -> str:
    """The page that comes next."""
    if sheet.number:
        return reverse("portal:case", args=[sheet.number])
    if sheet.sealed:
        return reverse("portal:signers", args=[sheet.id])
    if sheet.next_question:
        return reverse("portal:question", args=[sheet.id, sheet.next_question])
    if sheet.missing:
        return reverse("portal:materials", args=[sheet.id])
    return reverse("portal:review", args=[sheet.id])


def over(sheet: drafting.Sheet) -> HttpResponse | None:
    """Where somebody stands who comes back to a page of a draft that was submitted: at its receipt, at no form."""
    return HttpResponseRedirect(reverse("portal:receipt", args=[sheet.number])) if sheet.number else None


def _go_words(sheet: drafting.Sheet) -> Words:
    """What the button to the next page says."""
    if sheet.number:
        return Words(zh="查看进度", en="See progress")
    if sheet.sealed:
        return Words(zh="去签名", en="Go to signing")
    if sheet.next_question:
        return Words(zh="继续填写", en="Continue")
    return Words(zh="去交材料", en="Give the papers") if sheet.missing else Words(zh="去核对", en="Review")


def today(request: HttpRequest) -> date:
    return day_of(request.now)


@require_GET
@opens_for(Kind.PERSON, level=1)
def review(request: HttpRequest, id: UUID) -> HttpResponse:
    """Everything before it is signed; any answer can be changed from here."""
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    return over(sheet) or show_review(request, sheet)


def show_review(request: HttpRequest, sheet: drafting.Sheet, no: Refusal | None = None) -> HttpResponse:
    """The review page, with the refusal of what was tried from it."""
    def change(key: str) -> str:
        return f"{reverse('portal:question', args=[sheet.id, key])}?back=review"

    return page(
        request,
        "portal/review.html",
        status=no.status if no else 200,
        sheet=sheet,
        no=no,
        rows=presenters.review(sheet, change, today=today(request)),
        findings=against.findings(sheet, change),
        barred=against.barred(sheet, by=request.actor),
        documents=drafting.documents(sheet, now=request.now),
        titles={m.type: m.title for m in sheet.plan.materials},
        materials=presenters.materials(sheet.plan.materials, given=sheet.uploads, laws=sheet.item.laws, later=sheet.later),
        promise=presenters.promise(sheet.plan.promise),
        go_on=go_on(sheet),
    )


@posted("portal:draft", "id")
@opens_for(Kind.PERSON, level=1)
def renew(request: HttpRequest, id: UUID) -> HttpResponse:
    """Go on with the newer version of the service."""
    fresh = drafting.renew(id, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("portal:draft", args=[fresh]))


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def give_up(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask once more, then the draft is gone. One that is locked for signing is unlocked first."""
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    if sheet.number:
        return HttpResponseRedirect(reverse("portal:case", args=[sheet.number]))
    no = None
    if request.method == "POST":
        try:
            drafting.give_up(id, by=request.actor, now=request.now)
            return HttpResponseRedirect(reverse("portal:space"))
        except Refusal as refused:
            no = refused
    return page(request, "portal/give-up.html", status=no.status if no else 200, no=no, sheet=sheet)
