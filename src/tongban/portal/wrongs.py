"""What is wrong with an answer, at the fields of its page: each error has a field, and the summary leads to it."""

from __future__ import annotations

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.plan import Question

LONG = 30  # options that a page shows without a search
ROWS = ("people", "holders")
PARTS = {
    "person": ("name", "id"),
    "pick": ("name", "id"),
    "people": ("name", "id"),
    "holders": ("type", "name", "id", "amount"),
    "bank-account": ("bank", "number"),
}
OF_ROW = Words(zh="第 {n} 位：{says}", en="No. {n}: {says}")


def long(asked: Question) -> bool:
    """Whether there are so many options that they are searched."""
    return asked.widget in ("choices", "industry") and len(asked.options) > LONG


def by_field(asked: Question, no: Refusal | None, *, searched: bool = False) -> dict[str, Words]:
    """Errors by input name, in the order of the fields. ``searched``: nothing is there to choose from but by a search."""
    if no is None:
        return {}
    whole = "find" if searched else "value"
    found: dict[str, Words] = {}
    for wrong in getattr(no, "errors", ()):
        found.setdefault(_name(asked, wrong.path) or whole, wrong.says)
    return dict(sorted(found.items(), key=lambda each: _place(asked, each[0]))) or {whole: no.brief}


def summary(errors: dict[str, Words]) -> list[tuple[str, Words]]:
    """The same for the head of the page: of several rows each error says of which it is."""
    rows = {row for name in errors if (row := _row(name)) is not None}
    if len(rows) < 2 and rows <= {0}:
        return list(errors.items())
    return [
        (name, says if (row := _row(name)) is None else OF_ROW.format(n=row + 1, says=says)) for name, says in errors.items()
    ]


def _name(asked: Question, path: str) -> str:
    """The input that a path inside an answer is about; empty where it is about the whole."""
    head, _, tail = path.partition(".")
    if asked.widget in ROWS:
        return f"{tail}-{head}" if head.isdigit() and tail in PARTS[asked.widget] else ""
    return head if head in PARTS.get(asked.widget, ()) else ""


def _row(name: str) -> int | None:
    number = name.rpartition("-")[2]
    return int(number) if "-" in name and number.isdigit() else None


def _place(asked: Question, name: str) -> tuple[int, int]:
    """Where a field stands on its page: the whole first, then row by row."""
    part, parts = name.partition("-")[0], PARTS.get(asked.widget, ())
    return (-1 if (row := _row(name)) is None else row, parts.index(part) if part in parts else -1)
