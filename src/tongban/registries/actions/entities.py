"""Entering a firm into the registry of legal entities."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.identifiers import organisation
from tongban.base.identifiers import person as person_ids
from tongban.base.words import Words
from tongban.files import vault
from tongban.files.models import Key
from tongban.registries.actions.firm_names import NameRefused, fill, lock
from tongban.registries.models import FirmName, Holding, Issued, LegalEntity, Person
from tongban.registries.queries.firm_names import check_name, keys_of
from tongban.registries.queries.places import place as place_in
from tongban.trail import actions as trail

LARGEST_FEN = 10**17  # a quadrillion yuan fits in no ledger: what a mistyped amount looks like
SOURCE = "legal-entities"


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A person (``id_number``) or an entity (``uscc``), of this city or another: exactly one of the two."""

    name: str
    id_number: str | None = None
    uscc: str | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder subscribes, in fen."""

    holder: Party
    amount_fen: int


@transaction.atomic
def register_entity(
    *,
    city: str,
    name: str,
    kind: str,
    representative: Party,
    holdings: Sequence[Share],
    scope: Sequence[str],
    by: Actor,
    now: datetime,
    place: UUID | str | None = None,
    address: str = "",
    case_number: str = "",
    reserved_for: str = "",
    related: Collection[str] = (),
    prefix: str = "91",
) -> LegalEntity:
    """Enter a new entity, with the next free USCC of ``city`` (91 enterprise, 92 individual business, 93 cooperative),
    its shares, and its name turned from reserved (for ``reserved_for``) to taken. All of it or nothing.

    Capital is the sum of ``holdings``. Asked again for the same ``case_number`` it answers the entity there is.
    Raises NameRefused, Refusal ``capital_out_of_range`` or ``entity_holder``, OutsideCity, NotFound.
    """
    lock(city, [*keys_of(name, city), *([f"case:{case_number}"] if case_number else [])])
    if case_number and (there := LegalEntity.objects.filter(case_number=case_number).first()):
        return there
    subscribed = capital(holdings)
    located = place_in(place, city=city) if place else None
    taken = take_name(name, city=city, reserved_for=reserved_for, related=related, now=now)
    key = vault.new_key()
    entity = LegalEntity(
        uscc=_next_uscc(city, prefix), name=taken.shown, kind=kind, division_id=city, key=key, capital_fen=subscribed,
        place=located, address=located.text if located else address, scope=list(scope), registered_on=day_of(now),
        case_number=case_number, source=SOURCE, as_of=day_of(now),
    )
    represent(entity, representative, key)
    _enter(entity, taken, [holding(entity, share, key) for share in holdings])
    facts = {"case": case_number, "capital_fen": subscribed}
    trail.record(by=by, verb="entity.register", subject_kind="legal-entity", subject=entity.uscc, now=now, facts=facts)
    return entity


def _enter(entity: LegalEntity, taken: FirmName, shares: list[Holding]) -> None:
    entity.save(force_insert=True)
    Holding.objects.bulk_create(shares)
    taken.state, taken.entity, taken.reserved_for, taken.until = FirmName.State.TAKEN, entity, "", None
    taken.save()


def representative_place(entity: LegalEntity) -> str:
    """What a representative's sealed number is bound to."""
    return f"entity:{entity.pk}:representative"


def capital(holdings: Sequence[Share]) -> int:
    """What all subscribe together. Raises Refusal ``capital_out_of_range``."""
    amounts = [share.amount_fen for share in holdings]
    return within_bounds(sum(amounts) if amounts and min(amounts) > 0 else 0)


def within_bounds(fen: int) -> int:
    """An amount that can be a capital. Raises Refusal ``capital_out_of_range``."""
    if not 0 < fen < LARGEST_FEN:
        raise Refusal(
            "capital_out_of_range",
            Words(zh="注册资本不在可登记的范围内", en="The registered capital is not an amount that can be registered"),
            cites=("《中华人民共和国公司法》第四十七条",),
            next_step=Words(zh="每位股东的认缴额都应大于零", en="Each holder subscribes more than nothing"),
            field="firm.capital_fen",
        )
    return fen


def take_name(
    name: str, *, city: str, reserved_for: str, related: Collection[str], now: datetime
) -> FirmName:
    """The row of the name, ours to turn to taken: the one reserved, or a new one where nobody has it."""
    verdict = check_name(name=name, city=city, now=now, reserved_for=reserved_for, related=related)
    if not verdict.ok or verdict.parsed is None:
        raise NameRefused(verdict)
    rows = FirmName.objects.select_for_update().filter(division_id=city, name=verdict.parsed.name)
    row = rows.first() or FirmName(division_id=city, source=SOURCE)
    row.as_of = day_of(now)
    return fill(row, verdict.parsed)


def _next_uscc(city: str, prefix: str) -> str:
    """The next code of the city. The counter's row is locked until the end: two registrations wait, never collide."""
    Issued.objects.get_or_create(division_id=city)
    Issued.objects.filter(division_id=city).update(last=F("last") + 1)
    return organisation.issue(prefix=prefix, division=city, serial=Issued.objects.get(division_id=city).last)


def represent(entity: LegalEntity, party: Party, key: Key) -> None:
    """Note who represents an entity, with their number sealed."""
    number = _number(party)
    entity.representative_name = party.name
    entity.representative_lookup = vault.lookup("person-id", number)
    entity.sealed_representative = vault.seal(key, number.encode(), representative_place(entity))
    entity.representative = Person.objects.filter(lookup=entity.representative_lookup).first()


def holding(entity: LegalEntity, share: Share, key: Key) -> Holding:
    """The row of a share, not saved yet."""
    row = Holding(entity=entity, name=share.holder.name, amount_fen=share.amount_fen)
    if share.holder.uscc:
        row.kind, row.uscc = Holding.HolderKind.ENTITY, organisation.parse(share.holder.uscc).value
        row.held_by = LegalEntity.objects.filter(uscc=row.uscc).first()
        return row
    number = _number(share.holder)
    row.kind, row.lookup = Holding.HolderKind.PERSON, vault.lookup("person-id", number)
    row.sealed_number = vault.seal(key, number.encode(), f"holding:{row.pk}:number")
    row.person = Person.objects.filter(lookup=row.lookup).first()
    return row


def _number(party: Party) -> str:
    if party.id_number is None:
        raise Refusal("entity_holder", Words(zh=f"“{party.name}”没有证件号码", en=f"{party.name} has no number"))
    return person_ids.parse(party.id_number).value
