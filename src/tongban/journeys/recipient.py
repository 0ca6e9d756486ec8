"""What is known already of whoever has a paper sent or an original fetched: nobody types their own name again."""

from __future__ import annotations

from datetime import datetime

from tongban.base.actors import Actor, Warrant
from tongban.engine.plan import Known
from tongban.identity import queries as identity
from tongban.registries import queries as registries

ACCOUNT, ADDRESS = "account", "person.address"


def contact(*, by: Actor) -> dict[str, Known]:
    """The name and mobile that somebody signed in with."""
    account = identity.account(by.id)
    told = {"name": by.name, "mobile": identity.mobile_of(account) if account else ""}
    return {key: Known(value=value, source=ACCOUNT) for key, value in told.items() if value}


def registered_address(*, by: Actor, now: datetime) -> dict[str, Known]:
    """Where the population registry says that somebody lives, when they ask for it: a look at their own data, on record."""
    if by.person is None or not may_ask(by):
        return {}
    warrant = Warrant(actor=by, purpose="own-data")
    person = registries.person(by.person, warrant=warrant, now=now)
    found = registries.facts_of(person, warrant=warrant, now=now, only=[ADDRESS])
    return {"address": found[ADDRESS]} if ADDRESS in found else {}


def may_ask(by: Actor) -> bool:
    """Whether that is asked at all: of a proven person in their own name."""
    return by.level >= 1 and not by.basis
