"""The fields of a form that is filled in on one page, with what is kept, what was typed and what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import QueryDict

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.plan import Question
from tongban.journeys import draft as drafting
from tongban.ui import answers, shown, words

BLANK = {"type": "person", "name": "", "id": "", "amount": "", "bank": "", "number": "", "code": ""}
LONG = 30  # a list longer than this shows only what was searched for


class Filling:
    """One page's fields: of ``sheet``, with what ``form`` says where something was typed."""

    def __init__(self, sheet: drafting.Sheet, *, form: QueryDict | None, wrong: dict[str, Refusal], by: Actor, now: Any):
        self.sheet, self.form, self.wrong, self.by, self.now = sheet, form, wrong, by, now

    def all(self) -> list[dict[str, Any]]:
        """Every question that is asked now, in its order."""
        return [self.one(q) for q in self.sheet.plan.questions]

    def one(self, asked: Question) -> dict[str, Any]:
        """One question's fields."""
        typed = self._typed(asked)
        value = answers.typed(asked, self.sheet.answers, typed)
        find = typed.get("value.query" if asked.widget == "place" else "find", "")[:100] if typed is not None else ""
        people = [(p["id"], p["name"], f"…{p['id'][-4:]}") for p in answers.people_of(asked, self.sheet.answers)]
        return {
            "asked": asked,
            "name": f"{asked.key}.",
            "value": value,
            "parts": {**BLANK, **value} if isinstance(value, dict) else BLANK,
            "rows": self._rows(asked, value),
            "options": _options(asked, find, value),
            "people": people,
            "people_ids": [p[0] for p in people],
            "find": find,
            "results": self._places(asked, find),
            "chosen": self._chosen(asked),
            "errors": errors_of(self.wrong.get(asked.key)),
            "source": shown.source(asked.known.source) if asked.known else None,
            "as_of": _as_of(asked, day_of(self.now)),
        }

    def _typed(self, asked: Question) -> QueryDict | None:
        if self.form is None or f"{asked.key}.here" not in self.form:
            return None
        return answers.own(self.form, asked.key)

    def _rows(self, asked: Question, value: Any) -> list[dict[str, Any]]:
        """The rows of a list; one more where “add” was pressed, one less where “remove” was."""
        if asked.widget not in ("people", "holders"):
            return []
        rows = [dict(each) for each in value] if isinstance(value, list) else []
        do = (self.form.get("do", "") if self.form is not None else "").split(":")
        if do[:2] == ["remove", asked.key] and do[-1].isdigit() and int(do[-1]) < len(rows):
            rows.pop(int(do[-1]))
        if do == ["add", asked.key] or not rows:
            rows.append({})
        return [{**BLANK, **row} for row in rows[: answers.ROWS]]

    def _places(self, asked: Question, find: str) -> list[dict[str, Any]] | None:
        if asked.widget != "place" or not find:
            return None
        try:
            found = drafting.suggest(
                city=self.sheet.ref.city, kind="place", text=find, by=self.by, now=self.now, ref=self.sheet.id
            )
        except Refusal as no:
            return [{"value": "", "text": words.w(no.brief), "detail": ""}]
        return [{"value": place["code"], "text": place["text"], "detail": ""} for place in found]

    def _chosen(self, asked: Question) -> str:
        kept = self.sheet.answers.get(asked.key)
        if asked.widget != "place" or not isinstance(kept, dict):
            return ""
        known = self.sheet.facts.get(f"place:{kept.get('code')}")
        return str(known.value.get("text", "")) if known and isinstance(known.value, dict) else ""


def errors_of(no: Refusal | None) -> dict[str, Words]:
    """Error by input name: paths inside a list answer become row names."""
    if no is None:
        return {}
    found: dict[str, Words] = {}
    for wrong in getattr(no, "errors", ()):
        parts = [p for p in wrong.path.split(".") if p]
        name = f"{parts[1]}-{parts[0]}" if len(parts) == 2 and parts[0].isdigit() else (parts[0] if parts else "value")
        found.setdefault(name, wrong.says)
    return found or {"value": no.brief}


def _options(asked: Question, find: str, value: Any) -> list[tuple[str, str, str]]:
    chosen = set(value) if isinstance(value, list) and asked.widget in answers.LISTS else set()
    found = []
    for option in asked.options:
        text, note = words.w(option.label), words.w(option.note) if option.note else ""
        fits = find and (find in text or find in option.value or find in note)
        if len(asked.options) <= LONG or option.value in chosen or fits:
            found.append((option.value, text, note))
    return found


def _as_of(asked: Question, today: date) -> str | None:
    if asked.known is None or not asked.known.as_of:
        return None
    day = asked.known.as_of[:10]
    return words.t("今天", "today") if day == today.isoformat() else words.day(date.fromisoformat(day))
