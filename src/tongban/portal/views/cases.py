"""Following a case and asking for something on its way."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import hold, lanes, recipient, saving, see, wishes
from tongban.journeys import mine as listing
from tongban.journeys import pay as paying
from tongban.portal import bundles as joint
from tongban.portal import mine as lists
from tongban.portal import posts, presenters
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui import lanes as drawing
from tongban.ui import sent, shown, words
from tongban.ui.doors import opens_for, page

GIVEN, GIVEN_BYTES = 20, 40 * 1024 * 1024  # files of one supplement, and their bytes in all


@require_GET
@opens_for(Kind.PERSON, level=1)
def mine(request: HttpRequest) -> HttpResponse:
    """My cases: all, those that go on, wait for me, or came to an end; by number or words."""
    asked, state = request.GET.get("q", "").strip()[:80], request.GET.get("state", "all")
    state = state if state in presenters.FILTERS else "all"
    after = request.GET.get("after", "")[:40]
    found = listing.page(by=request.actor, now=request.now, state=state, words=asked, after=after)
    return room(
        request,
        "portal/cases.html",
        "cases",
        cases=lists.cases(found.rows),
        saved=joint.told(saving.of_space(request.actor), many=True) if state == "all" and not asked and not after else None,
        filters=[(words.w(says), _query(q=asked, state=key), key == state, None) for key, says in presenters.FILTERS.items()],
        next=_query(q=asked, state=state, after=found.next) if found.next else None,
        first=_query(q=asked, state=state) if after else None,
        asked=asked,
        state=state,
    )


def _query(**parts: str) -> str:
    """The list with these choices; what is empty is left out."""
    said = urlencode({name: value for name, value in parts.items() if value and value != "all"})
    return f"{reverse('portal:cases')}?{said}" if said else reverse("portal:cases")


@require_GET
@opens_for(Kind.PERSON, level=1)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: the line, the clock, what was said, what can be done."""
    return _case(request, number)


def _case(request: HttpRequest, number: str, no: Refusal | None = None) -> HttpResponse:
    view = see.case(number, by=request.actor, now=request.now)
    due = view.clock.due
    return page(
        request,
        "portal/case.html",
        status=no.status if no else 200,
        no=no,
        view=view,
        typed=request.POST,
        stations=shown.stations(view),
        lanes=drawing.drawn(view),
        state=_state(view),
        timeline=presenters.timeline(view),
        papers=presenters.letters(view.papers, _held(view, request)),
        purse=paying.purse(view.number, by=request.actor, now=request.now),
        ratings=[(c, words.w(t)) for c, t in presenters.RATINGS],
        materials=shown.materials(view, lambda m: None),
        due=_due(due),
        promised=_promised(view.clock),
        parcels=posts.rows(view.parcels),
        known=posts.known(view, asked="registered" in request.GET, by=request.actor, now=request.now),
        may_ask=recipient.may_ask(request.actor) and "registered" not in request.GET,
        beside=posts.beside(view, by=request.actor, now=request.now),
        saved=joint.told(saving.of_cases([view.number])),
        supplement_titles={m.type: words.w(presenters.Words(**m.title)) for m in view.materials},
    )


def _held(view: see.View, request: HttpRequest) -> list[hold.Card]:
    """The certificates of the reader's own that the case brought; a receipt of a payment stands with the payment."""
    papers = [p for p in view.papers if paying.receipts.TYPE not in (getattr(p, "type", ""), getattr(p, "kind", ""))]
    return hold.brought(view.number, papers, by=request.actor) if papers and view.status in ("decided", "closed") else []


def _state(view: see.View) -> tuple[Words, str]:
    """Where the case stands: words, and how they are drawn."""
    if view.withdrawn:
        return presenters.EVENTS["withdrawn"], "plain"
    if view.granted is False:
        return Words(zh="未获批准", en="Refused"), "refused"
    if view.granted and view.status == "closed":
        return Words(zh="已准予", en="Granted"), "done"
    if view.parts and view.status == "closed" and view.granted is None:
        return Words(zh="部分准予", en="Granted in part"), "done"
    return shown.STATUS[view.status]


def _promised(clock: lanes.ClockFace) -> str:
    if clock.unit == "minutes":
        return words.promise(office_minutes=clock.promised)
    return words.promise(working_days=clock.promised)


def _due(due: object) -> str | None:
    """A moment or a day in words; nothing while it is pending."""
    if due is None:
        return None
    return words.moment(due) if isinstance(due, datetime) else words.day(due)  # type: ignore[arg-type]


@require_GET
@opens_for(Kind.PERSON, level=1)
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What you have after submitting."""
    view = see.case(number, by=request.actor, now=request.now)
    due = _due(view.clock.due)
    what = presenters.next_of(view, promised=_promised(view.clock) if view.clock.promised else "", due=due)
    return page(request, "portal/receipt.html", view=view, received=words.moment(view.received_at), next=what)


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask once more, then take the application back, or one part of it."""
    if request.method == "GET":
        view = see.case(number, by=request.actor, now=request.now)
        part = next((p for p in view.parts if p.key == request.GET.get("part") and "withdraw" in p.can), None)
        asked = wishes.who_must_agree(number=number, part=part.key if part else "", by=request.actor, now=request.now)
        return page(request, "portal/withdraw.html", view=view, part=part, asked=asked)
    part = request.POST.get("part", "")[:80]
    return _wish(request, number, lambda: wishes.withdraw(number=number, part=part, by=request.actor, now=request.now))


@posted("portal:case", "number")
@opens_for(Kind.PERSON, level=1)
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """Do not agree to take back what another party wishes to."""
    part = request.POST.get("part", "")[:80]
    return _wish(request, number, lambda: wishes.keep(number=number, part=part, by=request.actor, now=request.now))


@posted("portal:case", "number")
@opens_for(Kind.PERSON, level=1)
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Give what was asked for."""
    came = [(name, file) for name in request.FILES for file in request.FILES.getlist(name)]
    told = request.POST.get("words", "")[:4000]

    def wish() -> None:
        read = sent.read([file for _, file in came], most=GIVEN, whole=GIVEN_BYTES)
        files = [(asked, *each) for (asked, _), each in zip(came, read, strict=True)]
        wishes.supplement(number=number, uploads=files, words=told, by=request.actor, now=request.now)

    return _wish(request, number, wish)


@posted("portal:case", "number")
@opens_for(Kind.PERSON, level=1)
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """Have the paper sent, with that of other cases."""
    form, also = _address(request), [each[:80] for each in request.POST.getlist("also")]
    return _wish(
        request, number, lambda: wishes.order_paper(number=number, also=also, by=request.actor, now=request.now, **form)
    )


def _address(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:300] for name in ("name", "mobile", "address")}


@posted("portal:case", "number")
@opens_for(Kind.PERSON, level=1)
def redirect(request: HttpRequest, number: str) -> HttpResponse:
    """Have a parcel that is on its way brought to another address."""
    form = {name: request.POST.get(f"to-{name}", "")[:300] for name in ("name", "mobile", "address")}

    def wish() -> None:
        try:
            wishes.redirect(number=number, by=request.actor, now=request.now, **form)
        except Refusal as no:
            no.field = f"to-{no.field}" if no.field in form else no.field
            raise

    return _wish(request, number, wish)


@posted("portal:case", "number")
@opens_for(Kind.PERSON, level=1)
def fetch(request: HttpRequest, number: str) -> HttpResponse:
    """Have originals fetched."""
    form, what = _address(request), request.POST.get("what", "")[:300]
    return _wish(
        request,
        number,
        lambda: wishes.fetch_originals(number=number, what=what, by=request.actor, now=request.now, **form),
    )


@posted("portal:case", "number")
@opens_for(Kind.PERSON, level=1)
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Rate the service."""
    code = request.POST.get("code", "")
    return _wish(
        request,
        number,
        lambda: wishes.give_rating(
            number=number,
            code=int(code) if code.isdecimal() and len(code) == 1 else 0,
            words=request.POST.get("words", "")[:2000],
            by=request.actor,
            now=request.now,
        ),
    )


def _wish(request: HttpRequest, number: str, do) -> HttpResponse:  # type: ignore[no-untyped-def]
    try:
        do()
    except Refusal as no:
        return _case(request, number, no)
    return HttpResponseRedirect(reverse("portal:case", args=[number]))
