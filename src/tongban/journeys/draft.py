"""Filling in: one thing per page, kept at every step, what is known filled in with where it comes from (填写)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import Actor, Kind
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import drafts
from tongban.cases import queries as cases
from tongban.engine import compose, forms
from tongban.engine import items as engine
from tongban.engine.plan import Failed, ItemRef, Known, Plan, PlannedMaterial, Question, Verdict
from tongban.files import actions as files
from tongban.files import checks
from tongban.identity import limits
from tongban.identity.refusals import InPerson
from tongban.journeys import acting, find, fitting
from tongban.journeys import facts as gathering
from tongban.registries import actions as writing
from tongban.registries import queries as registries

PURPOSE = "apply"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file given for a material."""

    id: str
    name: str
    size: int
    sha256: str


class Sheet(msgspec.Struct, kw_only=True):
    """A draft as its pages show it. ``refs`` and ``items`` are what it is for, the one that leads first; ``ref`` is that one
    and ``item`` all of them read as one. ``answers`` are by question key; ``awaited`` are cities that have yet to answer;
    ``sealed`` is the digest once it is locked for signing, until ``sign_by``; ``newer`` says that a newer version of an
    item is in force."""

    id: str
    refs: tuple[ItemRef, ...]
    bundle: str
    version: int
    title: Words
    city_name: Words
    items: tuple[engine.Item, ...]
    plan: Plan
    facts: dict[str, Known]
    answers: dict[str, Any]
    uploads: dict[str, list[File]]
    awaited: tuple[Words, ...]
    sealed: str
    number: str
    kept_at: datetime
    sign_by: datetime | None = None
    newer: bool = False

    @property
    def ref(self) -> ItemRef:
        """The version that leads."""
        return self.refs[0]

    @property
    def item(self) -> engine.Item:
        """All items read as one."""
        return find.joined(self.refs)

    @property
    def next_question(self) -> str | None:
        """The first question without an answer, or whose answer fails."""
        failing = {failed.question for failed in self.plan.failed}
        return next((q.key for q in self.plan.questions if not self.done(q) or q.key in failing), None)

    def done(self, question: Question) -> bool:
        """Whether a question needs no more of the person."""
        return question.key in self.answers or not question.required

    @property
    def later(self) -> frozenset[str]:
        """Papers that a registry checks once more is answered: nobody is asked for them before."""
        return compose.checked_later(self.items, self.plan.materials) if self.next_question else frozenset()

    @property
    def missing(self) -> tuple[PlannedMaterial, ...]:
        """Papers that are still to be uploaded before it can be submitted."""
        return tuple(
            m
            for m in self.plan.materials
            if m.verdict is Verdict.UPLOAD and m.required and not m.deferrable and not self.uploads.get(m.type)
        )

    def check_room(self, more: int | None = None, **document: int) -> None:
        """Whether all files, and one of ``more`` bytes, fit into the hand-over where another city decides. Raises TooMuch."""
        if not here(self.ref):
            sizes = [file.size for given in self.uploads.values() for file in given]
            fitting.check(sizes, more=more, city=self.city_name, **document)

    def mended_by(self, failed: Failed) -> str | None:
        """The question whose other answer would mend what failed; None where none would."""
        return compose.mended_by(self.items, failed, [q.key for q in self.plan.questions])

    @property
    def barred(self) -> tuple[Failed, ...]:
        """What stands against it whatever is answered: going on leads nowhere."""
        return tuple(each for each in self.plan.failed if self.mended_by(each) is None)

    @property
    def ready(self) -> bool:
        """Whether everything is there to be locked and signed."""
        return not (self.plan.failed or self.missing or self.next_question or self.plan.pending)


def start(*, city: str, code: str, by: Actor, now: datetime) -> UUID:
    """A new draft of the version that is in force, for whom ``by`` acts for; its id. Raises as :func:`begin`."""
    return begin([find.guide(city, code, now=now).ref], by=by, now=now)


def begin(
    refs: Sequence[ItemRef], *, by: Actor, now: datetime, bundle: str = "", title: Words | None = None
) -> UUID:
    """A new draft for these item versions together, the one that leads first, for whom ``by`` acts for; its id. ``bundle``
    is the code of the bundle that they come of, ``title`` what it is called.

    Raises ``no_items`` and MixedCities for what is no application, ``items_contradict`` and ``plan_cycle`` for items that
    cannot be done together, InPerson where nobody can apply for another, OutsideMandate beyond their power.
    """
    refs = tuple(dict.fromkeys(refs))
    if len({ref.city for ref in refs}) > 1:
        raise MixedCities
    items = find.items_of(refs)
    today = day_of(now)
    compose.compose(items, facts={}, answers={}, today=today, city=refs[0].city if refs else "")
    if by.behalf and (item := next((each for each in items if not for_another(each)), None)):
        raise InPerson(item.title)
    return drafts.start(items=refs, title=title or titled(items), bundle=bundle, by=by, now=now).id


def for_another(item: engine.Item) -> bool:
    """Whether somebody may apply for another."""
    return not any(p.each == "applicant" and not p.mandate for p in item.parties)


def titled(items: Sequence[engine.Item]) -> Words:
    """What an application for these is called."""
    first = items[0].title
    if len(items) == 1:
        return first
    several = Words(zh="{first}等 {n} 件事", en="{first} and {more} more")
    return several.format(first=first, n=len(items), more=len(items) - 1)


def sheet(id: UUID | str, *, by: Actor, now: datetime) -> Sheet:
    """The draft of this owner with its plan as of now. Facts that came in are kept with it."""
    try:
        return _sheet(drafts.of(id, by=by, now=now), by=by, now=now)
    except drafts.NoDraft:
        row = drafts.find(id)
        no = acting.in_whose_name(row, f"/drafts/{id}", by=by, now=now) if row else None
        if no is None:
            raise
        raise no from None


def _sheet(draft: drafts.Draft, *, by: Actor, now: datetime) -> Sheet:
    items, content = find.items_of(draft.refs), drafts.content(draft)
    known = msgspec.convert(content["facts"], dict[str, Known])
    asking = gathering.Asking(by=by, city=draft.city, ref=str(draft.id), purpose=PURPOSE, now=now)
    locked = bool(draft.sealed_digest or draft.case_number)
    if locked:
        plan = compose.compose(items, facts=known, answers=content["answers"], today=asking.today, city=draft.city)
        found = gathering.Gathered(plan=plan, facts=known)
    else:
        found = gathering.gather(items, facts=known, answers=content["answers"], asking=asking)
        fresh = {k: v for k, v in found.facts.items() if k not in known}
        if fresh:
            draft = drafts.keep(draft=draft, change={"facts": msgspec.to_builtins(fresh)}, now=now)
    return Sheet(
        id=str(draft.id),
        refs=draft.refs,
        bundle=draft.bundle,
        version=draft.version,
        title=Words(**draft.title),
        city_name=find.cities().get(draft.city, Words(zh=draft.city, en=draft.city)),
        items=items,
        plan=found.plan,
        facts=found.facts,
        answers=content["answers"],
        uploads=_files(draft),
        awaited=found.awaited,
        sealed=draft.sealed_digest,
        number=draft.case_number,
        kept_at=draft.updated_at,
        sign_by=draft.sign_by,
        newer=not locked and any(_newer(ref) for ref in draft.refs),
    )


def _newer(ref: ItemRef) -> bool:
    return find.catalog.digest_in_force(ref.code, city=ref.city) != ref.sha256


def _files(draft: drafts.Draft) -> dict[str, list[File]]:
    found: dict[str, list[File]] = {}
    for upload in cases.uploads(draft):
        blob = upload.blob
        file = File(id=str(upload.id), name=blob.name, size=blob.size, sha256=blob.sha256)
        found.setdefault(upload.material, []).append(file)
    return found


class MixedCities(Refusal):
    """What different cities decide is not one application (yet)."""

    def __init__(self) -> None:
        super().__init__(
            "mixed_cities",
            Words(zh="由不同城市决定的事项不能合并申请", en="Services that different cities decide cannot be one application"),
            next_step=Words(zh="请按城市分别申请。", en="Apply for those of each city by themselves."),
        )


class Unacceptable(Refusal):
    """An answer is well formed but cannot stand: the rule that says so, why, and what would do (``suggestions``)."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.rule, failed.says, cites=failed.cites, next_step=failed.remedy, field=failed.question)
        self.suggestions = failed.suggestions


def answer(
    id: UUID | str,
    *,
    question: str,
    raw: Any,
    version: int | None,
    by: Actor,
    now: datetime,
    before: Sheet | None = None,
) -> Sheet:
    """Keep one answer. Raises ``forms.Invalid`` for a malformed one (nothing is kept), Elsewhere when the same answer
    was changed in another window, and Unacceptable for one that a registry or rule says no to (it is kept, so that
    it can be mended). ``before`` is the draft as the caller has just read it."""
    before = before or sheet(id, by=by, now=now)
    asked = next((q for q in before.plan.questions if q.key == question), None)
    if asked is None:
        raise NotFound("no_question", Words(zh="这里不问这个问题", en="This is not asked here"))
    value = forms.validate(asked, raw)
    if forms.lookups(asked.widget, value):
        limits.count(door="answer", who=by.id, now=now)  # registries are not to be read out number by number
    stale = _stale_facts(before, asked, value)
    draft = drafts.keep(draft=drafts.of(id, by=by, now=now), change={"answers": {question: value}}, version=version, now=now)
    after = _sheet(draft, by=by, now=now)
    failed = next((f for f in after.plan.failed if f.question == question), None)
    if failed is not None and not stale:
        raise Unacceptable(failed)
    return after


def _stale_facts(before: Sheet, asked: Question, value: Any) -> bool:
    """Whether the deciding city could not be asked about this answer: then it is judged when it can be."""
    return bool(before.awaited) and not any(k in before.facts for k in forms.lookups(asked.widget, value))


def suggest(*, city: str, kind: str, text: str, by: Actor, now: datetime, ref: str = "-") -> list[dict[str, str]]:
    """What could be meant while typing a place: ``{"code", "text"}`` each; empty when nothing fits."""
    if kind != "place" or len(text.strip()) < 2:
        return []
    limits.count(door="suggest", who=by.id, now=now)
    asking = gathering.Asking(by=by, city=city, ref=ref, purpose=PURPOSE, now=now)
    if asking.abroad:
        return list(gathering.ask_city("places", {"text": text[:100]}, asking)["places"])
    return places(text[:100], city=city)


def places(text: str, *, city: str) -> list[dict[str, str]]:
    """Places of this city that fit a text. An address of another city raises OutsideCity."""
    return [{"code": str(p.id), "text": p.text} for p in registries.search_places(text, city=city, limit=10)]


def upload(id: UUID | str, *, material: str, name: str, content: bytes, by: Actor, now: datetime) -> None:
    """Take a file for one material that is to be uploaded; type by content, limits and dangers checked. Raises TooMuch for
    what would not fit into the hand-over to the city that decides."""
    found, planned = _asked_for(id, material=material, by=by, now=now)
    safe = checks.safe(content, name=name, accepts=planned.accepts)
    found.check_room(len(safe.content))
    draft = drafts.of(id, by=by, now=now)
    blob = files.store(content=safe.content, media_type=safe.media_type, name=safe.name, key=draft.key, by=by, now=now)
    drafts.add_upload(draft=draft, material=material, blob=blob, now=now)


def check_announced(id: UUID | str, *, material: str, name: str, size: int, by: Actor, now: datetime) -> None:
    """Say no to a file of ``size`` bytes before it is sent, where it can be known: NotFound when its material is none of
    this draft's plan, Sealed once it is locked for signing, TooMuch. A picture may get smaller: it is drawn anew."""
    found, _ = _asked_for(id, material=material, by=by, now=now)
    found.check_room(size if name.lower().endswith(".pdf") else 0)


def _asked_for(id: UUID | str, *, material: str, by: Actor, now: datetime) -> tuple[Sheet, PlannedMaterial]:
    found = sheet(id, by=by, now=now)
    planned = next((m for m in found.plan.materials if m.type == material), None)
    if planned is None:
        raise NotFound("no_material", Words(zh="这里不需要这份材料", en="This paper is not asked for here"))
    if found.sealed or found.number:
        raise drafts.Sealed
    return found, planned


def remove(id: UUID | str, *, upload: UUID | str, by: Actor, now: datetime) -> None:
    """Take a file back out."""
    drafts.remove_upload(draft=drafts.of(id, by=by, now=now), upload=upload, now=now)


def give_up(id: UUID | str, *, by: Actor, now: datetime) -> None:
    """Give a draft up for good, with the name that was reserved here for it; Sealed while it is locked for signing."""
    draft = drafts.of(id, by=by, now=now)
    with transaction.atomic():
        drafts.give_up(draft=draft, by=by, now=now)
        writing.release_name(reserved_for=str(draft.id), city=draft.city, by=by, now=now)


def unfinished(*, city: str, code: str, by: Actor) -> tuple[str, datetime] | None:
    """What ``by`` has begun of this item alone and not submitted, the last changed: its id, and when that was."""
    if by.kind is not Kind.PERSON or by.level < 1:
        return None
    row = cases.drafts_of(by).filter(city=city, item=code, codes=[], bundle="").first()
    return (str(row.id), row.updated_at) if row else None


def documents(found: Sheet, *, now: datetime) -> dict[str, Words]:
    """What is generated from the answers, by material type, for reading before signing."""
    today = day_of(now)
    made: dict[str, Words] = {}
    for item in found.items:
        texts = compose.documents(item, facts=found.facts, answers=found.answers, today=today, city=found.ref.city)
        made = {**texts, **made}
    return made


def renew(id: UUID | str, *, by: Actor, now: datetime) -> UUID:
    """Go on with the newer version of the item, or of several: a new draft with every answer that still fits."""
    old = sheet(id, by=by, now=now)
    refs = [find.guide(ref.city, ref.code, now=now).ref for ref in old.refs]
    fresh = begin(refs, by=by, now=now, bundle=old.bundle, title=old.title if old.bundle else None)
    for key, value in old.answers.items():
        _carry(fresh, key, value, by, now)
    return fresh


def carry(id: UUID, answers: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Take over what was answered before the draft began (in the guide): what does not fit is asked again."""
    widgets = {field.key: field.widget for field in sheet(id, by=by, now=now).item.form}
    for key in [key for key in widgets if key in answers]:
        _carry(id, key, [answers[key]] if widgets[key] == "choices" else answers[key], by, now)


def _carry(id: UUID, key: str, value: Any, by: Actor, now: datetime) -> None:
    try:
        answer(id, question=key, raw=value, version=None, by=by, now=now)
    except Refusal:
        return  # it is asked again


def mine(*, by: Actor) -> list[Mapping[str, Any]]:
    """Unfinished drafts of this person, or of whom they act for, newest first."""
    return [
        {
            "id": str(d.id),
            "title": Words(**d.title),
            "city": d.city,
            "updated_at": d.updated_at,
            "sealed": bool(d.sealed_digest),
        }
        for d in cases.drafts_of(by)
    ]


def here(ref: ItemRef) -> bool:
    """Whether this node decides an item itself."""
    return ref.city == settings.TONGBAN_ADCODE
