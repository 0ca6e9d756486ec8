"""What other cities may ask of this one, under a contract, each answer narrowed to what the contract names (跨市查询)."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import SYSTEM, Actor, Channel, Kind, Warrant
from tongban.base.cryptography import canonical
from tongban.base.cryptography.errors import Malformed, NotCanonical
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.catalog import actions as catalog_actions
from tongban.catalog import bundles
from tongban.catalog import queries as catalog
from tongban.engine.items import Broken
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.identity import queries as identity
from tongban.journeys import draft, facts, pay, told
from tongban.registries import actions as registries

Source = Callable[[dict[str, Any], Actor, Any, datetime], Any]


def query(*, resource: str, verified: Any, now: datetime) -> Any:
    """Answer a verified query: contract checked at use, then the source, then only the fields that were granted."""
    granted = peers.grant(
        provider=settings.TONGBAN_ADCODE,
        consumer=verified.sender,
        resource=resource,
        purpose=verified.purpose,
        now=now,
    )
    source = RESOURCES.get(resource)
    if source is None:
        raise NotFound("no_resource", Words(zh="没有这个资源", en="There is no such resource"))
    try:
        asked = canonical.loads(verified.request.body)
    except (Malformed, NotCanonical) as wrong:
        raise _malformed() from wrong
    if not isinstance(asked, dict):
        raise _malformed()
    by = Actor(kind=Kind.PEER, id=verified.sender, name=verified.name.zh, channel=Channel.API)
    found = source(asked, by, verified, now)
    return granted.filter(found)


def _catalogue(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    """What this city offers: first the digests of all of it, items and bundles, and who fills which role, then a page of bodies
    that the other has not (compressed). Nothing of other cities is handed on."""
    if "bodies" in asked:
        wanted = asked["bodies"]
        if not isinstance(wanted, list) or len(wanted) > told.PAGE or not all(isinstance(each, str) for each in wanted):
            raise _malformed()
        found = catalog.bodies_of(wanted, city=settings.TONGBAN_ADCODE)
        return {"bodies": {digest: base64.b64encode(zlib.compress(body)).decode() for digest, body in found.items()}}
    digests = sorted(catalog.digests(city=settings.TONGBAN_ADCODE).values())
    joint = sorted(bundles.digests(city=settings.TONGBAN_ADCODE).values())
    mark = canonical.digest([digests, joint])
    if asked.get("mark") == mark:
        return {"mark": mark}
    return {
        "mark": mark,
        "name": msgspec.to_builtins(settings.TONGBAN_CITY.name),
        "offices": identity.offices_by_role(),
        "digests": digests,
        "bundles": joint,
    }


def _name_check(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    return facts.name_check(_key(asked), city=settings.TONGBAN_ADCODE, ref=verified.case, now=now)


def _name_reserve(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    row = registries.reserve_name(
        name=_key(asked), city=settings.TONGBAN_ADCODE, reserved_for=verified.case, by=by, now=now
    )
    return {"name": row.shown, "until": row.until.isoformat() if row.until else None}


def _place(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    return facts.place(_key(asked), city=settings.TONGBAN_ADCODE, now=now)


def _places(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    return {"places": draft.places(str(asked.get("text", ""))[:100], city=settings.TONGBAN_ADCODE)}


def _person(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    warrant = Warrant(actor=by, purpose=verified.purpose, case=verified.case)
    return _found(facts.person(_key(asked), warrant=warrant, now=now))


def _firm(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    warrant = Warrant(actor=by, purpose=verified.purpose, case=verified.case)
    return _found(facts.firm(_key(asked), warrant=warrant, now=now))


def _found(value: Any) -> Any:
    if value is None:
        raise NotFound("nobody", Words(zh="没有登记", en="Not registered here"))
    return value


def _key(asked: dict[str, Any]) -> str:
    key = asked.get("key")
    if not isinstance(key, str) or not 1 <= len(key) <= 200 or not key.isprintable():
        raise _malformed()
    return key


def _malformed() -> Refusal:
    return Refusal("malformed", Words(zh="请求格式不对", en="The query is malformed"), status=400)


def _payment(asked: dict[str, Any], by: Actor, verified: Any, now: datetime) -> Any:
    try:
        wish = msgspec.convert(asked, pay.Wish)
    except msgspec.ValidationError as wrong:
        raise _malformed() from wrong
    return pay.asked(wish, by=by, now=now)


RESOURCES: dict[str, Source] = {
    "catalogue": _catalogue,
    "name-check": _name_check,
    "name-reserve": _name_reserve,
    "place": _place,
    "places": _places,
    "person": _person,
    "firm": _firm,
    pay.RESOURCE: _payment,
}


def pull(*, city: str, now: datetime) -> int:
    """Take over another city's catalogue; what is known stays when it does not answer. Returns how many are new (job)."""
    known = next((row.mark for row in catalog.cities() if row.city == city), "")
    try:
        found = exchange.ask(peer=city, resource="catalogue", query={"mark": known}, purpose="catalogue", now=now)
        if known and found == {"mark": known}:
            return 0
        said = msgspec.convert(found, told.Catalogue)
        return catalog_actions.take_over(
            city=city,
            name=said.name,
            bodies=_bodies(city, said.digests, set(catalog.digests(city=city).values()), now=now),
            digests=said.digests,
            bundles=_bodies(city, said.bundles, set(bundles.digests(city=city).values()), now=now),
            joint=said.bundles,
            mark=said.mark,
            offices=said.offices,
            by=SYSTEM,
            now=now,
        )
    except Refusal as no:
        catalog_actions.pull_failed(city=city, reason=no.code, now=now)
    except (msgspec.ValidationError, Broken) as nonsense:
        catalog_actions.pull_failed(city=city, reason=f"malformed: {nonsense}", now=now)
    return 0


def _bodies(city: str, digests: tuple[str, ...], here: set[str], *, now: datetime) -> dict[str, bytes]:
    """The bodies that are not in force ``here``, asked for by pages, so that no answer is large and none takes long."""
    missing = [digest for digest in digests if digest not in here]
    found: dict[str, bytes] = {}
    for at in range(0, len(missing), told.PAGE):
        page = missing[at : at + told.PAGE]
        answer = exchange.ask(peer=city, resource="catalogue", query={"bodies": page}, purpose="catalogue", now=now)
        bodies = msgspec.convert(answer, told.Bodies).opened()
        if set(bodies) != set(page):
            raise catalog_actions.ForeignBody
        found |= bodies
    return found
