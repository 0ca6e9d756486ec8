"""One case on one screen, and every command on it."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.base.actors import Actor, Kind
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.desk import evidence, forms, history, presenters
from tongban.journeys import enter, handle
from tongban.journeys import pay as paying
from tongban.ui import files_host, shown
from tongban.ui import lanes as drawing
from tongban.ui.doors import Anyone, opens_for, page


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case on one screen; a POST with a reason opens a case of another office, on the record."""
    return _case(request, number, reason=request.POST.get("reason", ""))


def _case(
    request: HttpRequest, number: str, *, no: Refusal | None = None, tried: str = "", reason: str = ""
) -> HttpResponse:
    try:
        screen = handle.screen(number, by=request.actor, now=request.now, reason=reason)
    except handle.NotYourOffice as shut:
        return page(request, "desk/shut.html", status=shut.status, no=shut, number=number)
    rows = evidence.rows(screen.own, screen.document)
    told = {row.label for row in rows}
    return page(
        request,
        "desk/case.html",
        status=no.status if no else 200,
        no=no,
        tried=forms.tried(tried, request.POST, no) if no else forms.Tried(),
        typed=forms.typed(request.POST),
        screen=screen,
        view=screen.view,
        line=presenters.strip(shown.stations(screen.view)),
        rows=rows,
        others=[row for row in evidence.rows(screen.item, screen.document) if row.label not in told],
        lanes=drawing.drawn(screen.view, mine=screen.mine),
        applicants=presenters.applicants(screen.document),
        differing=sum(row.state == "differs" for row in rows),
        materials=presenters.materials(screen, number),
        laws=presenters.laws(screen.item),
        bases=presenters.basis_options(),
        status_words=shown.STATUS[screen.view.status],
        parcels=shown.parcels(screen.view.parcels),
        opinions=history.opinions(screen),
        events=history.entries(screen),
        signatures=presenters.signatures(screen.signatures, number),
        names=handle.names_of(screen),
        paper_options=presenters.paper_options(screen),
        supplement_phrases=presenters.supplement_phrases(screen),
        default_cites="《中华人民共和国行政许可法》第三十二条第一款",
        review_cites="《中华人民共和国行政复议法》第六十四条",
        asks=presenters.asks(screen, by=request.actor, now=request.now),
        due=presenters.due(screen.view.clock.due) if hasattr(screen.view.clock.due, "hour") else None,
        purse=paying.purse(number, now=request.now),
        next=handle.next_for(by=request.actor, now=request.now, after=number),
        done=presenters.done(request.GET.get("done", ""), request.GET.get("of", "")),
    )


@require_POST
@opens_for(Kind.OFFICER)
def command(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """One command on one case: a letter that is read first is shown; refused, the page comes back with what was typed;
    done, the next case opens where this one leaves the officer's hands."""
    do = forms.COMMANDS.get(command)
    if do is None:
        raise NotFound("no_command", Words(zh="没有这个操作", en="There is no such action"))
    try:
        letter = forms.letter(number, command, request.POST, request.actor, request.now)
        if letter is not None:
            handle.screen(number, by=request.actor, now=request.now)
            given = presenters.given(request.POST)
            return page(request, "desk/letter.html", letter=letter, number=number, command=command, given=given)
        do(number, request.POST, request.actor, request.now)
    except handle.NotYourOffice as shut:
        return page(request, "desk/shut.html", status=shut.status, no=shut, number=number)
    except Refusal as no:
        return _case(request, number, no=no, tried=command)
    return HttpResponseRedirect(_onward(request, number, command))


def _onward(request: HttpRequest, number: str, command: str) -> str:
    """Where one goes on: the next case of the queue after what leaves the officer's hands, else the case itself."""
    said = urlencode({"done": command, "of": number[-11:]})
    if request.POST.get("then") != "next" or command not in forms.PARTING:
        return reverse("desk:case", args=[number])
    following = handle.next_for(by=request.actor, now=request.now)
    target = reverse("desk:case", args=[following]) if following else reverse("desk:queue")
    return f"{target}?{said}"


@require_GET
@opens_for(Kind.OFFICER)
def file(request: HttpRequest, number: str, material: UUID) -> HttpResponse:
    """A file of a case, as a download that no browser runs, from the files' own host."""
    there = files_host.hand(request, "desk:handed", number=number, material=str(material), who=request.actor.id)
    return there or _file(request, number, str(material), request.actor)


@require_GET
@opens_for(Anyone)
def handed(request: HttpRequest, token: str) -> HttpResponse:
    """The file itself, on the files' host, where nobody is signed in: the link says who pressed it a moment ago."""
    told = files_host.handed(token)
    return _file(request, told["number"], told["material"], enter.officer_again(told["who"]))


def _file(request: HttpRequest, number: str, material: str, by: Actor) -> HttpResponse:
    blob, content = handle.file(number=number, material=material, by=by, now=request.now)
    return files_host.attachment(content, blob.media_type, blob.name)


@require_GET
@opens_for(Kind.OFFICER)
def picture(request: HttpRequest, number: str, material: UUID) -> HttpResponse:
    """A picture of a file, drawn here: nothing of the file itself reaches the browser."""
    content = handle.picture(number=number, material=str(material), by=request.actor, now=request.now)
    answer = HttpResponse(content, content_type="image/jpeg")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_GET
@opens_for(Kind.OFFICER)
def paper(request: HttpRequest, number: str, paper: UUID) -> HttpResponse:
    """A letter or certificate of a case, as signed."""
    name, content = handle.paper(number=number, paper=str(paper), by=request.actor, now=request.now)
    return files_host.attachment(content, "application/pdf", name)
