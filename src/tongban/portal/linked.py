"""A guide, or a bundle, as linked data: schema.org GovernmentService, for programs that read pages."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from markupsafe import Markup

from tongban.base.words import Words
from tongban.engine.items import Item
from tongban.journeys import bundles, find
from tongban.ui import words

KINDS = {"1": "Person", "2": "Corporation", "3": "GovernmentOrganization", "4": "NGO", "5": "GovernmentOrganization", "6": "Organization"}
_LEAVES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def service(found: find.Guide, address: str) -> Markup:
    """The guide as one JSON-LD object that may stand in a page: nothing in it ends the script."""
    return _data(_service(found, address))


def bundle(found: bundles.Together, address: str) -> Markup:
    """The bundle as one such object, with the services that may be in it."""
    return _data(_bundle(found, address))


def _data(told: dict[str, Any]) -> Markup:
    return Markup(json.dumps(told, ensure_ascii=False).translate(_LEAVES))


def _bundle(found: bundles.Together, address: str) -> dict[str, Any]:
    thing, city = found.bundle, found.city
    office = find.office(city, thing.office)
    where = {"@type": "AdministrativeArea", "name": words.w(found.city_name), "identifier": city}
    offered = {hit.code: hit.title for hit in find.everything(city)}
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "name": words.w(thing.title),
        "alternateName": list(thing.says.zh if words.language() == "zh" else thing.says.en),
        "description": words.w(thing.summary),
        "jurisdiction": where,
        "areaServed": where,
        "audience": [{"@type": "Audience", "audienceType": "Person" if thing.audience == "person" else "Corporation"}],
        "provider": {"@type": "GovernmentOrganization", "name": words.w(Words(**office["name"])), "identifier": office["uscc"]},
        "availableLanguage": ["zh-Hans", "en"],
        "availableChannel": [{"@type": "ServiceChannel", "serviceUrl": address}],
        "hasPart": [
            {"@type": "GovernmentService", "name": words.w(offered[each.item]), "@id": _guide(city, each.item)}
            for each in thing.members if each.item in offered
        ],
        "version": found.sha256,
        "subjectOf": f"{settings.TONGBAN_BASE_URL}/api/bundles/{city}/{thing.code}",
    }  # fmt: skip


def _guide(city: str, code: str) -> str:
    return settings.TONGBAN_BASE_URL + reverse("portal:guide", args=[city, code])


def _service(found: find.Guide, address: str) -> dict[str, Any]:
    item, city = found.item, found.ref.city
    office = find.office(city, item.office)
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "name": words.w(item.title),
        "alternateName": list(item.says.zh if words.language() == "zh" else item.says.en),
        "description": words.w(item.summary),
        "identifier": item.catalog_code,
        "serviceType": item.type,
        "jurisdiction": {"@type": "AdministrativeArea", "name": words.w(found.city_name), "identifier": city},
        "areaServed": {"@type": "AdministrativeArea", "name": words.w(found.city_name), "identifier": city},
        "audience": [{"@type": "Audience", "audienceType": KINDS.get(code, "Organization")} for code in item.audience],
        "provider": {"@type": "GovernmentOrganization", "name": words.w(Words(**office["name"])), "identifier": office["uscc"]},
        "availableLanguage": ["zh-Hans", "en"],
        "availableChannel": _channels(item, address),
        "serviceOutput": {"@type": "Thing", "name": words.w(item.outcome.title)},
        "offers": [
            {"@type": "Offer", "name": words.w(fee.title), "price": f"{fee.fen / 100:.2f}", "priceCurrency": "CNY"}
            for fee in found.plan.fees
        ],
        "isAccessibleForFree": not item.fees,
        "version": found.ref.sha256,
        "subjectOf": f"{settings.TONGBAN_BASE_URL}/api/services/{city}/{item.code}",
    }  # fmt: skip


def _channels(item: Item, address: str) -> list[dict[str, Any]]:
    online = [{"@type": "ServiceChannel", "serviceUrl": address}] if {"2", "3"} & set(item.channels) else []
    phone = {"@type": "ContactPoint", "telephone": item.contact.consult}
    return [*online, {"@type": "ServiceChannel", "servicePhone": phone}]
