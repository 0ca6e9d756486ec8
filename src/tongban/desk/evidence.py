"""Form beside evidence: each answer as it was declared, what a registry has on record, and whether the two agree."""

from __future__ import annotations

from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine import forms
from tongban.engine.items import Field, Item
from tongban.ui import shown, words


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. ``state``: same (quiet), differs (both values shown), changed (on record otherwise, and the applicant's to
    change), typed (nobody else knows)."""

    label: Words
    value: str
    state: str = "typed"
    record: str = ""
    origin: str = ""


def rows(item: Item, document: dict[str, Any]) -> list[Row]:
    """Every answer of the form in the order asked."""
    told, facts = document["answers"], document["facts"]
    return [_row(field, told[field.key], facts) for field in item.form if field.key in told]


def _row(field: Field, raw: Any, facts: dict[str, Any]) -> Row:
    value = shown.answer(field, raw, facts)
    checks = [_looked_up(key, raw, facts[key]) for key in forms.lookups(field.widget, raw) if key in facts]
    known = facts.get(field.element)
    if known and known.get("value") is not None:
        record = shown.answer(field, known["value"], facts)
        checks.append((record == value, record, known["source"]))
    if not checks:
        return Row(label=field.title, value=value)
    wrong = [record for same, record, _ in checks if not same]
    origin = words.t("、", ", ").join(dict.fromkeys(shown.source(source) for _, _, source in checks))
    return Row(
        label=field.title,
        value=value,
        state=("changed" if field.editable else "differs") if wrong else "same",
        record=words.t("；", "; ").join(wrong),
        origin=origin,
    )


def _looked_up(key: str, raw: Any, known: dict[str, Any]) -> tuple[bool, str, str]:
    """Whether what was looked up agrees with what was declared, what it says, and whose word it is."""
    kind, _, about = key.partition(":")
    found = known.get("value")
    source = known["source"]
    if not isinstance(found, dict):
        return False, words.t("查无登记", "nothing on record"), source
    if found.get("ok") is False:
        return False, _says(found), source
    if kind in ("person", "firm"):
        declared, record = _declared_name(raw, about), str(found.get("name") or "")
        return declared in ("", record), record, source
    return True, str(found.get("text") or ""), source


def _says(found: dict[str, Any]) -> str:
    says = found.get("says")
    if isinstance(says, dict) and {"zh", "en"} <= says.keys():
        return words.w(Words(zh=str(says["zh"]), en=str(says["en"])))
    return words.t("不符", "does not agree")


def _declared_name(raw: Any, id: str) -> str:
    """The name that the form gives to whoever has this number."""
    for each in raw if isinstance(raw, list) else [raw]:
        if isinstance(each, dict) and each.get("id") == id:
            return str(each.get("name") or "")
    return ""
