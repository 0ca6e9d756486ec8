"""What officers' forms say, as the journeys' own words. One function a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import QueryDict

from tongban.base.actors import Actor
from tongban.journeys import handle

Command = Callable[[str, QueryDict, Actor, datetime], None]


def _accept(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.accept(number=number, by=by, now=now)


def _not_accept(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.not_accept(number=number, reasons=_text(form, "reasons"), cites=_text(form, "cites"), by=by, now=now)


def _supplement(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.ask_supplement(number=number, lines=form.getlist("lines"), text=_text(form, "reasons"), by=by, now=now)


def _take(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.take(number=number, step=_text(form, "step"), by=by, now=now)


def _release(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.release(number=number, step=_text(form, "step"), by=by, now=now)


def _finish(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.finish(
        number=number,
        step=_text(form, "step"),
        outcome=_text(form, "outcome"),
        text=_text(form, "note"),
        by=by,
        now=now,
    )


def _decide(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.decide(
        number=number,
        granted=_text(form, "granted") == "yes",
        reasons=_text(form, "reasons"),
        cites=_text(form, "cites"),
        by=by,
        now=now,
    )


def _suspend(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.suspend(number=number, basis=_text(form, "basis"), text=_text(form, "reasons"), by=by, now=now)


def _resume(number: str, form: QueryDict, by: Actor, now: datetime) -> None:
    handle.resume(number=number, by=by, now=now)


def _text(form: QueryDict, name: str) -> str:
    return str(form.get(name, ""))[:4000].strip()


COMMANDS: dict[str, Command] = {
    "accept": _accept,
    "not-accept": _not_accept,
    "supplement": _supplement,
    "take": _take,
    "release": _release,
    "finish": _finish,
    "decide": _decide,
    "suspend": _suspend,
    "resume": _resume,
}


def typed(form: QueryDict) -> dict[str, Any]:
    """What was typed, to be shown again when the command is refused."""
    return {name: form.get(name, "") for name in ("reasons", "cites", "note", "outcome", "granted", "basis", "step")}
