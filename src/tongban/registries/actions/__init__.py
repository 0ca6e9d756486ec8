"""Changing the registries."""

from tongban.registries.actions.changing import Changes, change_entity, end_entity
from tongban.registries.actions.entities import Party, Share, register_entity
from tongban.registries.actions.firm_names import NameRefused, release_name, reserve_name
from tongban.registries.actions.loading import load_divisions, load_synthetic

__all__ = [
    "Changes",
    "NameRefused",
    "Party",
    "Share",
    "change_entity",
    "end_entity",
    "load_divisions",
    "load_synthetic",
    "register_entity",
    "release_name",
    "reserve_name",
]
