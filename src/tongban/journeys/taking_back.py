"""Taking back what several applied for: all of them agree, or one says no; where the law leaves it to each, one is enough.

A joint application is taken back jointly; one whose outcome rests on the will of both ends when either no longer wants it; and
what others only agreed to, whoever applied takes back alone. Each service says which (``withdrawal``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, Denied
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.cases import spaces
from tongban.cases import taking_back as kept
from tongban.engine import lifecycle
from tongban.engine.items import Withdrawal
from tongban.journeys import acting, inviting, moves, parts, signing
from tongban.notices import actions as notices


class NotTheirs(Denied):
    """Somebody takes part in some of the services only, or did not apply."""

    def __init__(self) -> None:
        super().__init__(
            "not_theirs",
            Words(zh="这里有不涉及您的事项，不能由您撤回", en="Some of it does not concern you, so you cannot take it back"),
            next_step=Words(zh="可以单独撤回与您有关的事项。", en="Take back, one by one, what concerns you."),
        )


class NotAgreed(Conflict):
    """What several applied for together, not all of them take back."""

    def __init__(self, names: Iterable[str]) -> None:
        who = list(names)
        super().__init__(
            "not_agreed",
            Words(zh="共同申请须由全体申请人共同撤回", en="What several applied for together, all of them take back together"),
            because=Words(
                zh=f"还没有同意的：{'、'.join(who)}", en=f"Who has not agreed: {', '.join(who)}"
            ),
            next_step=Words(zh="全部同意后自动撤回；在此之前照常办理。", en="It is taken back once all agree; until then it goes on."),
        )


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to take back that waits for somebody: which part (empty: all), of whom, and whether whoever looks agreed."""

    part: str
    title: Words
    waits: tuple[str, ...]
    agreed: bool


def must_agree(row: Any, part: str, *, now: datetime) -> dict[str, str]:
    """The parties (role → name) of all that would end, where the law wants them together; none where one is enough."""
    state = stored.state(row)
    document = stored.content(row, warrant=moves.SELF, now=now)["document"]
    items = {each.key: parts.item(document, each.key) for each in state.parts if not each.ended}
    asked = [key for key in items if part in ("", key) and items[key].withdrawal is Withdrawal.JOINT]
    ends = {*asked, *(fallen for key in asked for fallen in lifecycle.falling(state, key))}
    roles = [role for key in ends for role in parts.roles_of(document, items[key]) if role.get("signs", True)]
    found = {role["key"]: role.get("name") or role["title"]["zh"] for role in roles}
    return found if len(found) > 1 else {}


def agree(row: Any, part: str, *, by: Actor, now: datetime) -> tuple[str, ...] | None:
    """Whoever asks agrees, and the others are asked; the roles that have agreed once all have, None until then. Raises
    NotTheirs, and what the case itself refuses."""
    _check_applies(row, part, by, now)
    must = must_agree(row, part, now=now)
    if not must:
        return ()
    _check_possible(row, part, by, now)
    mine = _roles(row, by, now) & must.keys()
    agreed, first = kept.agree(number=row.number, part=part, must=must, roles=mine, by=by, now=now)
    left = must.keys() - agreed
    if not left:
        kept.end(number=row.number, part=part, by=by, now=now)
        return tuple(sorted(agreed))
    if first:
        _ask(row, part, left, by, now)
    return None


def decline(row: Any, part: str, *, by: Actor, now: datetime) -> None:
    """One of those asked wants it to go on: the wish is over, and whoever had it is told."""
    wish = row.taking_back.get(part)
    if wish is None:
        raise kept.NotAsked
    if not _roles(row, by, now) & set(wish["must"]):
        raise NotTheirs
    kept.end(number=row.number, part=part, by=by, now=now, declined=True)
    title = Words(zh="有当事人不同意撤回", en="A party does not agree to take it back")
    body = Words(zh="《{title}》照常办理", en="{title} goes on").format(title=_title(row, part))
    _tell(row, set(wish["must"]), title, body, by, now)


def check_agreed(row: Any, part: str, agreed: Iterable[str], *, now: datetime) -> None:
    """At the city that decides: all who must have agreed, as the city that took it in tells. Raises NotAgreed."""
    must = must_agree(row, part, now=now)
    missing = [name for role, name in must.items() if role not in set(agreed)]
    if missing:
        raise NotAgreed(missing)


def wishes(row: Any, state: lifecycle.Case, *, by: Actor, now: datetime) -> tuple[Wish, ...]:
    """What somebody wishes to take back and ``by`` has a say in, as long as it can be."""
    found = []
    for part, wish in row.taking_back.items():
        if not _open(state, part) or not (mine := _roles(row, by, now) & set(wish["must"])):
            continue
        left = set(wish["must"]) - set(wish["agreed"])
        names = tuple(p.name for p in stored.parties(row.draft) if p.role in left)
        found.append(Wish(part=part, title=_title(row, part), waits=names, agreed=not mine & left))
    return tuple(found)


def _open(state: lifecycle.Case, part: str) -> bool:
    found = state.part(part)
    if part:
        return found is not None and not found.ended
    return state.status is not lifecycle.Status.CLOSED and not any(p.decision for p in state.parts)


def others(row: Any, part: str, *, by: Actor, now: datetime) -> list[str]:
    """The names of the others who would have to agree."""
    must = must_agree(row, part, now=now)
    mine = _roles(row, by, now) if must else set()
    return [name for role, name in must.items() if role not in mine]


def _check_possible(row: Any, part: str, by: Actor, now: datetime) -> None:
    """Nobody is asked about what cannot be taken back any more."""
    state = stored.state(row)
    command = lifecycle.Withdraw(by=by, node=state.custody.held, circle=moves.circle_of(row, now=now), part=part or None)
    lifecycle.decide(state, command, now)


def _check_applies(row: Any, part: str, by: Actor, now: datetime) -> None:
    """What others only agreed to, whoever applied takes back."""
    if spaces.holds(row, by):
        return
    state = stored.state(row)
    document = stored.content(row, warrant=moves.SELF, now=now)["document"]
    asked = [each.key for each in state.parts if not each.ended and part in ("", each.key)]
    if any(parts.item(document, key).withdrawal is Withdrawal.APPLICANT for key in asked):
        raise NotTheirs


def _roles(row: Any, by: Actor, now: datetime) -> set[str]:
    """As what somebody takes part: they themself, and the firm whose case it is for who acts for it."""
    if row.draft_id is None:
        return set()
    firms = {*acting.signs_for(by, now), *([row.entity] if row.entity and spaces.holds(row, by) else ())}
    return set(stored.roles_in(row, person_lookup=signing.own_lookup(by, now), firms=firms))


def _title(row: Any, part: str) -> Words:
    return parts.of_row(row, part).title if part and row.codes else Words(**row.title)


def _ask(row: Any, part: str, roles: Iterable[str], by: Actor, now: datetime) -> None:
    title = Words(zh="请您决定是否同意撤回", en="Do you agree to take it back?")
    body = Words(
        zh="有当事人请求撤回《{title}》；共同申请须全体同意，在此之前照常办理",
        en="Somebody wishes to take {title} back; all who applied must agree, and it goes on until then",
    ).format(title=_title(row, part))
    _tell(row, set(roles), title, body, by, now)


def _tell(row: Any, roles: set[str], title: Words, body: Words, by: Actor, now: datetime) -> None:
    """Everybody of these roles but who acts, as far as they have an account here."""
    found = [inviting.account_of(party) for party in stored.parties(row.draft) if party.role in roles]
    accounts = {str(account.id): account for account in found if account is not None and str(account.id) != by.id}
    for account in accounts.values():
        notices.tell(
            account=account, title=title, body=body, now=now, case=row.number, link=f"/cases/{row.number}", kind="ask"
        )
