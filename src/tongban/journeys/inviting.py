"""Asking every party to sign, and the end of an invitation that not all took up (邀请签名)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from tongban.base.actors import SYSTEM, Actor
from tongban.base.words import Words
from tongban.cases import drafts
from tongban.cases import queries as cases
from tongban.identity import queries as identity
from tongban.notices import actions as notices
from tongban.queue import apart
from tongban.registries import queries as registries
from tongban.trail import actions as trail

WITHIN = timedelta(days=15)  # how long an invitation to sign stands


def invite(draft: drafts.Draft, *, by: Actor, now: datetime) -> None:
    """Ask every party but the asker, as far as they have an account here."""
    for party in cases.parties(draft):
        account = account_of(party)
        if account is None or str(account.id) == by.id:
            continue
        notices.tell(
            account=account,
            title=Words(zh="请您确认并签名", en="Please confirm and sign"),
            body=Words(zh="《{title}》需要“{name}”签名", en="{title} needs the signature of {name}").format(
                title=Words(**draft.title), name=party.name
            ),
            now=now,
            link=f"/sign/{party.id}",
            kind="ask",
        )


def account_of(party: Any) -> Any:
    """The account here of who signs for a party, or None."""
    if party.entity:
        entity = registries.entity_by_uscc(party.entity)
        return identity.account_of_person(entity.representative_id) if entity and entity.representative_id else None
    return identity.account_of_lookup(party.person_lookup)


def lapse(*, now: datetime) -> int:
    """End every invitation whose time is over while somebody has not signed (job): the signatures are void, whoever began
    it and every party is told. Returns how many ended."""
    ended: list[str] = []

    def end(draft: drafts.Draft) -> None:
        if _lapse(draft, now=now):
            ended.append(str(draft.id))

    apart.each({f"invitation {draft.id}": partial(end, draft) for draft in cases.invitations_over(now)})
    return len(ended)


@transaction.atomic
def _lapse(draft: drafts.Draft, *, now: datetime) -> bool:
    parties = drafts.lapse(draft=draft, now=now)
    if not parties:
        return False
    names = [party.name for party in parties if party.signed_at is None]
    facts = {"unsigned": len(names), "of": len(parties)}
    trail.record(by=SYSTEM, verb="draft.lapse", subject_kind="draft", subject=str(draft.id), now=now, facts=facts)
    _tell_over(draft, parties, names, now=now)
    return True


def _tell_over(draft: drafts.Draft, parties: list[Any], missing: list[str], *, now: datetime) -> None:
    owner = identity.account(draft.owner)
    told = {str(account.id): account for party in parties if (account := account_of(party)) is not None}
    body = Words(
        zh="《{title}》没有在期限内等到“{names}”签名，已有签名作废；内容都还在，可以重新发起",
        en="{title}: {names} did not sign in time, so the signatures are void; nothing is lost, it can be locked again",
    ).format(title=Words(**draft.title), names="、".join(missing))
    for account in {**told, **({str(owner.id): owner} if owner else {})}.values():
        mine = owner is not None and account.id == owner.id
        notices.tell(
            account=account,
            title=Words(zh="签名邀请已过期", en="The time to sign has passed"),
            body=body,
            now=now,
            link=f"/drafts/{draft.id}" if mine else "",
            kind="ask",
        )
