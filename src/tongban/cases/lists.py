"""Pages of a person's cases: a total order, no counting, columns and state only (never the personal content)."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from tongban.cases.models import Case, Paper

PAGE = 20
# What a person sorts their cases by: all, still going on, waiting for the person, come to an end.
STATES = {
    "all": Q(),
    "open": Q(closed_at=None),
    "waiting": Q(closed_at=None, status="supplement"),
    "done": Q(closed_at__isnull=False),
}


class Page(msgspec.Struct, frozen=True):
    """Some cases in order; ``next`` is where the following page begins, empty at the end."""

    rows: tuple[Case, ...]
    next: str


def page(mine: QuerySet[Case], *, state: str = "all", words: str = "", after: str = "", size: int = PAGE) -> Page:
    """Of the cases ``mine`` the newest of a state whose number or name holds ``words``, from ``after`` on."""
    rows = mine.filter(STATES.get(state, Q())).filter(_says(words)).filter(_beyond(mine, after))
    found = list(rows.defer("content").order_by("-received_at", "-id")[: size + 1])
    return Page(rows=tuple(found[:size]), next=str(found[size - 1].id) if len(found) > size else "")


def refused_lately(mine: QuerySet[Case], *, since: object, most: int = 5) -> list[Case]:
    """Cases that came to a bad end since a moment, newest first."""
    bad = Q(result="refused") | Q(state__closing__in=("1", "5"))  # 退回办结, 补正不来办结
    return list(mine.filter(bad, closed_at__gte=since).defer("content").order_by("-closed_at", "-id")[:most])


def _says(words: str) -> Q:
    said = Q()
    for word in words.split()[:5]:
        said &= Q(number__icontains=word) | Q(title__zh__icontains=word) | Q(title__en__icontains=word)
    return said


def _beyond(mine: QuerySet[Case], after: str) -> Q:
    """Beyond the last row of the page before; everything for a page that is none of theirs."""
    try:
        last = mine.filter(pk=UUID(after)).values_list("received_at", "id").first() if after else None
    except (ValueError, ValidationError):
        last = None
    return Q(received_at__lt=last[0]) | Q(received_at=last[0], id__lt=last[1]) if last else Q()


def paper(id: str) -> Paper | None:
    """A paper that another city sent, whoever it is for: for the code that its holder shows."""
    return Paper.objects.filter(pk=id).first()
