"""An export holds all that the house keeps about a person: every table is covered, or left out for a reason."""

from __future__ import annotations

from django.apps import apps

from tongban.journeys.export import cover, sections


def tables() -> dict[str, type]:
    return {model._meta.label: model for model in apps.get_models() if model.__module__.startswith("tongban.")}


def reference_to_people(model: type) -> list[str]:
    """Fields of a table by which it points to an account or a person."""
    names = {"account", "person", "owner", "holder", "claimant", "receiver", "given_by", "holder_ref", "actor_id"}
    return [field.name for field in model._meta.get_fields() if field.concrete and field.name in names]


def test_every_table_is_in_the_export_or_left_out_for_a_reason():
    known = sections.COVERED.keys() | sections.LEFT_OUT.keys()
    missing = [t for t in tables() if t not in known and t.split(".")[0] not in sections.LEFT_OUT_ROOMS]
    told = {table: reference_to_people(tables()[table]) for table in missing}
    assert told == {}, "name it in journeys/export/sections.py"


def test_what_is_left_out_has_a_reason_and_is_no_table_that_is_covered():
    assert all(len(why) > 8 for why in (*sections.LEFT_OUT.values(), *sections.LEFT_OUT_ROOMS.values()))
    assert not sections.COVERED.keys() & sections.LEFT_OUT.keys()


def test_what_is_named_is_there():
    assert sections.COVERED.keys() | sections.LEFT_OUT.keys() <= tables().keys()


def test_every_section_has_its_title_and_covers_something():
    assert sections.SECTIONS.keys() == cover.TITLES.keys()
    covered = {name.strip() for each in sections.COVERED.values() for name in each.split(":")[0].split(",")}
    assert covered == set(sections.SECTIONS)
