"""Filling in: one thing per page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.engine.plan import Option, Question
from tongban.journeys import draft as drafting
from tongban.journeys import hold
from tongban.portal import against, presenters, wrongs
from tongban.portal.views import drafts, typing
from tongban.ui import answers as forms
from tongban.ui.doors import opens_for, page

IN_FORCE = "01"  # GB/T 36904
BLANK = {"type": "person", "name": "", "id": "", "amount": "", "bank": "", "number": "", "code": ""}


@typing.survives
@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def question(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """One question; answered, the next. The form comes back as typed when the answer is refused."""
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    asked = next((q for q in sheet.plan.questions if q.key == key), None)
    if sheet.number:
        return HttpResponseRedirect(reverse("portal:receipt", args=[sheet.number]))
    if asked is None:
        raise NotFound("no_question", Words(zh="这里不问这个问题", en="This question is not asked here"))
    if request.method == "GET":
        return _ask(request, sheet, asked, form=typing.kept(request), back_again=True)
    if typing.switches(request):
        return typing.switched(request, lambda: _ask(request, sheet, asked, form=request.POST))
    if _not_yet(asked, request.POST):
        return _ask(request, sheet, asked, form=request.POST)
    try:
        raw = forms.read(asked, request.POST, sheet.answers)
        after = drafting.answer(
            id, question=key, raw=raw, version=_version(request), by=request.actor, now=request.now, before=sheet
        )
    except Refusal as no:
        return _ask(request, sheet, asked, form=request.POST, no=no)
    if request.POST.get("back") == "review":
        return HttpResponseRedirect(reverse("portal:review", args=[id]))
    return HttpResponseRedirect(_after(after, key))


def _not_yet(asked: Question, form: Any) -> bool:
    """Whether a button was pressed that only changes the page: search, add a row, remove one."""
    return form.get("do", "save") != "save" or (asked.widget == "place" and "find" in form)


def _after(sheet: drafting.Sheet, key: str) -> str:
    """The question after this one that is still open, else the first open one, else what comes after the form."""
    keys = [q.key for q in sheet.plan.questions]
    rest = keys[keys.index(key) + 1 :] if key in keys else keys
    asked = {q.key: q for q in sheet.plan.questions}
    following = next((k for k in rest if not sheet.done(asked[k])), None)
    return reverse("portal:question", args=[sheet.id, following]) if following else drafts.go_on(sheet)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _ask(
    request: HttpRequest,
    sheet: drafting.Sheet,
    asked: Question,
    *,
    form: Any = None,
    no: Refusal | None = None,
    back_again: bool = False,
) -> HttpResponse:
    at, of, left = presenters.progress(sheet, asked.key)
    value = forms.typed(asked, sheet.answers, form)
    find = (form or request.GET).get("value.query" if asked.widget == "place" else "find", "")[:100]
    changing = form is not None and no is None
    options = _options(asked, find, value)
    errors = wrongs.by_field(asked, no, searched=wrongs.long(asked) and not options)
    return page(
        request,
        "portal/question.html",
        status=no.status if no else 200,
        sheet=sheet,
        asked=asked,
        parts={**BLANK, **value} if isinstance(value, dict) else BLANK,
        value=value,
        no=no,
        back_again=back_again and form is not None,
        kept_at=presenters.words.clock_time(sheet.kept_at),
        errors=errors,
        wrong=wrongs.summary(errors),
        at=at,
        of=of,
        left=left,
        find=find,
        back=(form or request.GET).get("back", ""),
        held=_held(request, asked),
        place_results=_found(request, sheet, asked, find),
        rows=_rows(asked, value, form if changing else None),
        people_options=_people(asked, sheet),
        kept=_kept(sheet, asked, no),
        place=presenters.answer(sheet, asked, sheet.answers.get(asked.key)) if asked.key in sheet.answers else "",
        source=presenters.shown.source(asked.known.source) if asked.known else None,
        as_of=presenters.as_of(asked.known.as_of, today=drafts.today(request)) if asked.known else None,
        options=options,
        long=wrongs.long(asked),
        found=any(_fits(option, find) for option in asked.options),
        barred=against.barred(sheet, by=request.actor),
    )


def _kept(sheet: drafting.Sheet, asked: Question, no: Refusal | None) -> str:
    """What another window kept in the meantime, to be seen beside what was typed here."""
    if no is None or no.code != "changed_elsewhere":
        return ""
    return presenters.answer(sheet, asked, sheet.answers.get(asked.key))


def _rows(asked: Question, value: Any, changing: Any) -> list[dict[str, Any]]:
    """The rows of a list question; one more where “add” was pressed, one less where “remove” was."""
    if asked.widget not in ("people", "holders"):
        return []
    rows = [dict(each) for each in value] if isinstance(value, list) else []
    do = changing.get("do", "") if changing is not None else ""
    if do.startswith("remove-") and do[7:].isdigit() and int(do[7:]) < len(rows):
        rows.pop(int(do[7:]))
    if do == "add" or not rows:
        rows.append({})
    return [{**BLANK, **row} for row in rows[: forms.ROWS]]


def _people(asked: Question, sheet: drafting.Sheet) -> list[tuple[str, str, str]]:
    """The people to pick from: number, name, and the end of the number to tell namesakes apart."""
    return [(p["id"], p["name"], f"…{p['id'][-4:]}") for p in forms.people_of(asked, sheet.answers)]


def _held(request: HttpRequest, asked: Question) -> list[tuple[str, Words, str]]:
    """The certificates on file in whose name this is, to choose from: number, name, number again."""
    if asked.widget != "certificate":
        return []
    cards = [card for card in hold.cards(by=request.actor, now=request.now) if card.status == IN_FORCE]
    return [(card.number, card.name, card.number) for card in cards]


def _found(request: HttpRequest, sheet: drafting.Sheet, asked: Question, find: str) -> list[dict[str, Any]] | None:
    """Places that fit what was searched for; why none can be had, without a value to choose; None before a search."""
    if asked.widget != "place" or not find:
        return None
    try:
        places = drafting.suggest(
            city=sheet.ref.city, kind="place", text=find, by=request.actor, now=request.now, ref=sheet.id
        )
    except Refusal as no:
        w = presenters.words.w
        return [{"value": "", "text": w(no.brief), "detail": w(no.next_step) if no.next_step else ""}]
    return [{"value": place["code"], "text": place["text"], "detail": ""} for place in places]


def _options(asked: Question, find: str, value: Any) -> list[tuple[str, str, str]]:
    """Options to choose from; of a long list only what fits the search and what is chosen."""
    chosen = set(value) if isinstance(value, list) and asked.widget in forms.LISTS else set()
    w = presenters.words.w
    return [
        (option.value, w(option.label), w(option.note) if option.note else "")
        for option in asked.options
        if not wrongs.long(asked) or option.value in chosen or (find and _fits(option, find))
    ]


def _fits(option: Option, find: str) -> bool:
    """Whether what was searched for stands in an option."""
    said = (option.value, option.label.zh, option.label.en, *((option.note.zh, option.note.en) if option.note else ()))
    return any(find.casefold() in each.casefold() for each in said)


@require_GET
@opens_for(Kind.PERSON, level=1)
def places(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """Places that fit what is typed, as a part of the page; without htmx, the question itself."""
    if not getattr(request, "htmx", None):
        return HttpResponseRedirect(reverse("portal:question", args=[id, key]))
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    asked = next((q for q in sheet.plan.questions if q.key == key and q.widget == "place"), None)
    found = _found(request, sheet, asked, request.GET.get("value.query", "")[:100]) if asked else None
    return page(request, "portal/_places.html", results=found, value=sheet.answers.get(key, {}).get("code", ""))
