"""Asking the registries. What is personal takes a warrant and leaves a row that the person can read."""

from tongban.registries.queries.divisions import division, divisions_below
from tongban.registries.queries.entities import (
    entities_represented_by,
    entity,
    entity_by_uscc,
    entity_of_case,
    facts_of_entity,
    holdings_of,
)
from tongban.registries.queries.firm_names import check_name, name_reserved_for
from tongban.registries.queries.people import (
    Relative,
    facts_of,
    guardians_by_id,
    guardians_of,
    id_number_of,
    is_guardian,
    match,
    mobile_of,
    person,
    person_by_id_number,
    relatives_of,
    ward_of,
    wards_of,
)
from tongban.registries.queries.places import place, place_facts, search_places

__all__ = [
    "Relative",
    "check_name",
    "division",
    "divisions_below",
    "entities_represented_by",
    "entity",
    "entity_by_uscc",
    "entity_of_case",
    "facts_of",
    "facts_of_entity",
    "guardians_by_id",
    "guardians_of",
    "holdings_of",
    "id_number_of",
    "is_guardian",
    "match",
    "mobile_of",
    "name_reserved_for",
    "person",
    "person_by_id_number",
    "place",
    "place_facts",
    "relatives_of",
    "search_places",
    "ward_of",
    "wards_of",
]
