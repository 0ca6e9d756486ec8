"""Who of the parties owes what, and what of a case's money somebody sees and pays (各付各的): the tariffs say which party
owes a fee, the application who that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor
from tongban.cases import queries as stored
from tongban.cases import spaces
from tongban.engine import items as engine
from tongban.engine.items import Tariff
from tongban.files import vault
from tongban.identity import queries as identity
from tongban.journeys import acting, parts, see, signing


class Eyes(msgspec.Struct, frozen=True, kw_only=True):
    """As whom somebody looks at a case's money: as these roles, and at the whole of it or not."""

    roles: frozenset[str] = frozenset()
    whole: bool = True


ALL = Eyes()


def owing(item: engine.Item, tariff: Tariff, document: dict[str, Any]) -> tuple[str, ...]:
    """The roles of an application that owe a fee: of the party that the tariff names, or else of the one that applies."""
    roles = parts.roles_of(document, item)
    key = tariff.payer or (item.parties[0].key if item.parties else "")
    found = [role["key"] for role in roles if key in (role["key"], *role.get("duties", ()))]
    return tuple(sorted(found or [role["key"] for role in document["roles"][:1]]))


def eyes(row: Any, *, by: Actor, now: datetime) -> Eyes:
    """As whom ``by`` looks at the money of a case that they may see: all of it in their own space, and where they take
    part in everything; their own part else."""
    roles = stored.roles_in(row, person_lookup=signing.own_lookup(by, now), firms=acting.signs_for(by, now))
    whole = spaces.holds(row, by) or see.theirs_of(row, by=by, now=now) >= set(spaces.items(row))
    return Eyes(roles=frozenset(roles), whole=whole)


def split(owed: Iterable[Sequence[str]]) -> bool:
    """Whether several parties owe something."""
    return len({tuple(each) for each in owed}) > 1


def accounts(document: dict[str, Any], keys: Iterable[str]) -> list[tuple[Any, frozenset[str]]]:
    """The accounts here of the people who fill these roles, each with its roles; firms are told by who acts for them."""
    wanted, found = set(keys), dict[str, tuple[Any, set[str]]]()
    for role in document["roles"]:
        if role["key"] not in wanted or not role.get("person"):
            continue
        account = identity.account_of_lookup(vault.lookup("person-id", role["person"]))
        if account is not None:
            found.setdefault(str(account.id), (account, set()))[1].add(role["key"])
    return [(account, frozenset(roles)) for account, roles in found.values()]
