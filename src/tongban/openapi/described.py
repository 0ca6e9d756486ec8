"""The open catalogue described for machines (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from tongban.engine.compose import LEVELS
from tongban.engine.plan import Verdict
from tongban.journeys import opening

EDITION = "1.1"
WORDS = {"type": "object", "required": ["zh", "en"], "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}}
DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SERVICE = {
    "type": "object",
    "required": ["city", "code", "title", "summary", "grade"],
    "properties": {
        "city": {"type": "string", "description": "GB/T 2260 code of the city that offers it"},
        "code": {"type": "string"},
        "title": {"$ref": "#/components/schemas/Words"},
        "summary": {"$ref": "#/components/schemas/Words"},
        "grade": {"type": "string", "enum": list(LEVELS)},
        "type": {"type": "string", "description": "事项类型, GB/T 39046"},
        "audience": {"type": "array", "items": {"type": "string"}, "description": "服务对象, GB/T 39046"},
        "subjects": {"type": "array", "items": {"type": "string"}, "description": "p or f and a code of GB/T 39046"},
        "office": {"type": "string", "description": "role of the office that owns it"},
        "channels": {"type": "array", "items": {"type": "string"}},
        "promise": {"type": ["object", "null"]},
        "score": {"type": "number", "description": "how far it fits q; greater is better"},
    },
}


BUNDLE = {
    "type": "object",
    "required": ["city", "code", "title", "summary", "audience", "services"],
    "properties": {
        "city": {"type": "string", "description": "GB/T 2260 code of the city that offers it"},
        "code": {"type": "string"},
        "title": {"$ref": "#/components/schemas/Words"},
        "summary": {"$ref": "#/components/schemas/Words"},
        "audience": {"type": "string", "enum": ["person", "firm"]},
        "office": {"type": "string", "description": "role of the office that leads"},
        "services": {"type": "array", "items": {"type": "string"}, "description": "codes of the services that may be in it"},
    },
}


def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.TONGBAN_CITY.name.en}: open catalogue of services",
            "version": EDITION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": settings.TONGBAN_BASE_URL}],
        "paths": _paths(),
        "components": {
            "schemas": {"Words": WORDS, "Service": SERVICE, "Bundle": BUNDLE, "Problem": PROBLEM},
            "responses": {
                "Unchanged": {"description": "Nothing has changed since the entity tag that was sent"},
                "Problem": {
                    "description": "What, why and what next (RFC 9457)",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                },
            },
        },
    }


PROBLEM = {
    "type": "object",
    "required": ["title", "status", "code"],
    "properties": {
        "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"}, "detail": {"type": "string"},
        "next_step": {"type": "string"}, "successor": {"type": "string", "description": "of a service that has ended"},
    },
}  # fmt: skip


def _paths() -> dict[str, Any]:
    one = [_at("city"), _at("code")]
    return {
        "/api/services": _get("Services in pages: all, or what q finds, narrowed by facets", LISTED, _queries()),
        "/api/services/{city}/{code}": _get("One service whole, with what is coming", ITEM, one, gone=True),
        "/api/services/{city}/{code}/versions": _get("Every version there was, the newest first", VERSIONS, one),
        "/api/services/{city}/{code}/versions/{sha256}": _get(
            "The canonical body of one version: the bytes whose SHA-256 names it", {"type": "object"}, [*one, _at("sha256")]
        ),
        "/api/bundles": _get("Bundles (一件事) in pages: all, or what q finds", GATHERED, _of_bundles()),
        "/api/bundles/{city}/{code}": _get(
            "One bundle whole, and what it comes to; its questions are answered in the query, by their keys", JOINT, one, gone=True
        ),
        "/api/bundles/{city}/{code}/versions": _get("Every version of it there was, the newest first", VERSIONS, one),
        "/api/bundles/{city}/{code}/versions/{sha256}": _get(
            "The canonical body of one version: the bytes whose SHA-256 names it", {"type": "object"}, [*one, _at("sha256")]
        ),
        "/api/catalogue": _get("The catalogues in figures, by grade, type, audience and subject", COUNTS, [_query("city")]),
    }


LISTED = {
    "type": "object",
    "required": ["services", "total", "page", "pages", "next"],
    "properties": {
        "services": {"type": "array", "items": {"$ref": "#/components/schemas/Service"}},
        "total": {"type": "integer"},
        "page": {"type": "integer"},
        "pages": {"type": "integer"},
        "next": {"type": ["string", "null"], "description": "address of the following page"},
    },
}
ITEM = {
    "type": "object",
    "required": ["city", "code", "sha256", "grade", "coming", "item"],
    "properties": {"sha256": DIGEST, "coming": {"type": "array"}, "item": {"type": "object"}},
}
GATHERED = LISTED | {
    "required": ["bundles", "total", "page", "pages", "next"],
    "properties": {**LISTED["properties"], "bundles": {"type": "array", "items": {"$ref": "#/components/schemas/Bundle"}}},
}
PAIR = {
    "type": "object",
    "required": ["before", "after"],
    "properties": {"before": {"type": "integer"}, "after": {"type": "integer"}},
}
PAPER = {
    "type": "object",
    "required": ["type", "title", "answer", "reason", "services", "required"],
    "properties": {
        "title": {"$ref": "#/components/schemas/Words"},
        "answer": {"enum": [each.value for each in Verdict], "description": "why it is not needed; upload: it is"},
        "reason": {"$ref": "#/components/schemas/Words"},
        "breach": {"description": "of a commitment, what breaking it means"},
    },
}
JOINT = {
    "type": "object",
    "required": ["city", "code", "sha256", "coming", "bundle", "answers", "asked", "services", "questions", "papers", "fees", "saved"],
    "properties": {
        "sha256": DIGEST,
        "bundle": {"type": "object", "description": "the body; its questions are what the query answers"},
        "answers": {"type": "object", "description": "as they count: what was not answered is its first option"},
        "example": {"description": "the example that papers and fees are of; null: nothing is known of anybody"},
        "papers": {"type": "array", "items": PAPER},
        "saved": {
            "type": "object",
            "required": ["items", "visits", "papers", "days"],
            "properties": {"items": PAIR, "visits": PAIR, "papers": PAIR, "days": PAIR},
        },
    },
}
VERSIONS = {
    "type": "object",
    "required": ["versions"],
    "properties": {
        "versions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["number", "sha256", "effective_on", "published_at", "in_force"],
                "properties": {"number": {"type": "integer"}, "sha256": DIGEST, "in_force": {"type": "boolean"}},
            },
        }
    },
}
FIGURES = {"type": "object", "additionalProperties": {"type": "integer"}}
COUNTS = {
    "type": "object",
    "required": ["cities"],
    "properties": {
        "cities": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["city", "name", "total", "grades", "unconfirmed"],
                "properties": {"total": {"type": "integer"}, "grades": FIGURES, "types": FIGURES, "audience": FIGURES,
                               "subjects": FIGURES, "unconfirmed": {"type": "integer"}},
            },
        }
    },
}  # fmt: skip


def _get(says: str, schema: dict[str, Any], asked: list[dict[str, Any]], *, gone: bool = False) -> dict[str, Any]:
    problem = {"$ref": "#/components/responses/Problem"}
    found = {"description": says, "content": {"application/json": {"schema": schema}}}
    answers: dict[str, Any] = {"200": found, "304": {"$ref": "#/components/responses/Unchanged"}, "404": problem}
    more = {"410": problem} if gone else {}
    return {"get": {"summary": says, "parameters": asked, "responses": answers | more}}


def _at(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": DIGEST if name == "sha256" else {"type": "string"}}


def _query(name: str, says: str = "", **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": says, "schema": schema or {"type": "string"}}


def _of_bundles() -> list[dict[str, Any]]:
    kept = ("q", "city", "audience", "page", "size")
    return [each for each in _queries() if each["name"] in kept]


def _queries() -> list[dict[str, Any]]:
    return [
        _query("q", "in a person's own words; Chinese, pinyin or English"),
        _query("city", "GB/T 2260 code"),
        _query("audience", type="string", enum=["person", "firm"]),
        _query("subject", "p or f and a code of GB/T 39046, such as p085"),
        _query("office", "role of the office that owns it"),
        _query("grade", "the least that will do", type="string", enum=list(LEVELS[1:])),
        _query("district", "where somebody is served at a counter: a county (6 digits) or, of a county's node, a street (9)"),
        _query("letter", "first letter of the title as it is said"),
        _query("page", type="integer", minimum=1),
        _query("size", type="integer", minimum=1, maximum=opening.MOST),
    ]
