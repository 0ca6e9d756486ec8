"""A guide as linked data: schema.org GovernmentService, for programs that read pages."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from markupsafe import Markup

from tongban.base.words import Words
from tongban.engine.items import Item
from tongban.journeys import find
from tongban.ui import words

KINDS = {"1": "Person", "2": "Corporation", "3": "GovernmentOrganization", "4": "NGO", "5": "GovernmentOrganization", "6": "Organization"}
_LEAVES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def service(found: find.Guide, address: str) -> Markup:
    """The guide as one JSON-LD object that may stand in a page: nothing in it ends the script."""
    return Markup(json.dumps(_service(found, address), ensure_ascii=False).translate(_LEAVES))


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
