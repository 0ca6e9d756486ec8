"""The window (窗口代办): who is here, what they need, the form with them, papers, their signature, the receipt."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from markupsafe import Markup

from tongban.base.actors import Kind
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.desk import fields, presenters
from tongban.engine.plan import Verdict
from tongban.files import scans
from tongban.journeys import acting, apply, browse, counter, find, see, signing
from tongban.journeys import draft as drafting
from tongban.ui import answers, sent, shown, words
from tongban.ui.doors import opens_for, page

COUNTER = "counter"
LARGEST = 10 * 1024 * 1024 + 1  # bytes of one file that are looked at


def at_window(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for which somebody must stand at the window: ``request.guest``; else the first page asks who is here."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            request.guest = counter.guest(request.session, by=request.actor, now=request.now)
        except counter.NobodyHere:
            return HttpResponseRedirect(reverse("desk:window"))
        return view(request, *args, **kwargs)

    return door


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=COUNTER)
def window(request: HttpRequest) -> HttpResponse:
    """Who is here; then what they need. A POST says who, by card and face."""
    no = None
    if request.method == "POST":
        try:
            _identify(request)
            return HttpResponseRedirect(reverse("desk:window"))
        except Refusal as refused:
            no = refused
    who = counter.serves(request.session, by=request.actor, now=request.now)
    if who is None:
        return page(request, "desk/window.html", status=no.status if no else 200, no=no, typed=_typed(request))
    return _offer(request, who)


def _identify(request: HttpRequest) -> None:
    typed = _typed(request)
    counter.identify(
        session=request.session,
        name=typed["name"],
        id_number=typed["id_number"],
        seen=typed["card"] == typed["face"] == "1",
        mobile=typed["mobile"],
        by=request.actor,
        now=request.now,
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:100] for name in ("name", "id_number", "card", "face", "mobile")}


def _offer(request: HttpRequest, who: Any) -> HttpResponse:
    here, asked = settings.TONGBAN_ADCODE, request.GET.get("q", "").replace("\x00", "")[:100].strip()
    return page(
        request,
        "desk/window-offer.html",
        who=who,
        asked=asked,
        hits=find.search(asked) if asked else browse.often(find.everything(here), city=here, at_most=9),
        firms=acting.choices(by=who, now=request.now),
        drafts=drafting.mine(by=who),
        cases=see.own(by=who)[:10],
        status_words=shown.STATUS,
    )


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
def leave(request: HttpRequest) -> HttpResponse:
    """The person goes."""
    counter.leave(session=request.session)
    return HttpResponseRedirect(reverse("desk:window"))


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def act_for(request: HttpRequest) -> HttpResponse:
    """For themself, or for a firm of theirs."""
    counter.act_for(
        session=request.session, mandate=request.POST.get("mandate", "")[:80].strip(), by=request.actor, now=request.now
    )
    return HttpResponseRedirect(reverse("desk:window"))


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def start(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """A draft of theirs of the version in force."""
    id = drafting.start(city=city, code=code, by=request.guest, now=request.now)
    return HttpResponseRedirect(reverse("desk:window-form", args=[id]))


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def form(request: HttpRequest, id: UUID) -> HttpResponse:
    """All questions on one page, what registries know filled in; the same validation as at home."""
    wrong: dict[str, Refusal] = {}
    if request.method == "POST" and request.POST.get("do", "save") == "save" and "find" not in request.POST:
        wrong = counter.fill(id, raw=_raw(request), by=request.guest, now=request.now)
        sheet = drafting.sheet(id, by=request.guest, now=request.now)
        if not wrong and not sheet.next_question:
            return HttpResponseRedirect(_after(sheet))
    sheet = drafting.sheet(id, by=request.guest, now=request.now)
    filling = fields.Filling(
        sheet, form=request.POST if request.method == "POST" else None, wrong=wrong, by=request.guest, now=request.now
    )
    return page(
        request,
        "desk/window-form.html",
        status=422 if wrong else 200,
        who=request.guest,
        sheet=sheet,
        fields=filling.all(),
        wrong=wrong,
        summary=[(f"{key}.value", _named(sheet, key, no)) for key, no in wrong.items()],
        known=_known(sheet),
    )


def _named(sheet: drafting.Sheet, key: str, no: Refusal) -> Words:
    """What is wrong, with the name of the question: several are on the page."""
    asked = next((q for q in sheet.plan.questions if q.key == key), None)
    if asked is None:
        return no.brief
    return Words(zh="{title}：{says}", en="{title}: {says}").format(title=asked.title or asked.ask, says=no.brief)


def _raw(request: HttpRequest) -> counter.Raw:
    def read(asked: Any, told: dict[str, Any]) -> Any:
        if f"{asked.key}.here" not in request.POST:
            return counter.ABSENT
        return answers.read(asked, answers.own(request.POST, asked.key), told)

    return read


def _known(sheet: drafting.Sheet) -> list[dict[str, Any]]:
    """What registries know already and nobody is asked for."""
    asked = {q.key for q in sheet.plan.questions}
    return [
        {"label": f.title, "value": shown.value(f, known.value), "source": shown.source(known.source)}
        for f in sheet.item.form
        if f.key not in asked and (known := sheet.plan.known.get(f.key)) is not None and known.value is not None
    ]


def _after(sheet: drafting.Sheet) -> str:
    to_give = any(m.verdict is Verdict.UPLOAD for m in sheet.plan.materials)
    return reverse("desk:window-papers" if to_give else "desk:window-sign", args=[sheet.id])


@require_GET
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def papers(request: HttpRequest, id: UUID) -> HttpResponse:
    """What is to be shown: by camera or as a file."""
    return _papers(request, id)


def _papers(request: HttpRequest, id: UUID, no: Refusal | None = None, at: str = "") -> HttpResponse:
    sheet = drafting.sheet(id, by=request.guest, now=request.now)
    return page(
        request,
        "desk/window-papers.html",
        status=no.status if no else 200,
        no=no,
        at=at,
        who=request.guest,
        sheet=sheet,
        to_give=[m for m in sheet.plan.materials if m.verdict is Verdict.UPLOAD],
        others=[m for m in sheet.plan.materials if m.verdict is not Verdict.UPLOAD],
    )


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def scan(request: HttpRequest, id: UUID, material: str) -> HttpResponse:
    """Take in one paper: one file, or the pages that the camera took."""
    try:
        pages = sent.read(request.FILES.getlist("file"), most=scans.MOST, whole=scans.WHOLE)
        counter.scan(id, material=material, pages=pages, by=request.guest, now=request.now)
    except Refusal as no:
        return _papers(request, id, no, material)
    return HttpResponseRedirect(reverse("desk:window-papers", args=[id]))


@require_GET
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def sign(request: HttpRequest, id: UUID) -> HttpResponse:
    """Read it over, lock it, and the person signs."""
    return _sign(request, id)


def _sign(request: HttpRequest, id: UUID, no: Refusal | None = None) -> HttpResponse:
    sheet = drafting.sheet(id, by=request.guest, now=request.now)
    if sheet.number:
        return HttpResponseRedirect(reverse("desk:window-receipt", args=[sheet.number]))
    mine, others = counter.signers(id, by=request.guest, now=request.now) if sheet.sealed else ([], [])
    return page(
        request,
        "desk/window-sign.html",
        status=no.status if no else 200,
        no=no,
        who=request.guest,
        sheet=sheet,
        rows=presenters.read_over(sheet),
        documents=drafting.documents(sheet, now=request.now),
        titles={m.type: m.title for m in sheet.plan.materials},
        mine=mine,
        others=others,
        ready=bool(sheet.sealed) and not mine and all(s.signed_at for s in others),
        read_on=words.moment(request.now),
    )


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def do(request: HttpRequest, id: UUID, step: str) -> HttpResponse:
    """Lock, unlock or submit."""
    if step not in _DO:
        raise NotFound("no_command", Words(zh="没有这个操作", en="There is no such action"))
    try:
        return HttpResponseRedirect(_DO[step](request, id))
    except Refusal as no:
        return _sign(request, id, no)


def _lock(request: HttpRequest, id: UUID) -> str:
    signing.lock(id, by=request.guest, now=request.now)
    return reverse("desk:window-sign", args=[id])


def _unlock(request: HttpRequest, id: UUID) -> str:
    signing.unlock(id, by=request.guest, now=request.now)
    return reverse("desk:window-form", args=[id])


def _submit(request: HttpRequest, id: UUID) -> str:
    receipt = apply.submit(id, by=request.guest, now=request.now)
    return reverse("desk:window-receipt", args=[receipt.number])


_DO = {"lock": _lock, "unlock": _unlock, "submit": _submit}


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def signed(request: HttpRequest, id: UUID, party: UUID) -> HttpResponse:
    """What the person wrote: on the screen, or on paper."""
    paper = request.FILES.get("paper")
    try:
        counter.sign(
            party,
            digest=request.POST.get("digest", "")[:64],
            drawn=request.POST.get("ink", ""),
            paper=paper.read(LARGEST) if paper else b"",
            by=request.guest,
            now=request.now,
        )
    except Refusal as no:
        return _sign(request, id, no)
    return HttpResponseRedirect(reverse("desk:window-sign", args=[id]))


@require_GET
@opens_for(Kind.OFFICER, power=COUNTER)
@at_window
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The print sheet: the number, and the code by which the case is followed at home."""
    view = see.case(number, by=request.guest, now=request.now)
    slip = counter.slip(number, by=request.guest)
    return page(
        request,
        "desk/window-receipt.html",
        who=request.guest,
        view=view,
        received=words.moment(view.received_at),
        address=slip.address,
        code=Markup(slip.qr),  # drawn by us from an address of ours
        can_accept=counter.can_accept(number, by=request.actor, now=request.now),
    )
