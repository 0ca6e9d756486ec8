"""Who somebody is, whom they may act for, and who works where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from tongban.base import memo
from tongban.base.actors import Actor, Channel, Kind
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.files import vault
from tongban.identity.models import Account, Office, Officer, Proof
from tongban.registries.models import LegalEntity
from tongban.registries.within import holds


@memo.once
def account(id: str | UUID) -> Account | None:
    """The account of this id, with its person."""
    return Account.objects.select_related("person", "key").filter(pk=id).first()


def account_of_person(person: str | UUID) -> Account | None:
    """The account bound to this registry person."""
    return Account.objects.select_related("person", "key").filter(person_id=person).first()


def account_of_lookup(lookup: str) -> Account | None:
    """The account bound to the person whose ID number has this look-up token."""
    return Account.objects.select_related("person", "key").filter(person__lookup=lookup).first() if lookup else None


def mobile_of(account: Account) -> str:
    """The account's mobile, for the SMS port and for whose it is; empty for who was served at a window without one."""
    if account.mobile_sealed is None:
        return ""
    return vault.unseal(account.key, account.mobile_sealed, "account.mobile").decode()


def person_actor(account: Account, *, channel: Channel = Channel.WEB) -> Actor:
    """The actor that this account's requests are made by, for nobody but the person themself."""
    return Actor(
        kind=Kind.PERSON,
        id=str(account.id),
        name=account.person.name if account.person else "",
        level=account.level,
        person=str(account.person_id) if account.person_id else None,
        channel=channel,
    )


def proof(state: str) -> Proof:
    """The proof that was begun with this state."""
    found = Proof.objects.select_related("account__person", "account__key").filter(state=state).first()
    if found is None:
        raise NotFound("no_proof", Words(zh="没有这次核验", en="There is no such identity check"))
    return found


@memo.once
def represented_by(person: str | UUID) -> list[LegalEntity]:
    """Active firms whose legal representative this person is, by name."""
    return list(LegalEntity.objects.filter(representative_id=person, status="active").order_by("name", "id"))


def represented(person: str | UUID, uscc: str) -> LegalEntity | None:
    """The active firm of this code if the person is its legal representative now."""
    return LegalEntity.objects.filter(representative_id=person, uscc=uscc, status="active").first()


def account_of_mobile(mobile: str) -> Account | None:
    """The account of this mobile (in its normal form), if it is somebody's whom the registry has matched."""
    rows = Account.objects.select_related("person", "key").filter(mobile_lookup=vault.lookup("mobile", mobile))
    return rows.filter(level__gte=1).first()


def office(key: str) -> Office:
    """The office of this key at this node."""
    found = Office.objects.filter(key=key).first()
    if found is None:
        raise NotFound(
            "no_office", Words(zh="本市没有这个部门：{key}", en="No such office here: {key}").format(key=key)
        )
    return found


def office_keys() -> list[str]:
    """Keys of every office of this node, those higher in the tree first."""
    return list(Office.objects.order_by("level", "key").values_list("key", flat=True))


def staff(*, office: str = "", ended: bool = False) -> list[Officer]:
    """Who works here (of one office, where it is named), by office and user name; ``ended`` adds who did."""
    rows = Officer.objects.select_related("office").filter(**({} if ended else {"active": True}))
    rows = rows.filter(office__key=office) if office else rows
    return list(rows.order_by("office__key", "username"))


def office_for_role(role: str, division: str = "", *, by: str = "") -> Office:
    """The office that fills an item's office role here.

    Of several in the tree it is the deepest one whose own division (characters 3 to 8 of its code) holds ``division``,
    that of the place or person the case is about; without one, or where none does, the highest. ``by`` (desk | system)
    narrows them to those that work this way. A key of an office is taken for what it is.
    """
    rows = Office.objects.filter(roles__contains=[role], **({"by": by} if by else {}))
    found = list(rows.order_by("level", "key"))
    near = [row for row in found if division and holds(row.uscc[2:8], division)]
    return near[-1] if near else found[0] if found else office(role)


def tree() -> list[Office]:
    """Every office, parents before children, those of one parent by level and key."""
    rows = list(Office.objects.select_related("parent").order_by("level", "key"))
    below: dict[str | None, list[Office]] = {}
    for row in rows:
        below.setdefault(row.parent.key if row.parent else None, []).append(row)

    def walk(key: str | None) -> list[Office]:
        return [each for row in below.get(key, []) for each in (row, *walk(row.key))]

    return walk(None)


def officers_by_office() -> dict[str, list[Officer]]:
    """Who works in each office now, by name."""
    found: dict[str, list[Officer]] = {}
    for each in Officer.objects.select_related("office").filter(active=True).order_by("name", "id"):
        found.setdefault(each.office.key, []).append(each)
    return found


def office_and_children(key: str) -> frozenset[str]:
    """Keys of an office and of all below it in the tree."""
    below = {key}
    while True:
        more = {row.key for row in _tree() if row.parent in below} - below
        if not more:
            return frozenset(below)
        below |= more


class _Place(NamedTuple):
    """Where an office stands in the tree, and the roles of items that it fills."""

    key: str
    parent: str | None
    roles: tuple[str, ...]


@memo.once
def _tree() -> tuple[_Place, ...]:
    """All offices, the highest first."""
    rows = Office.objects.order_by("level", "key").values_list("key", "parent__key", "roles")
    return tuple(_Place(key, parent, tuple(roles)) for key, parent, roles in rows)


def officer(id: str | UUID) -> Officer | None:
    """An officer who still works here."""
    return Officer.objects.select_related("office", "key").filter(pk=id, active=True).first()


@memo.once
def officers_of(offices: frozenset[str]) -> list[Officer]:
    """Everybody who works in these offices, by office and name."""
    rows = Officer.objects.select_related("office").filter(office__key__in=offices, active=True)
    return list(rows.order_by("office__key", "name", "id"))


def staffed() -> dict[str, Words]:
    """Names of the offices in which anybody works, by key."""
    rows = Officer.objects.filter(active=True).values_list("office__key", "office__name").distinct()
    return {key: Words(**name) for key, name in rows.order_by("office__key")}


def officer_names(ids: Iterable[str]) -> dict[str, str]:
    """Names of officers by id; of those who left, too."""
    wanted = [id for id in ids if is_id(id)]
    return {str(id): name for id, name in Officer.objects.filter(pk__in=wanted).values_list("id", "name")}


def is_id(text: str) -> bool:
    """Whether a text can be somebody's id at all."""
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def supervised_by(office: str) -> frozenset[str]:
    """What a supervision office looks after: all that stands below the office that it belongs to, with the roles."""
    parent = next((row.parent for row in _tree() if row.key == office), None)
    return acting_for(parent or office)


def office_names(keys: Iterable[str]) -> dict[str, Words]:
    """Names of offices by key."""
    rows = Office.objects.filter(key__in=list(keys)).values_list("key", "name")
    return {key: Words(**name) for key, name in rows}


def officer_actor(found: Officer) -> Actor:
    """The actor that an officer's requests are made by."""
    return Actor(
        kind=Kind.OFFICER,
        id=str(found.id),
        name=found.name,
        level=2,
        person=str(found.person_id) if found.person_id else None,
        office=found.office.key,
        powers=frozenset(found.powers),
        channel=Channel.WINDOW,
    )


def node() -> str:
    """This node's adcode."""
    return settings.TONGBAN_ADCODE


@memo.once
def acting_for(office: str) -> frozenset[str]:
    """Everything an officer's office stands for: itself, those below it, and the roles of items that these fill. Of
    several offices that fill a role it is the highest that stands for it: what falls to one below bears that one's key.
    """
    below = office_and_children(office)
    fills: dict[str, str] = {}
    for row in _tree():
        for role in row.roles:
            fills.setdefault(role, row.key)
    return below | {role for role, key in fills.items() if key in below}


@memo.once
def offices_by_role() -> dict[str, dict[str, object]]:
    """Who fills each office role here, and each office by its own key: name in both languages, code, and how its steps
    are done. What peers are told. Where several fill a role it is the highest."""
    found: dict[str, dict[str, object]] = {}
    for about in Office.objects.order_by("-level", "-key").values("key", "name", "uscc", "by", "contact", "hours", "roles"):
        for role in (*about.pop("roles"), about["key"]):
            found[role] = about
    return found
