"""From what a form sends to the raw answer that the engine validates, and back into the fields. One pair a widget.

Names of the inputs: ``value`` (once, or several times for lists); ``name`` and ``id`` for a person; rows
``type-N``, ``name-N``, ``id-N``, ``amount-N`` for people and holders; ``bank`` and ``number``; ``day`` and ``time``; ``other`` for
a certificate that is not on file. On a
page that asks several questions each name stands after its question's key and a dot (``own`` takes them off again).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from tongban.engine.plan import Question

ROWS = 20  # people that one page takes
LISTS = ("choices", "industry")
Raw = Any


def read(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    """What was answered, as ``engine.forms.validate`` takes it."""
    reader = _READERS.get(question.widget)
    if reader is not None:
        return reader(question, form, answers)
    return form.getlist("value") if question.widget in LISTS else form.get("value", "")


def own(form: QueryDict, key: str) -> QueryDict:
    """What a form of several questions says to one of them."""
    found = QueryDict(mutable=True)
    for name, values in form.lists():
        if name.startswith(f"{key}."):
            found.setlist(name.removeprefix(f"{key}."), values)
    return found


def _person(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    return {"name": form.get("name", ""), "id": form.get("id", "")}


def _pick(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    """One of the people of another question, or somebody else by name and number."""
    chosen = form.get("value", "")
    for each in people_of(question, answers):
        if each["id"] == chosen:
            return {"name": each["name"], "id": each["id"]}
    return _person(question, form, answers)


def people_of(question: Question, answers: dict[str, Any]) -> list[dict[str, str]]:
    """The natural persons that a question offers to choose from."""
    offered = answers.get(question.choose_from or "", [])
    return [each for each in offered if isinstance(each, dict) and each.get("type", "person") == "person"]


def rows(form: QueryDict, *names: str) -> list[dict[str, str]]:
    """The rows of a list as typed, in order; rows that are empty but for their type are left out."""
    found = []
    for number in range(ROWS):
        row = {name: form.get(f"{name}-{number}", "").strip() for name in names}
        if any(value for name, value in row.items() if name != "type"):
            found.append(row)
    return found


def _people(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    return rows(form, "name", "id")


def _holders(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    return [{**row, "type": row["type"] or "person"} for row in rows(form, "type", "name", "id", "amount")]


def _place(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    return {"code": form.get("value", "")}


def _account(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    return {"bank": form.get("bank", ""), "number": form.get("number", "")}


def _certificate(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    """The number of one of the certificates on file, or of another."""
    return form.get("value", "") or form.get("other", "")


def _slot(question: Question, form: QueryDict, answers: dict[str, Any]) -> Raw:
    return f"{form.get('day', '')}T{form.get('time', '')}"


_READERS: dict[str, Callable[[Question, QueryDict, dict[str, Any]], Raw]] = {
    "person": _person,
    "pick": _pick,
    "people": _people,
    "holders": _holders,
    "place": _place,
    "bank-account": _account,
    "slot": _slot,
    "certificate": _certificate,
}


def typed(question: Question, answers: dict[str, Any], form: QueryDict | None = None) -> Any:
    """What the fields show: what was just typed, else what is kept, else what a registry knows."""
    if form is not None:
        raw = read(question, form, answers)
        return (
            raw
            if question.widget != "pick"
            else {"id": form.get("value", "") or form.get("id", ""), "name": form.get("name", "")}
        )
    kept = answers.get(question.key)
    if kept is None and question.known is not None:
        kept = question.known.value
    return _yuan(question, kept)


def _yuan(question: Question, kept: Any) -> Any:
    """Amounts are kept in fen and typed in yuan."""
    if question.widget == "money" and isinstance(kept, int):
        return yuan(kept)
    if question.widget == "holders" and isinstance(kept, list):
        return [{**row, "amount": yuan(row["amount"])} for row in kept]
    return kept


def yuan(fen: int) -> str:
    """Fen as people type yuan: 100000 or 100000.50."""
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"
