"""A city's overlay of an item may only make things easier: fewer days, a lower fee, a paper waived."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.laws import cite
from tongban.engine.items.model import Contact, Item, Strict
from tongban.engine.items.shared import Shared, convert
from tongban.engine.plan import Promise

OFFICE_DAY = 480
EASE = Words(zh="城市只能放宽：请降低或者去掉", en="an overlay may only ease: lower it or take it out")


class Overlay(Strict, frozen=True, kw_only=True):
    """What a city makes easier. ``fees`` maps a fee's key to fen, ``waive`` a material's type to the reason people
    read; ``commit`` lists types for which a commitment that the item already offers applies without condition."""

    city: str
    promise: Promise | None = None
    fees: dict[str, int] = {}
    waive: dict[str, Words] = {}
    contact: Contact | None = None
    values: dict[str, str] = {}
    note: Words | None = None
    cites: tuple[str, ...] = ()


def minutes(promise: Promise) -> float:
    """A promise as office minutes (a working day has 480), for comparing two of them. No promise is endless."""
    if promise.working_days is None and promise.office_minutes is None:
        return math.inf
    return (promise.working_days or 0) * OFFICE_DAY + (promise.office_minutes or 0)


def overlay(
    item: Item, data: bytes | Mapping[str, Any] | Overlay, shared: Shared | None = None, *, file: str = "overlay"
) -> Item:
    """The item as the city offers it. ``data`` is the YAML's bytes, its dict or an :class:`Overlay`.

    Raises :class:`Broken` with a finding for each line that would burden people, or that names what the item has not.
    """
    source = marked.read(file, data) if isinstance(data, bytes) else marked.Marked(file, data, {})
    if isinstance(data, Overlay):
        change = data
    else:
        change = convert(source, Overlay, source.data)
    if findings := [*_burdens(item, change, source)]:
        raise Broken(*findings)
    return _eased(item, change, shared)


def _burdens(item: Item, change: Overlay, source: marked.Marked) -> list[Finding]:
    found: list[Finding] = []

    def burden(path: marked.Path, zh: str, en: str) -> None:
        found.append(source.finding(path, "overlay-eases", Words(zh=zh, en=en), EASE))

    if change.promise and minutes(change.promise) > minutes(item.promise):
        burden(("promise",), "承诺时限比事项本身的长", "the promise is longer than the item's own")
    if change.promise and minutes(change.promise) <= 0:
        burden(("promise",), "承诺时限为零", "a promise of nothing")
    now = {fee.key: fee for fee in item.fees}
    for key, fen in change.fees.items():
        if key not in now:
            burden(("fees", key), f"事项没有收费“{key}”", f"the item has no fee '{key}'")
        elif (now[key].amount is None and fen > now[key].fen) or fen < 0 or (now[key].amount is not None and fen > 0):
            burden(("fees", key), f"{fen} 分没有低于事项的收费", f"{fen} fen is not lower than what the item charges")
    types = {material.type for material in item.materials}
    for missing in change.waive.keys() - types:
        burden(("waive", missing), f"事项没有要“{missing}”", f"the item asks for no '{missing}'")
    if change.contact and change.contact.consult == change.contact.complaint:
        burden(("contact",), "咨询电话与投诉电话相同", "the consult phone is the complaint phone")
    for name in change.values.keys() - item.outcome.values.keys():
        burden(("values", name), f"结果没有“{name}”这一项", f"the outcome has no value '{name}'")
    return found


def _eased(item: Item, change: Overlay, shared: Shared | None) -> Item:
    laws = dict(item.laws)
    for reference in change.cites:
        words = cite(reference, shared.laws) if shared else Words(zh=reference, en=reference)
        laws[words.zh] = words
    replace = msgspec.structs.replace
    return replace(
        item,
        promise=change.promise or item.promise,
        contact=change.contact or item.contact,
        fees=tuple(replace(f, fen=change.fees[f.key], amount=None) if f.key in change.fees else f for f in item.fees),
        materials=tuple(replace(m, waived=change.waive.get(m.type, m.waived)) for m in item.materials),
        outcome=replace(item.outcome, values={**item.outcome.values, **change.values}),
        laws=laws,
        overlay=change.city,
    )
