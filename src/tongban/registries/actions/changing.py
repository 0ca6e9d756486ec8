"""Changing what the registry of legal entities says of a firm, and ending it (变更、注销)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.identifiers import organisation
from tongban.base.words import Words
from tongban.registries.actions import entities
from tongban.registries.actions.firm_names import later, lock
from tongban.registries.models import FirmName, Holding, LegalEntity
from tongban.registries.queries.firm_names import keys_of
from tongban.registries.queries.places import place as place_in
from tongban.trail import actions as trail

MONTHS_KEPT = 12  # 《企业名称登记管理规定》第十七条第二项: a name given up, by a change or at the end, is nobody's for a year


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is new of an entity; what is None stays as it is. With ``holdings`` the capital is their sum."""

    name: str | None = None
    representative: entities.Party | None = None
    place: UUID | str | None = None
    capital_fen: int | None = None
    scope: Sequence[str] | None = None
    holdings: Sequence[entities.Share] | None = None


@transaction.atomic
def change_entity(
    *, uscc: str, city: str, changes: Changes, by: Actor, now: datetime, case_number: str = "", reserved_for: str = ""
) -> LegalEntity:
    """Write ``changes`` into the entry of an active entity of ``city``. Asked again it is as it was made. The name that
    is given up stays reserved for a year; a new one is ours to take where it is reserved for ``reserved_for``, or free.
    Raises NotFound ``entity_unknown``, NameRefused, OutsideCity, Refusal ``capital_out_of_range`` or ``entity_holder``."""
    renamed = changes.name is not None
    lock(city, keys_of(changes.name or "", city) if renamed else ())
    entity = _entity(uscc, city, only_active=True)
    if changes.name is not None and changes.name != entity.name:
        _rename(entity, changes.name, reserved_for=reserved_for, now=now)
    if changes.representative is not None:
        entities.represent(entity, changes.representative, entity.key)
    if changes.place is not None:
        entity.place = place_in(changes.place, city=city)
        entity.address = entity.place.text
    if changes.scope is not None:
        entity.scope = list(changes.scope)
    _money(entity, changes)
    _keep(entity, "entity.change", by=by, now=now, case=case_number, changed=_named(changes))
    return entity


@transaction.atomic
def end_entity(*, uscc: str, city: str, by: Actor, now: datetime, case_number: str = "") -> LegalEntity:
    """Deregister an entity of ``city``; one that has ended stays as it is. Nobody represents it any more, and its names
    stay reserved for a year. Raises NotFound ``entity_unknown``."""
    entity = _entity(uscc, city)
    if entity.status == LegalEntity.Status.DEREGISTERED:
        return entity
    entity.status = LegalEntity.Status.DEREGISTERED
    _give_up(entity, now=now)
    _keep(entity, "entity.end", by=by, now=now, case=case_number)
    return entity


def _entity(uscc: str, city: str, *, only_active: bool = False) -> LegalEntity:
    """The entity, held until the end of the transaction."""
    rows = LegalEntity.objects.select_for_update(of=("self",)).select_related("key")
    rows = rows.filter(uscc=organisation.parse(uscc).value, division_id=city)
    found = (rows.filter(status=LegalEntity.Status.ACTIVE) if only_active else rows).first()
    if found is None:
        raise NotFound(
            "entity_unknown",
            Words(zh="这里的登记簿没有这个存续的主体", en="The registry here has no such entity in being"),
            next_step=Words(zh="请向它的登记机关申请", en="Apply to the authority that registered it"),
        )
    return found


def _rename(entity: LegalEntity, name: str, *, reserved_for: str, now: datetime) -> None:
    """Take the new name, which may be like the old one, and give that up."""
    city = entity.division_id
    taken = entities.take_name(name, city=city, reserved_for=reserved_for, related=[entity.name], now=now)
    _give_up(entity, now=now)
    entity.name = taken.shown
    taken.state, taken.entity, taken.reserved_for, taken.until = FirmName.State.TAKEN, entity, "", None
    taken.save()


def _give_up(entity: LegalEntity, *, now: datetime) -> None:
    FirmName.objects.filter(entity=entity).update(
        state=FirmName.State.RESERVED, entity=None, reserved_for=f"former:{entity.uscc}", until=later(now, MONTHS_KEPT)
    )


def _money(entity: LegalEntity, changes: Changes) -> None:
    if changes.holdings is not None:
        entity.capital_fen = entities.capital(changes.holdings)
        Holding.objects.filter(entity=entity).delete()
        Holding.objects.bulk_create([entities.holding(entity, share, entity.key) for share in changes.holdings])
    elif changes.capital_fen is not None:
        entity.capital_fen = entities.within_bounds(changes.capital_fen)


def _named(changes: Changes) -> str:
    return " ".join(name for name in Changes.__struct_fields__ if getattr(changes, name) is not None)


def _keep(entity: LegalEntity, verb: str, *, by: Actor, now: datetime, **facts: str) -> None:
    entity.as_of = day_of(now)
    entity.save()
    trail.record(by=by, verb=verb, subject_kind="legal-entity", subject=entity.uscc, now=now, facts=facts)
