"""A firm's name is reserved with the deciding city before anybody signs for it (企业名称自主申报)."""

from __future__ import annotations

from datetime import datetime

from tongban.base.actors import Actor
from tongban.base.errors import Conflict
from tongban.base.words import Words
from tongban.exchange.refusals import PeerRefused
from tongban.journeys import draft as drafting
from tongban.journeys import facts as gathering
from tongban.registries import actions as registries

WIDGET = "firm-name"


class JustTaken(Conflict):
    """Somebody else has the name, or one too like it, since it was checked."""

    def __init__(self, says: Words, question: str) -> None:
        super().__init__(
            "name_taken",
            says,
            field=question,
            next_step=Words(zh="请换一个名称再试。", en="Choose another name and try again."),
        )


def reserve(sheet: drafting.Sheet, *, by: Actor, now: datetime) -> None:
    """Reserve every name that the answers ask for, with the city that decides. Raises JustTaken, or PeerUnavailable
    while that city does not answer: nobody signs for a name that cannot be had."""
    for question in sheet.plan.questions:
        if question.widget != WIDGET or question.key not in sheet.answers:
            continue
        name = sheet.answers[question.key]
        asking = gathering.Asking(by=by, city=sheet.ref.city, ref=sheet.id, purpose=drafting.PURPOSE, now=now)
        if not asking.abroad:
            registries.reserve_name(name=name, city=sheet.ref.city, reserved_for=sheet.id, by=by, now=now)
            continue
        try:
            gathering.ask_city("name-reserve", {"key": name}, asking)
        except PeerRefused as no:
            raise JustTaken(said_by(no), question.key) from no


def said_by(no: PeerRefused) -> Words:
    """The other city's own words for its refusal, where it gave any."""
    brief = no.answer.get("brief") if isinstance(no.answer, dict) else None
    if isinstance(brief, dict) and {"zh", "en"} <= brief.keys():
        return Words(zh=str(brief["zh"])[:300], en=str(brief["en"])[:300])
    return no.brief
