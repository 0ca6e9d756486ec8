"""The registry of legal entities. What it publishes of a firm is open; its people take a warrant."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tongban.base.actors import Warrant
from tongban.base.errors import NotFound
from tongban.base.identifiers import organisation
from tongban.base.words import Words
from tongban.engine.plan import Known
from tongban.registries.models import Holding, LegalEntity, Person
from tongban.trail import actions as trail

SOURCE = "legal-entities"


def entity(id: UUID | str) -> LegalEntity:
    """The entity with this id. Raises NotFound ``entity_unknown``."""
    found = LegalEntity.objects.select_related("division", "place", "key").filter(pk=id).first()
    if found is None:
        raise NotFound("entity_unknown", Words(zh="登记里没有这个主体", en="The registry does not know this entity"))
    return found


def entity_by_uscc(uscc: str) -> LegalEntity | None:
    """The entity with this code (GB 32100), or None. Raises Refusal where the code is not well formed."""
    code = organisation.parse(uscc).value
    return LegalEntity.objects.select_related("division", "place", "key").filter(uscc=code).first()


def entity_of_case(number: str) -> LegalEntity | None:
    """The legal entity that a case brought into being, or None."""
    return LegalEntity.objects.filter(case_number=number).first() if number else None


def entities_represented_by(of: Person, *, warrant: Warrant, now: datetime) -> QuerySet[LegalEntity]:
    """Active entities whose legal representative is this person, by name."""
    trail.read(warrant=warrant, person=str(of.pk), resource=SOURCE, fields=("represents",), now=now)
    rows = LegalEntity.objects.filter(representative_lookup=of.lookup, status=LegalEntity.Status.ACTIVE)
    return rows.select_related("division", "place").order_by("name", "id")


def facts_of_entity(of: LegalEntity, *, warrant: Warrant, now: datetime) -> dict[str, Known]:
    """What the registry knows of an entity, by data element.

    ``firm.name``, ``.uscc``, ``.kind``, ``.status`` (active | revoked | deregistered), ``.division``, ``.address``,
    ``.capital_fen``, ``.scope`` (GB/T 4754 codes), ``.registered_on`` (ISO date), ``.representative`` (name).
    """
    if of.representative_id:
        trail.read(
            warrant=warrant, person=str(of.representative_id), resource=SOURCE, fields=("representative",), now=now
        )
    values = {
        "firm.name": of.name,
        "firm.uscc": of.uscc,
        "firm.kind": of.kind,
        "firm.status": of.status,
        "firm.division": of.division_id,
        "firm.address": of.address,
        "firm.capital_fen": of.capital_fen,
        "firm.scope": list(of.scope),
        "firm.registered_on": of.registered_on.isoformat(),
        "firm.representative": of.representative_name,
    }
    return {key: Known(value=value, source=SOURCE, as_of=of.as_of.isoformat()) for key, value in values.items()}


def holdings_of(of: LegalEntity, *, warrant: Warrant, now: datetime) -> QuerySet[Holding]:
    """The shares in an entity, largest first. Each holder who is a person of this registry is told."""
    rows = Holding.objects.filter(entity=of).order_by("-amount_fen", "id")
    for row in rows:
        if row.person_id:
            trail.read(warrant=warrant, person=str(row.person_id), resource=SOURCE, fields=("holding",), now=now)
    return rows
