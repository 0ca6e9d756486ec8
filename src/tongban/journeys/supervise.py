"""Supervision: what is overdue and with whom, looks past one's own office to review, samples for quality (监督)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI, day_of, read_day
from tongban.base.errors import Denied, NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.cases import sampling
from tongban.identity import absences
from tongban.identity import queries as identity
from tongban.trail import actions as trail
from tongban.trail import queries as trails

LISTED = 50
CHECKLIST = {
    "papers": Words(zh="没有要求法定以外的材料", en="No paper was asked for beyond the law"),
    "once": Words(zh="补正一次告知、内容完整", en="What was missing was told once and completely"),
    "time": Words(zh="在承诺时限内办结", en="Finished within the promise"),
    "grounds": Words(zh="意见和决定写明事实、理由、依据", en="Opinions and decision give facts, reasons and articles"),
    "appeal": Words(zh="不利决定写明救济途径和期限", en="A decision against the person names appeal and term"),
    "hands": Words(zh="审查与决定由不同人员作出", en="Who examined did not decide"),
}


class OfficeRow(msgspec.Struct, frozen=True, kw_only=True):
    """How much lies with an office: open steps, past due, due today."""

    key: str
    name: Words
    open: int
    late: int
    today: int


class OfficerRow(msgspec.Struct, frozen=True, kw_only=True):
    """How much an officer has in hand, and who stands in while they are away."""

    id: str
    name: str
    office: Words
    open: int
    late: int
    deputy: str = ""


class LateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A step past its due moment: whose, how long, and who may be given it."""

    number: str
    title: Words
    step: str
    kind: str
    office: Words
    holder: str
    due_at: datetime
    hand_to: tuple[tuple[str, str], ...]


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What a supervisor sees first."""

    offices: tuple[OfficeRow, ...]
    officers: tuple[OfficerRow, ...]
    late: tuple[LateRow, ...]
    looks: int


def overview(*, by: Actor, now: datetime) -> Overview:
    """What is open and overdue in everything that this officer's office looks after."""
    reach = _reach(by)
    tomorrow = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    counts = stored.by_office(reach, now=now, tomorrow=tomorrow)
    names = _office_names(counts)
    offices = [OfficeRow(key=k, name=names[k], **n) for k, n in counts.items()]
    return Overview(
        offices=tuple(sorted(offices, key=lambda o: (-o.late, -o.open, o.key))),
        officers=tuple(_officers(reach, now)),
        late=tuple(_late(reach, by, now)),
        looks=len(looks(by=by)),
    )


def _reach(by: Actor) -> frozenset[str]:
    if "supervise" not in by.powers:
        raise Denied("no_power", Words(zh="您没有监督权限", en="You do not supervise"))
    return identity.supervised_by(by.office or "")


def _office_names(keys: Any) -> dict[str, Words]:
    """Names of offices by the role or key that steps carry."""
    return {key: Words(**identity.office_for_role(key).name) for key in keys}


def _officers(reach: frozenset[str], now: datetime) -> list[OfficerRow]:
    hands = stored.by_officer(reach, now=now)
    today = day_of(now)
    away = {str(a.officer_id): a.deputy.name for a in absences.standing(today, today)}
    rows = []
    for each in identity.officers_of(reach):
        has = hands.get(str(each.id), {"open": 0, "late": 0})
        if has["open"] or str(each.id) in away:
            office = Words(**each.office.name)
            rows.append(
                OfficerRow(id=str(each.id), name=each.name, office=office, deputy=away.get(str(each.id), ""), **has)
            )
    return sorted(rows, key=lambda r: (-r.late, -r.open, r.name))


def _late(reach: frozenset[str], by: Actor, now: datetime) -> list[LateRow]:
    steps = list(stored.live_steps(reach).filter(due_at__lt=now)[:LISTED])
    holders = identity.officer_names({s.assignee for s in steps} - {""})
    names = _office_names({s.office for s in steps})
    givable = _givable({(s.office, s.kind) for s in steps}, reach)
    return [
        LateRow(
            number=s.number,
            title=Words(**s.title),
            step=s.key,
            kind=s.kind,
            office=names[s.office],
            holder=holders.get(s.assignee, ""),
            due_at=s.due_at,
            hand_to=tuple(each for each in givable[s.office, s.kind] if each[0] != s.assignee),
        )
        for s in steps
        if s.due_at is not None
    ]


_POWER = {"accept": "accept", "examine": "examine", "inspect": "inspect", "ask": "answer", "decide": "decide"}


def _givable(wanted: set[tuple[str, str]], reach: frozenset[str]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Officers who may be given a step, by its office and kind; the lifecycle judges each case itself."""
    people = identity.officers_of(reach)
    acts = {each.office.key: identity.acting_for(each.office.key) for each in people}
    return {
        (office, kind): [
            (str(o.id), o.name) for o in people if _POWER.get(kind, "-") in o.powers and office in acts[o.office.key]
        ]
        for office, kind in wanted
    }


# -- looks past one's own office ---------------------------------------------------------------------------------------


def looks(*, by: Actor) -> list[Any]:
    """Cases opened on a stated reason by officers of other offices that nobody has reviewed, oldest first. One's own
    are for another."""
    names = _reach(by)
    return [each for each in trails.looks_open() if each.office in names and each.actor_id != by.id][:LISTED]


def review(*, look: UUID | str, verdict: str, words: str, by: Actor, now: datetime) -> None:
    """Approve a look or question it; the verdict is a row of its own on the trail. Raises Refusal."""
    found = next((each for each in looks(by=by) if str(each.id) == str(look)), None)
    if found is None:
        raise NotFound("no_look", Words(zh="没有待复核的这次调阅", en="There is no such look to review"))
    if verdict not in ("approved", "questioned"):
        raise Refusal("verdict", Words(zh="请选择复核结论", en="Choose a verdict"), field="verdict")
    if verdict == "questioned" and len(words.strip()) < 4:
        raise Refusal("say_why", Words(zh="存疑的请写明理由", en="Say what is questionable"), field="words")
    trail.record(
        by=by,
        verb="case.break-glass-review",
        subject_kind="trail-entry",
        subject=str(found.id),
        now=now,
        facts={"verdict": verdict, "words": words.strip()[:300], "case": found.subject, "looked": found.actor_id},
    )


def questioned(*, by: Actor) -> list[Any]:
    """Looks that were questioned, newest first."""
    _reach(by)
    return list(trails.looks_questioned()[:LISTED])


def names(ids: set[str]) -> dict[str, str]:
    """Names of officers by id."""
    return identity.officer_names(ids)


# -- quality -----------------------------------------------------------------------------------------------------------


def draw(*, from_on: str, until_on: str, percent: str, by: Actor, now: datetime) -> Any:
    """Draw closed cases by a fresh seed that is recorded. Raises Refusal for days and shares that are none."""
    _reach(by)
    first, last = _day(from_on, "from_on"), _day(until_on, "until_on")
    if last < first:
        raise Refusal(
            "days", Words(zh="结束日期早于开始日期", en="The last day lies before the first"), field="until_on"
        )
    share = int(percent) if percent.isascii() and percent.isdigit() and len(percent) < 4 else 0
    if not 1 <= share <= 100:
        raise Refusal("percent", Words(zh="抽取比例应在 1 到 100 之间", en="Give a share of 1 to 100"), field="percent")
    return sampling.draw(city=settings.TONGBAN_ADCODE, from_on=first, until_on=last, percent=share, by=by, now=now)


def _day(text: str, field: str) -> date:
    try:
        return read_day(text)
    except ValueError as wrong:
        raise Refusal("day", Words(zh="请填写日期", en="Give a day"), field=field) from wrong


def draws(*, by: Actor) -> list[Any]:
    """What was drawn, newest first."""
    _reach(by)
    return list(sampling.draws()[:LISTED])


def samples(draw: UUID | str, *, by: Actor) -> list[Any]:
    """The cases of one draw, those still to be looked at first."""
    _reach(by)
    return sampling.samples(draw)


def judge(*, sample: UUID | str, held: list[str], result: str, words: str, by: Actor, now: datetime) -> Any:
    """Keep the result of a look at one drawn case."""
    _reach(by)
    if not identity.is_id(str(sample)):
        raise NotFound("no_sample", Words(zh="没有这条抽查", en="There is no such sample"))
    return sampling.judge(
        sample=sample, held=[h for h in held if h in CHECKLIST], result=result, words=words, by=by, now=now
    )


# -- absences ----------------------------------------------------------------------------------------------------------


def absent(*, by: Actor, now: datetime) -> list[Any]:
    """Present and coming absences: of one's own office, or of all that is supervised."""
    own = _reach(by) if "supervise" in by.powers else frozenset({by.office or ""})
    return list(absences.of_offices(own, on=day_of(now)))


def enter_absence(*, officer: str, deputy: str, from_on: str, until_on: str, by: Actor, now: datetime) -> Any:
    """Enter one's own absence, or, by one who supervises, somebody else's."""
    who = officer or by.id
    if who != by.id and "supervise" not in by.powers:
        raise Denied("not_your_absence", Words(zh="只能登记自己的请假", en="Only your own absence is yours to enter"))
    people = [identity.officer(id) if identity.is_id(id) else None for id in (who, deputy)]
    if people[0] is None or people[1] is None:
        raise Refusal("absence_deputy", Words(zh="请选择代办的同事", en="Choose who stands in"), field="deputy")
    return absences.enter(
        officer=people[0],
        deputy=people[1],
        from_on=_day(from_on, "from_on"),
        until_on=_day(until_on, "until_on"),
        today=day_of(now),
        by=by,
        now=now,
    )


def end_absence(*, absence: UUID | str, by: Actor, now: datetime) -> None:
    """Back at the desk."""
    if not identity.is_id(str(absence)):
        raise NotFound("no_absence", Words(zh="没有这条请假记录", en="There is no such absence"))
    absences.end(absence=absence, by=by, now=now)
