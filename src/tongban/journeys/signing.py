"""Confirming and signing: the content is locked, every party reads it and signs at level 2 (确认、签名)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import Actor, Warrant
from tongban.base.cryptography import canonical, jws
from tongban.base.errors import Denied, Refusal
from tongban.base.words import Words
from tongban.cases import drafts
from tongban.cases import queries as cases
from tongban.engine.plan import Role
from tongban.files import vault
from tongban.identity import queries as identity
from tongban.identity.refusals import NoMandate
from tongban.journeys import draft as drafting
from tongban.journeys import facts as gathering
from tongban.journeys import names
from tongban.notices import actions as notices
from tongban.registries import queries as registries
from tongban.trail import actions as trail

KIND = "tongban-signature+jws"
FRESH = timedelta(hours=1)  # how long a level-2 proof may lie back when something is signed


class NotReady(Refusal):
    """Something is still open: what, in the words of the page."""

    def __init__(self, sheet: drafting.Sheet) -> None:
        first = next(iter(sheet.plan.failed), None)
        missing = [m.title for m in sheet.missing]
        zh = first.says.zh if first else "、".join(t.zh for t in missing) or "还有问题没有回答"
        en = first.says.en if first else ", ".join(t.en for t in missing) or "a question is not answered yet"
        super().__init__(
            "not_ready",
            Words(zh="还不能签名", en="It cannot be signed yet"),
            because=Words(zh=zh, en=en),
            cites=first.cites if first else (),
            next_step=Words(zh="请补齐后再试。", en="Complete it, then try again."),
        )


class ProofNeeded(Denied):
    """Signing needs a level-2 proof of identity of the last hour."""

    def __init__(self) -> None:
        super().__init__(
            "proof_needed",
            Words(zh="签名前请先核验身份", en="Prove who you are before you sign"),
            because=Words(
                zh="签名须在一小时内通过人脸或国家网络身份核验（第 2 级）。",
                en="A signature needs a face or national-ID check (level 2) within the last hour.",
            ),
            cites=("《中华人民共和国电子签名法》第十三条",),
        )


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that somebody is asked for."""

    party: str
    draft: str
    title: Words
    role: Words
    name: str
    entity: str
    since: datetime


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """One party of a locked draft and whether they signed."""

    party: str
    role: Words
    name: str
    entity: str
    signed_at: datetime | None
    digest: str


def lock(id: UUID | str, *, by: Actor, now: datetime) -> str:
    """Lock the content for signing and tell every party; returns the digest of what is signed.

    Facts are gathered afresh first; what a city that is down said before stands until it judges again. A firm's name
    is reserved with the deciding city, so that what is signed can be had.
    """
    sheet = refreshed(id, by=by, now=now)
    if sheet.sealed:
        return sheet.sealed
    if not sheet.ready or sheet.version < 1:
        raise NotReady(sheet)
    names.reserve(sheet, by=by, now=now)
    document = document_of(sheet, now=now)
    digest = canonical.digest(document)
    signing = [role for role in sheet.plan.roles if role.signs]
    with transaction.atomic():
        draft = drafts.keep(draft=drafts.of(id, by=by), change={"document": document}, now=now)
        drafts.seal(draft=draft, digest=digest, roles=[(r, _lookup(r)) for r in signing], now=now)
        trail.record(by=by, verb="draft.lock", subject_kind="draft", subject=str(id), now=now, facts={"digest": digest})
        _tell(draft, by=by, now=now)
    return digest


def refreshed(id: UUID | str, *, by: Actor, now: datetime) -> drafting.Sheet:
    """The draft with every fact asked for again."""
    draft = drafts.of(id, by=by)
    if draft.sealed_digest or draft.case_number:
        return drafting.sheet(id, by=by, now=now)
    content = drafts.content(draft)
    kept = msgspec.convert(content["facts"], dict[str, gathering.Known])
    item = drafting.find.item_of(drafting.ItemRef(city=draft.city, code=draft.item, sha256=draft.sha256))
    asking = gathering.Asking(by=by, city=draft.city, ref=str(draft.id), purpose=drafting.PURPOSE, now=now)
    found = gathering.gather([item], facts={}, answers=content["answers"], asking=asking)
    facts = {**kept, **found.facts} if found.awaited else found.facts
    drafts.replace(draft=draft, name="facts", value=msgspec.to_builtins(facts), now=now)
    return drafting.sheet(id, by=by, now=now)


def document_of(sheet: drafting.Sheet, *, now: datetime) -> dict[str, Any]:
    """What is signed: item, answers, facts with provenance, materials with digests, texts, parties. Nothing beside it
    counts."""
    return {
        "ref": sheet.id,
        "item": msgspec.to_builtins(sheet.ref),
        "title": msgspec.to_builtins(sheet.title),
        "answers": sheet.answers,
        "facts": msgspec.to_builtins(sheet.facts),
        "materials": [
            {
                "type": m.type,
                "verdict": m.verdict.value,
                "source": m.source,
                "files": [f.sha256 for f in sheet.uploads.get(m.type, [])],
            }
            for m in sheet.plan.materials
        ],
        "documents": msgspec.to_builtins(drafting.documents(sheet, now=now)),
        "roles": msgspec.to_builtins(sheet.plan.roles),
        "on": now.date().isoformat(),
    }


def unlock(id: UUID | str, *, by: Actor, now: datetime) -> None:
    """Unlock for changes; signatures made so far are void."""
    drafts.unseal(draft=drafts.of(id, by=by), now=now)


def signers(id: UUID | str, *, by: Actor) -> list[Signer]:
    """Who must sign this draft of ``by``'s, and who has."""
    return [_signer(p) for p in cases.parties(drafts.of(id, by=by))]


def waiting(*, by: Actor, now: datetime) -> list[Waiting]:
    """Signatures asked of this person, in person or for firms they may act for."""
    if by.person is None:
        return []
    found = cases.parties_to_sign(person_lookup=_own_lookup(by, now), entities=firms_of(by, now))
    return [
        Waiting(
            party=str(p.id),
            draft=str(p.draft_id),
            title=Words(**p.draft.title),
            role=Words(**p.title),
            name=p.name,
            entity=p.entity,
            since=p.draft.updated_at,
        )
        for p in found
    ]


def reading(party: UUID | str, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What a party is asked to sign: the locked document, its digest, and who asks."""
    row = _mine(party, by=by, now=now)
    draft = drafts.any_of(row.draft_id)
    return {"party": _signer(row), "document": drafts.content(draft)["document"], "digest": draft.sealed_digest}


def sign(party: UUID | str, *, digest: str, by: Actor, now: datetime, ink: Any = None) -> None:
    """Sign what was read, for oneself or for a firm. Raises ProofNeeded without a fresh level-2 proof, Sealed when the
    content is no longer what was read. At a window ``ink`` is the stored picture of what was written there."""
    row = _mine(party, by=by, now=now)
    account = identity.account(by.id)
    if account is None or account.level < row.level or account.proven_at is None or now - account.proven_at > FRESH:
        raise ProofNeeded
    said = {
        "digest": digest,
        "role": row.role,
        "name": row.name,
        "entity": row.entity,
        "signed_by": by.person,
        "level": account.level,
        "proven_at": account.proven_at.isoformat(),
        "at": now.isoformat(),
        "node": settings.TONGBAN_ADCODE,
        **_where(by, ink),
    }
    token = jws.sign(settings.TONGBAN_KEYS.signing, canonical.dumps(said), kind=KIND)
    with transaction.atomic():
        drafts.sign(party=row, digest=digest, signature=token, by=by, now=now, ink=ink)
        trail.record(
            by=by, verb="draft.sign", subject_kind="draft", subject=str(row.draft_id), now=now, facts={"digest": digest}
        )


def _where(by: Actor, ink: Any) -> dict[str, Any]:
    """Through which channel it was signed; at a window also with which officer, and the digest of what was written."""
    said: dict[str, Any] = {"channel": by.channel.value}
    if by.assisted_by is not None:
        said["assisted_by"] = {"officer": by.assisted_by.id, "office": by.assisted_by.office}
    return {**said, "ink": ink.sha256} if ink is not None else said


def firms_of(by: Actor, now: datetime) -> list[str]:
    """USCC of every firm that this person may sign for: as its legal representative, or under a mandate."""
    if by.person is None:
        return []
    warrant = Warrant(actor=by, purpose="own-data")
    person = registries.person(by.person, warrant=warrant, now=now)
    own = [e.uscc for e in registries.entities_represented_by(person, warrant=warrant, now=now)]
    return [*own, *(m.giver.uscc for m in identity.mandates_received(by.person, now.date()))]


def _mine(party: UUID | str, *, by: Actor, now: datetime) -> Any:
    """The party row if it is this person's to sign; the same refusal for none and for somebody else's."""
    row = cases.party(party)
    if row is None or by.person is None:
        raise drafts.NoDraft
    if row.entity:
        if row.entity not in firms_of(by, now):
            raise NoMandate(row.name)
        if not _represents(by, row.entity, now):
            identity.mandate_for(person=by.person, uscc=row.entity, item=row.draft.item, on=now.date())
    elif row.person_lookup != _own_lookup(by, now):
        raise drafts.NoDraft
    return row


def _represents(by: Actor, uscc: str, now: datetime) -> bool:
    warrant = Warrant(actor=by, purpose="own-data")
    person = registries.person(by.person or "", warrant=warrant, now=now)
    return any(e.uscc == uscc for e in registries.entities_represented_by(person, warrant=warrant, now=now))


def _own_lookup(by: Actor, now: datetime) -> str:
    return registries.person(by.person or "", warrant=Warrant(actor=by, purpose="own-data"), now=now).lookup


def _lookup(role: Role) -> str:
    return vault.lookup("person-id", role.person) if role.person else ""


def _signer(row: Any) -> Signer:
    return Signer(
        party=str(row.id),
        role=Words(**row.title),
        name=row.name,
        entity=row.entity,
        signed_at=row.signed_at,
        digest=row.signed_digest,
    )


def _tell(draft: drafts.Draft, *, by: Actor, now: datetime) -> None:
    """Ask every party but the asker, as far as they have an account here."""
    for party in cases.parties(draft):
        account = _account_of(party)
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


def _account_of(party: Any) -> Any:
    if party.entity:
        entity = registries.entity_by_uscc(party.entity)
        return identity.account_of_person(entity.representative_id) if entity and entity.representative_id else None
    return identity.account_of_lookup(party.person_lookup)


def draft_of(party: UUID | str, *, by: Actor) -> str | None:
    """The draft that a party belongs to, if it is this person's own."""
    row = cases.party(party)
    return str(row.draft_id) if row is not None and row.draft.owner == by.id else None
