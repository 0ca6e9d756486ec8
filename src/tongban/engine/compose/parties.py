"""Who must take part, computed from the answers; who is needed for several things is one role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tongban.base.words import Words
from tongban.engine import forms
from tongban.engine.compose.world import World
from tongban.engine.items.model import Item, Party, Tariff
from tongban.engine.plan import Fee, Role
from tongban.engine.rules import Unclear, refusal


def roles(world: World) -> tuple[Role, ...]:
    """Every party of every item. The applicant comes first; a party whose answer is not given yet has no name."""
    found: dict[tuple[str, str], Role] = {}
    pairs = [(item, party) for item in world.items for party in item.parties if world.tell(party.when) is not False]
    for item, party in sorted(pairs, key=lambda pair: pair[1].each != "applicant"):
        for identity, one in _of(item, party, world):
            role = msgspec.structs.replace(one, items=(item.code,))
            found[identity] = _joined(found[identity], role) if identity in found else role
    return tuple(_apart(found.values()))


def _apart(roles: Iterable[Role]) -> Iterator[Role]:
    """Different people whom items need under one key are told apart by a number."""
    taken: dict[str, int] = {}
    for role in roles:
        named = bool(role.person or role.entity)
        taken[role.key] = taken.get(role.key, 0) + named
        again = named and taken[role.key] > 1
        yield msgspec.structs.replace(role, key=f"{role.key}.{taken[role.key]}") if again else role


def _of(item: Item, party: Party, world: World) -> Iterator[tuple[tuple[str, str], Role]]:
    if party.each in ("applicant", "firm"):
        yield _own(party, world)
        return
    widget = next((each.field.widget for each in world.asked if each.key == party.each), "")
    members = list(forms.members(widget, world.answers.get(party.each)))
    for number, (kind, member) in enumerate(members, start=1):
        key = party.key if len(members) == 1 else f"{party.key}-{number}"
        yield (kind, member["id"]), _role(key, party, kind, member["id"], member.get("name"))
    if not members:
        yield ("party", f"{item.code}.{party.key}"), _role(party.key, party)


def _own(party: Party, world: World) -> tuple[tuple[str, str], Role]:
    """The account's own person, or the firm it acts for."""
    kind, number = ("person", "person.id_number") if party.each == "applicant" else ("firm", "firm.uscc")
    identity, name = world.fact(number), world.fact("person.name" if kind == "person" else "firm.name")
    role = _role(party.key, party, kind, identity, name)
    return (kind, identity) if identity else ("party", party.each), role


def _role(key: str, party: Party, kind: str = "", identity: str | None = None, name: str | None = None) -> Role:
    return Role(
        key=key,
        title=party.title,
        name=name,
        person=identity if kind == "person" else None,
        entity=identity if kind == "firm" else None,
        signs=party.signs,
        level=party.level,
        duties=(party.key,),
        mandate=party.mandate,
    )


def _joined(one: Role, other: Role) -> Role:
    title = one.title
    if not set(other.duties) <= set(one.duties):
        title = Words(
            zh=f"{title.zh}、{other.title.zh}", en=f"{title.en}, {other.title.en[:1].lower()}{other.title.en[1:]}"
        )
    return msgspec.structs.replace(
        one,
        title=title,
        signs=one.signs or other.signs,
        level=max(one.level, other.level),
        duties=tuple(dict.fromkeys((*one.duties, *other.duties))),
        items=tuple(dict.fromkeys((*one.items, *other.items))),
        mandate=one.mandate and other.mandate,
    )


def fees(world: World) -> tuple[Fee, ...]:
    """What is charged, by payee. A fee of nothing is none; one that cannot be told yet is told later."""
    found = [fee for item in world.items for tariff in item.fees if (fee := _fee(item, tariff, world)) is not None]
    return tuple(sorted(found, key=lambda fee: fee.payee))


def _fee(item: Item, tariff: Tariff, world: World) -> Fee | None:
    fen = charge(tariff, world)
    if not fen:
        return None
    payer = next((party.title for party in item.parties if party.key == tariff.payer), None)
    return Fee(
        payee=tariff.payee, title=tariff.title, fen=fen, cites=tariff.cites, item=item.code, key=tariff.key, payer=payer
    )


def charge(tariff: Tariff, world: World) -> int | None:
    """What a tariff takes, in fen: 0 where it does not apply or yields no amount, None while it cannot be told. Raises the
    refusal ``rule_failed`` for a fraction: money is whole fen."""
    applies = world.tell(tariff.when)
    if isinstance(applies, Unclear):
        return None
    amount = (world.value(tariff.amount) if tariff.amount else tariff.fen) if applies else 0
    if isinstance(amount, Unclear):
        return None
    if isinstance(amount, float):
        raise refusal(tariff.amount or "", "金额须为整数分", "it yields no whole fen", code="rule_failed")
    return max(amount, 0) if isinstance(amount, int) else 0


def free(item: Item, world: World) -> bool:
    """Whether it is certain that nothing is paid for this item."""
    return all(charge(tariff, world) == 0 for tariff in item.fees)
