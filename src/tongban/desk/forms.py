"""What officers' forms say, as the journeys' own words. One function a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.http import QueryDict

from tongban.base.actors import Actor
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import demands, handle

Command = Callable[[str, QueryDict, Actor, datetime], object]


def _accept(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.accept(number=number, by=by, now=now)


def _not_accept(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    reasons, cites = written(number, form, "not-accept")
    handle.not_accept(number=number, reasons=reasons, cites=cites, by=by, now=now)


def _supplement(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    reasons, _ = written(number, form, "supplement")
    named = [*form.getlist("lines"), *handle.phrasing.papers(number=number, keys=form.getlist("phrases"))]
    handle.ask_supplement(number=number, lines=list(dict.fromkeys(named)), text=reasons, by=by, now=now)


def _note_missing(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    reasons, _ = written(number, form, "supplement")
    named = [*form.getlist("lines"), *handle.phrasing.papers(number=number, keys=form.getlist("phrases"))]
    handle.note_missing(number=number, lines=list(dict.fromkeys(named)), text=reasons, by=by, now=now)


def _take(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.take(number=number, step=text(form, "step"), by=by, now=now)


def _release(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.release(number=number, step=text(form, "step"), by=by, now=now)


def _finish(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    outcome = text(form, "outcome")
    use = "fail" if outcome == "failed" else "pass"
    note, _ = handle.phrasing.composed(
        number=number, use=use, keys=form.getlist("phrases"), text=text(form, "note"), part=text(form, "part")
    )
    handle.finish(number=number, step=text(form, "step"), outcome=outcome, text=note, by=by, now=now)


def _decide(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    granted = text(form, "granted") == "yes"
    reasons, cites = written(number, form, "grant" if granted else "refuse")
    part = text(form, "part")
    handle.decide(number=number, granted=granted, reasons=reasons, cites=cites, by=by, now=now, part=part)


def _suspend(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    reasons, _ = written(number, form, "suspend")
    handle.suspend(number=number, basis=text(form, "basis"), text=reasons, by=by, now=now)


def _resume(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.resume(number=number, by=by, now=now)


def _assign(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.assign(
        number=number, step=text(form, "step"), to=text(form, "to"), note=text(form, "reasons"), by=by, now=now
    )


def _send_back(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    reasons, _ = written(number, form, "send-back")
    handle.send_back(number=number, step=text(form, "step"), reasons=reasons, by=by, now=now)


def _ask_extension(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    reasons, _ = written(number, form, "extension")
    handle.ask_extension(number=number, days=text(form, "days"), reasons=reasons, by=by, now=now)


def _extend(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.extend(number=number, by=by, now=now)


def _reopen(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.reopen(
        number=number,
        part=text(form, "part"),
        reasons=text(form, "reasons"),
        cites=text(form, "cites"),
        by=by,
        now=now,
    )


def _ask_opinion(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.advice.ask(
        number=number,
        office=text(form, "office"),
        officer=text(form, "officer"),
        question=text(form, "reasons"),
        by=by,
        now=now,
    )


def _give_opinion(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.advice.answer(opinion=text(form, "opinion"), text=text(form, "reasons"), by=by, now=now)


def text(form: QueryDict, name: str) -> str:
    """One field of a form, bounded."""
    return str(form.get(name, ""))[:4000].strip()


def written(number: str, form: QueryDict, use: str) -> tuple[str, str]:
    """Reasons and articles: the ticked phrases and what was typed."""
    return handle.phrasing.composed(
        number=number,
        use=use,
        keys=form.getlist("phrases"),
        text=text(form, "reasons"),
        cites=text(form, "cites"),
        part=text(form, "part"),
    )


COMMANDS: dict[str, Command] = {
    "accept": _accept,
    "not-accept": _not_accept,
    "supplement": _supplement,
    "note-missing": _note_missing,
    "take": _take,
    "release": _release,
    "finish": _finish,
    "decide": _decide,
    "suspend": _suspend,
    "resume": _resume,
    "assign": _assign,
    "send-back": _send_back,
    "ask-extension": _ask_extension,
    "extend": _extend,
    "reopen": _reopen,
    "ask-opinion": _ask_opinion,
    "give-opinion": _give_opinion,
}

# After these the case is out of the officer's hands: the next one opens.
PARTING = frozenset({"accept", "not-accept", "supplement", "note-missing", "finish", "decide", "assign", "give-opinion"})


def letter(number: str, command: str, form: QueryDict, by: Actor, now: datetime) -> handle.writing.Preview | None:
    """The letter that a command would write, where it is read before it is sent: always for a refusal, for others when
    ``preview`` is asked for. None where nothing is to be read, or it was read (``confirmed``)."""
    refuses = command in ("not-accept", "reopen") or (command == "decide" and text(form, "granted") != "yes")
    if form.get("confirmed") or not (refuses or form.get("preview")):
        return None
    if command == "supplement":
        demands.may_ask(number=number, lines=form.getlist("lines"))
    part = text(form, "part") or (handle.deciding(number, by=by) if command == "decide" else "")
    kind, values = _letter(number, command, form, part)
    if refuses and values.get("reasons") and not values["basis"]:
        raise handle.writing.NoArticle
    return handle.writing.preview(number, kind, now, values, part) if kind else None


def _letter(number: str, command: str, form: QueryDict, part: str) -> tuple[str, dict[str, Any]]:
    use = {"not-accept": "not-accept", "supplement": "supplement", "decide": "refuse"}.get(command, "")
    reasons, cites = written(number, form, use)
    lines = handle.writing.lines(reasons)
    if command == "reopen":
        return "reopened", handle.reviewing.told(number, part, reasons, cites)
    if command == "decide":
        granted = text(form, "granted") == "yes"
        return handle.writing.decided(number, granted=granted, part=part), {} if granted else {"reasons": lines, "basis": cites}
    found: dict[str, tuple[str, dict[str, Any]]] = {
        "accept": ("acceptance", {}),
        "supplement": ("supplement", {"missing": lines}),
        "not-accept": ("not-accepted", {"reasons": lines, "basis": cites}),
    }
    return found.get(command, ("", {}))


def typed(form: QueryDict) -> dict[str, Any]:
    """What was typed, to be shown again when the command is refused."""
    names = ("reasons", "cites", "note", "outcome", "granted", "basis", "step", "part", "to", "office", "officer", "days",
             "opinion")  # fmt: skip
    return {name: form.get(name, "") for name in names} | {
        "phrases": form.getlist("phrases"),
        "lines": form.getlist("lines"),
    }


class Tried(NamedTuple):
    """A command that was refused: on which step or opinion, at which of its fields, and what is said there."""

    command: str = ""
    step: str = ""
    field: str = ""
    says: Words | None = None

    def at(self, command: str, field: str, step: str = "") -> Words | None:
        """What is wrong with a field of a form; None where nothing is."""
        here = self.command == command and self.field == field and step in ("", self.step)
        return self.says if here else None


# The fields of the forms in which officers write what a letter lacks, and what is asked or answered.
_LETTERS = {"missing": "reasons", "basis": "cites"}
_WRITTEN = {"question": "reasons", "text": "reasons"}


def tried(command: str, form: QueryDict, no: Refusal) -> Tried:
    """What was refused, and where on the page that is said."""
    fields = _LETTERS if no.code == "letter_lacks" else _WRITTEN
    no.field = fields.get(no.field or "", no.field)
    return Tried(command, text(form, "step") or text(form, "opinion"), no.field or "", no.brief)
