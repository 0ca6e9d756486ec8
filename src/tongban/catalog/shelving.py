"""What search and lists keep of an item or a bundle that is offered."""

from __future__ import annotations

from typing import Any

from tongban.catalog import meaning, texts
from tongban.engine import bundles, compose
from tongban.engine import items as engine


def columns(item: engine.Item) -> dict[str, Any]:
    """The columns of an item's entry."""
    return {
        "title_zh": item.title.zh,
        "title_en": item.title.en,
        "audience": list(item.audience),
        "facts": _facts(item),
        "text": meaning.lines(item.title.zh, item.title.en, *item.says.zh, *item.says.en),
        "pinyin": "\n".join(texts.pinyin(each) for each in [item.title.zh, *item.says.zh]),
    }


def _facts(item: engine.Item) -> dict[str, Any]:
    """What lists and facets show without opening the body."""
    grade = compose.grade(item)
    return {
        "summary": {"zh": item.summary.zh, "en": item.summary.en},
        "office": item.office,
        "type": item.type,
        "channels": list(item.channels),
        "scope": item.scope,
        "subjects": [f"p{code}" for code in item.subjects.persons] + [f"f{code}" for code in item.subjects.firms],
        "grade": grade.level,
        "confirmed": grade.confirmed,
        "kind": item.kind,
        "promise": {"working_days": item.promise.working_days, "office_minutes": item.promise.office_minutes},
    }


def of_bundle(bundle: bundles.Bundle) -> dict[str, Any]:
    """The columns of a bundle's entry."""
    said = (*bundle.says.zh, *bundle.says.en)
    return {
        "audience": bundle.audience,
        "order": bundle.order,
        "text": meaning.lines(bundle.title.zh, bundle.title.en, *said),
        "pinyin": "\n".join(texts.pinyin(each) for each in [bundle.title.zh, *bundle.says.zh]),
    }
