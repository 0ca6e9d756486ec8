"""Several cases at once: each is a command of its own with an outcome of its own (批量办理)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.journeys import moves
from tongban.journeys.handle import giving, handing, seeing

MOST = 50


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one: done, or why not."""

    number: str
    title: Words
    no: Refusal | None = None
    says: str = ""


class NothingChosen(Refusal):
    """No case was ticked, or too many were."""

    def __init__(self) -> None:
        super().__init__(
            "nothing_chosen",
            Words(zh=f"请勾选 1 到 {MOST} 件", en=f"Tick between one and {MOST} cases"),
            next_step=Words(zh="回到待办，勾选后再点一次。", en="Go back to the queue, tick them and press again."),
        )


class NotComplete(Conflict):
    """A case with something to look at is not accepted unseen."""

    def __init__(self, what: Words) -> None:
        super().__init__(
            "not_complete",
            Words(zh="需要打开办理：{what}", en="This one needs a look: {what}").format(what=what),
            next_step=Words(zh="请打开这个办件核对后受理。", en="Open the case, check it and accept it there."),
        )


def do(what: str, *, picked: Sequence[str], to: str = "", note: str = "", by: Actor, now: datetime) -> list[Outcome]:
    """Give one command on every picked step (``<case number>|<step>``), one after another; what is refused stops no
    other. Raises NothingChosen, and Refusal ``no_command`` for a command that is not given in bulk."""
    command = _COMMANDS.get(what)
    if command is None:
        raise Refusal("no_command", Words(zh="不能批量这样做", en="This is not done in bulk"), status=404)
    pairs = list(dict.fromkeys(tuple(each.split("|", 1)) for each in picked if "|" in each))
    if not 0 < len(pairs) <= MOST:
        raise NothingChosen
    return [_one(command, number, step, to, note, by, now) for number, step in pairs]


def _one(command: Command, number: str, step: str, to: str, note: str, by: Actor, now: datetime) -> Outcome:
    title = Words(zh=number[-11:], en=number[-11:])
    try:
        row = stored.by_number(number)
        seeing.check_known(number, stored.state(row), by=by, now=now)
        title = Words(**row.title)
        said = command(number, step, to, note, by, now)
    except Refusal as no:
        return Outcome(number=number, title=title, no=no)
    return Outcome(number=number, title=title, says=said)


def _take(number: str, step: str, to: str, note: str, by: Actor, now: datetime) -> str:
    giving.take(number=number, step=step, by=by, now=now)
    return ""


def _accept(number: str, step: str, to: str, note: str, by: Actor, now: datetime) -> str:
    check_complete(number, now=now)
    giving.accept(number=number, by=by, now=now)
    return ""


def _assign(number: str, step: str, to: str, note: str, by: Actor, now: datetime) -> str:
    return handing.assign(number=number, step=step, to=to, note=note, by=by, now=now)


def check_complete(number: str, *, now: datetime) -> None:
    """Raises NotComplete where the system found something, or a paper that was asked for is not there."""
    row = stored.by_number(number)
    findings = stored.content(row, warrant=moves.SELF, now=now).get("findings", [])
    if findings:
        raise NotComplete(Words(zh=findings[0]["zh"], en=findings[0]["en"]))
    missing = next((m for m in stored.materials(row) if m.verdict == "upload" and m.blob_id is None), None)
    if missing is not None:
        raise NotComplete(Words(zh=f"缺少{missing.title['zh']}", en=f"{missing.title['en']} is missing"))


Command = Callable[[str, str, str, str, Actor, datetime], str]
_COMMANDS: dict[str, Command] = {"take": _take, "accept": _accept, "assign": _assign}
