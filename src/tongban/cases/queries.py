"""Reading drafts and cases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Concat, Greatest

from tongban.base import memo
from tongban.base.actors import Actor, Kind, Reach, Warrant
from tongban.cases import drafts, spaces, store
from tongban.cases.actions import NoCase
from tongban.cases.models import Case, Draft, Event, Material, Opinion, Paper, Party, Step, Upload
from tongban.engine import lifecycle
from tongban.exchange import queries as exchange
from tongban.files import vault
from tongban.trail import actions as trail


@memo.once
def by_number(number: str) -> Case:
    """The case of this number, without its personal content; NoCase otherwise."""
    found = Case.objects.select_related("key").filter(number=number).first()
    if found is None:
        raise NoCase
    return found


def find(number: str) -> Case | None:
    """The case of this number at this node, or None."""
    return Case.objects.filter(number=number).first()


def known(*, id: UUID, number: str) -> bool:
    """Whether this node has a case of this id or number already."""
    return Case.objects.filter(Q(pk=id) | Q(number=number)).exists()


def of(by: Actor) -> QuerySet[Case]:
    """The cases of the space that ``by`` acts in, as far as their power reaches; newest first."""
    return Case.objects.filter(spaces.within(by)).order_by("-received_at", "-id")


def had(by: Actor, *, since: datetime) -> tuple[set[str], set[str]]:
    """The items of the open cases of the space that ``by`` acts in, and of those granted since then."""
    lately = Q(closed_at=None) | Q(result="granted", closed_at__gte=since)
    told = Case.objects.filter(spaces.within(by)).filter(lately).annotate(open=Q(closed_at=None))
    rows = set(told.values_list("item", "open").distinct())
    return {item for item, still in rows if still}, {item for item, still in rows if not still}


LATELY = 1000  # cases that say what people do most


def most_asked(city: str) -> dict[str, int]:
    """How many of the last cases that this city decides were of each item. Identifiers grow with time: no sort by day."""
    lately = Case.objects.order_by("-id").filter(city=city).values_list("item", flat=True)[:LATELY]
    return dict(Counter(lately))


def seen_by(
    number: str, *, by: Actor, now: datetime, person_lookup: str = "", firms: Mapping[str, Reach | None] = {}
) -> Case:
    """A case in the space that ``by`` acts in, or one that this person, or a firm they sign for, is a party of. NoCase
    for anybody else's, OutsideMandate beyond their power."""
    found = by_number(number)
    if spaces.holds(found, by) or (found.draft_id and _party(found, person_lookup, firms)):
        spaces.check(by=by, city=found.city, items=spaces.items(found), now=now, subject=("case", number))
        return found
    raise NoCase


def _party(case: Case, person_lookup: str, firms: Mapping[str, Reach | None]) -> bool:
    """Whether they take part in their own right: not as somebody who only acted for the firm whose case it is."""
    wanted = {f"{case.city}/{code}" for code in spaces.items(case)}
    far = [uscc for uscc, reach in firms.items() if reach is None or wanted <= reach.items]
    return bool(roles_in(case, person_lookup=person_lookup, firms=far))


def roles_in(case: Case, *, person_lookup: str, firms: Iterable[str]) -> list[str]:
    """As what this person, or a firm of theirs, is a party of a case in their own right."""
    own = Q(entity__in=list(firms))
    if person_lookup:
        own |= Q(person_lookup=person_lookup, entity="", agent=False)
    rows = Party.objects.filter(own, draft_id=case.draft_id, dropped_at=None)
    return list(rows.order_by("id").values_list("role", flat=True))


def state(case: Case) -> lifecycle.Case:
    """The engine's state of a case."""
    return store.state_of(case)


def content(case: Case, *, warrant: Warrant, now: datetime, persons: Iterable[str] = ()) -> dict[str, Any]:
    """The personal part of a case. Every look by anybody but the owner is put on the record of ``persons`` first."""
    if warrant.actor.kind is not Kind.SYSTEM and (warrant.actor.id != case.owner or warrant.actor.assisted_by):
        for person in persons or [f"case:{case.number}"]:
            trail.read(warrant=warrant, person=person, resource="case", fields=["content"], now=now)
    return dict(_opened(case))


@memo.once
def _opened(case: Case) -> dict[str, Any]:
    return dict(json.loads(vault.unseal(case.key, case.content, f"case:{case.id}")))


def drafts_of(by: Actor) -> QuerySet[Draft]:
    """Drafts of the space that ``by`` acts in that are not yet cases, newest first."""
    return Draft.objects.filter(spaces.within(by), drafts.STANDS, case_number="").order_by("-updated_at", "-id")


def parties(draft: Draft) -> list[Party]:
    """Who must sign, in the order of the plan."""
    return list(Party.objects.filter(draft=draft, dropped_at=None).order_by("id"))


def party(id: str) -> Party | None:
    """One party that stands, with its draft."""
    try:
        return Party.objects.select_related("draft__key").filter(pk=id, dropped_at=None).first()
    except (ValueError, ValidationError):
        return None


def parties_to_sign(*, by: Actor, person_lookup: str, entities: Iterable[str]) -> QuerySet[Party]:
    """Signatures that wait for this person, in person, for a firm they may sign for, or as who acts for the firm whose
    draft it is while they do."""
    mine = Q(entity__in=list(entities))
    if person_lookup:
        mine |= Q(person_lookup=person_lookup, entity="", agent=False)
    if by.entity and person_lookup:
        mine |= Q(person_lookup=person_lookup, entity="", agent=True, draft__entity=by.entity)
    return (
        Party.objects.select_related("draft")
        .filter(mine, signed_at=None, dropped_at=None, draft__case_number="")
        .order_by("draft__updated_at", "id")
    )


def invitations_over(now: datetime) -> list[Draft]:
    """Drafts whose time to sign has passed while somebody has not signed, oldest first."""
    late = Draft.objects.filter(sign_by__lt=now, case_number="")
    return list(late.filter(parties__signed_at=None, parties__dropped_at=None).distinct().order_by("sign_by", "id"))


def uploads(draft: Draft) -> list[Upload]:
    """Files given for a draft's materials, in the order they came."""
    return list(Upload.objects.select_related("blob__key").filter(draft=draft, removed_at=None).order_by("at", "id"))


def materials(case: Case) -> list[Material]:
    """A case's materials with their verdicts, by type."""
    return list(Material.objects.select_related("blob__key").filter(case=case).order_by("type", "id"))


@memo.once
def events(case: Case, after: int = 0) -> list[Event]:
    """A case's events in order."""
    return list(Event.objects.filter(case=case, sequence__gt=after).order_by("sequence"))


def before_acceptance(offices: Iterable[str], *, most: int) -> list[Step]:
    """Steps of these desks in joint cases that nobody has accepted yet, oldest case first; one for each case."""
    waits = Step.objects.filter(office__in=list(offices), state="waiting", by="desk").exclude(kind__in=("accept", "tell", "issue"))
    rows = waits.filter(case__status="submitted").exclude(case__codes=[]).order_by("received_at", "case_id", "id")
    found: dict[str, Step] = {}
    for row in rows[: most * 8]:
        found.setdefault(row.number, row)
    return list(found.values())[:most]


_LATE = F("due_at").asc(nulls_last=True)


def queue_of(offices: Iterable[str], *, kinds: Iterable[str]) -> QuerySet[Step]:
    """Steps of these kinds that these offices' desks can do now or have in hand, what is due first on top. Reads the
    steps alone: what a list shows of the case stands there."""
    live = Step.objects.filter(office__in=list(offices), state__in=("open", "taken"), by="desk", kind__in=list(kinds))
    return live.order_by(_LATE, "id")


def live_steps(offices: Iterable[str]) -> QuerySet[Step]:
    """All steps that desks of these offices can do now or have in hand."""
    return Step.objects.filter(office__in=list(offices), state__in=("open", "taken"), by="desk").order_by(_LATE, "id")


def named(steps: QuerySet[Step], text: str) -> QuerySet[Step]:
    """Those of ``steps`` whose case's number contains ``text``, or whose service's name does, in either language."""
    return steps.filter(Q(number__icontains=text) | Q(title__zh__icontains=text) | Q(title__en__icontains=text))


def tally(steps: QuerySet[Step], *, by: str, now: datetime, tomorrow: datetime) -> dict[str, int]:
    """How many there are: all, in these hands, in nobody's, past due, due today."""
    return dict(
        steps.order_by().aggregate(
            all=Count("id"),
            mine=Count("id", filter=Q(assignee=by)),
            free=Count("id", filter=Q(assignee="")),
            late=Count("id", filter=Q(due_at__lt=now)),
            today=Count("id", filter=Q(due_at__gte=now, due_at__lt=tomorrow)),
        )
    )


def by_office(offices: Iterable[str], *, now: datetime, tomorrow: datetime) -> dict[str, dict[str, int]]:
    """Live steps by office: open, past due, due today."""
    late, today = Q(due_at__lt=now), Q(due_at__gte=now, due_at__lt=tomorrow)
    rows = live_steps(offices).order_by().values("office")
    rows = rows.annotate(open=Count("id"), late=Count("id", filter=late), today=Count("id", filter=today))
    return {row.pop("office"): row for row in rows}


def by_officer(offices: Iterable[str], *, now: datetime) -> dict[str, dict[str, int]]:
    """Steps in somebody's hands by that officer's id: all, and past due."""
    rows = live_steps(offices).filter(state="taken").exclude(assignee="").order_by().values("assignee")
    rows = rows.annotate(open=Count("id"), late=Count("id", filter=Q(due_at__lt=now)))
    return {row.pop("assignee"): row for row in rows}


def in_hands(officer: str) -> list[tuple[str, str, str]]:
    """Steps that an officer has in hand: the case's number, the step and its kind, the longest held first."""
    rows = Step.objects.filter(state="taken", by="desk", assignee=officer).order_by("id")
    return list(rows.values_list("number", "key", "kind"))


def told_to(offices: Iterable[str]) -> QuerySet[Step]:
    """What these offices were told of, newest first."""
    return Step.objects.filter(office__in=list(offices), kind="tell", state="done").order_by("-id")


def open_by_office() -> dict[str, int]:
    """How many steps wait at each office or office role of this node."""
    rows = Step.objects.filter(state__in=("open", "taken")).values_list("office").annotate(n=Count("id"))
    return dict(rows.order_by("office"))


def papers(case: Case) -> list[Paper]:
    """Certificates and letters that the deciding city sent, oldest first."""
    return list(Paper.objects.select_related("pdf__key").filter(case=case).order_by("received_at", "id"))


def papers_of(by: Actor) -> QuerySet[Paper]:
    """Everything that other cities sent for the cases of the space that ``by`` acts in, newest first."""
    rows = Paper.objects.select_related("case", "pdf__key").filter(case__in=Case.objects.filter(spaces.within(by)))
    return rows.order_by("-received_at", "-id")


def paper(id: str, *, by: Actor) -> Paper | None:
    """One of those."""
    try:
        return papers_of(by).filter(pk=id).first()
    except (ValueError, ValidationError):
        return None


def case_of_paper(id: str) -> str:
    """The number of the case that another city sent this paper for; empty for none."""
    return Paper.objects.filter(pk=id).values_list("case__number", flat=True).first() or ""


def waiting_numbers() -> list[str]:
    """Cases whose next move may be the calendar's: not yet accepted, or waiting to be supplemented."""
    rows = Case.objects.filter(status__in=("submitted", "supplement"), closed_at=None)
    return list(rows.order_by("received_at", "id").values_list("number", flat=True))


def waiting_to_be_paid() -> list[str]:
    """Cases that have come to a step of payment, oldest first."""
    rows = Step.objects.filter(kind="pay", state="open")
    return list(dict.fromkeys(rows.order_by("received_at", "id").values_list("number", flat=True)))


def owed_by_systems(*, city: str, quiet_since: datetime) -> list[tuple[str, str, str]]:
    """Steps of departments' own systems as (case number, step, office): those that are open, and those a system took before
    ``quiet_since`` and said nothing of since, nor was asked. What was not spoken of for longest comes first."""
    taken = Event.objects.annotate(step=KT("facts__step")).filter(kind="step_taken", case=OuterRef("case"))
    took = taken.filter(step=OuterRef("key")).order_by("-at").values("at")[:1]
    said = exchange.last_said(peer=Concat(Value(f"{city}:"), OuterRef("office")), case_ref=OuterRef("number"))
    rows = Step.objects.filter(by="system", kind__in=("ask", "tell", "examine")).annotate(
        said=Subquery(said), heard=Greatest(Subquery(said), Subquery(took))
    )
    owed = rows.filter(Q(state="open") | Q(state="taken", heard__lt=quiet_since))
    return list(owed.order_by(F("said").asc(nulls_first=True), "received_at", "id").values_list("number", "key", "office"))


def writing(case: Case, *, digest: str, warrant: Warrant, now: datetime) -> str:
    """The text that an event names by its digest; empty where none is kept."""
    kept = content(case, warrant=warrant, now=now).get("writings", [])
    return next((each["text"] for each in kept if each["digest"] == digest), "")


def opinion(id: str, *, lock: bool = False) -> Opinion | None:
    """One second opinion with its case."""
    rows = Opinion.objects.select_related("case__key")
    try:
        return (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=id).first()
    except (ValueError, ValidationError):
        return None


def opinions_of(number: str) -> list[Opinion]:
    """What was asked in a case, oldest first."""
    return list(Opinion.objects.filter(number=number).order_by("asked_at", "id"))


def opinions_asked(office: str) -> QuerySet[Opinion]:
    """What an office was asked and nobody has answered, oldest first."""
    return Opinion.objects.filter(office=office, answered_at=None).order_by("asked_at", "id")


def opinions_answered(asker: str) -> QuerySet[Opinion]:
    """Answers that the asker has not opened yet, oldest first."""
    return Opinion.objects.filter(asked_by=asker, answered_at__isnull=False, seen_at=None).order_by("answered_at", "id")
