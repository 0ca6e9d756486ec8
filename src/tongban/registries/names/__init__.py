"""Firm names after 《企业名称登记管理规定》 (国务院令第734号): what a name is made of, and whether it may be had."""

from tongban.registries.names.judge import Existing, NameVerdict, judge
from tongban.registries.names.keys import keys, sound
from tongban.registries.names.parse import Malformed, Parsed, Places, normalised, parse
from tongban.registries.names.suggest import variants

__all__ = [
    "Existing",
    "Malformed",
    "NameVerdict",
    "Parsed",
    "Places",
    "judge",
    "keys",
    "normalised",
    "parse",
    "sound",
    "variants",
]
