"""Confirming and signing: the content is locked, every party reads it and signs at level 2 (确认、签名)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import Actor, Warrant
from tongban.base.calendar import day_of
from tongban.base.cryptography import canonical, jws
from tongban.base.errors import Denied, Refusal
from tongban.base.words import Words
from tongban.cases import drafts, spaces
from tongban.cases import queries as cases
from tongban.engine.plan import Role
from tongban.files import vault
from tongban.identity import queries as identity
from tongban.identity.refusals import GuardianSigns, InPerson, NoMandate
from tongban.journeys import acting, inviting, names, shares
from tongban.journeys import draft as drafting
from tongban.journeys import facts as gathering
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
    """A signature that somebody is asked for; ``basis``: by which power they make it for another."""

    party: str
    draft: str
    title: Words
    role: Words
    name: str
    entity: str
    since: datetime
    basis: str = ""


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """One party of a locked draft and whether they signed; ``signer`` did it for them, by which power (``basis``)."""

    party: str
    role: Words
    name: str
    entity: str
    signed_at: datetime | None
    digest: str
    signer: str = ""
    basis: str = ""


def lock(id: UUID | str, *, by: Actor, now: datetime) -> str:
    """Lock the content for signing and tell every party; returns the digest of what is signed.

    Facts are gathered afresh first; what a city that is down said before stands until it judges again. A firm's name
    is reserved with the deciding city, so that what is signed can be had. Raises NotReady, and TooMuch for what could not
    be handed over once it is signed.
    """
    sheet = refreshed(id, by=by, now=now)
    if sheet.sealed:
        return sheet.sealed
    if not sheet.ready:
        raise NotReady(sheet)
    document = document_of(sheet, now=now)
    sheet.check_room(document=len(canonical.dumps(document)))
    names.reserve(sheet, by=by, now=now)
    digest = canonical.digest(document)
    signing = [role for role in sheet.plan.roles if role.signs]
    with transaction.atomic():
        draft = drafts.keep(draft=drafts.of(id, by=by, now=now), change={"document": document}, now=now)
        roles = [(r, _lookup(r)) for r in signing]
        until = now + inviting.WITHIN
        drafts.seal(draft=draft, digest=digest, roles=roles, until=until, agents=_agents(sheet, by), now=now)
        trail.record(by=by, verb="draft.lock", subject_kind="draft", subject=str(id), now=now, facts={"digest": digest})
        inviting.invite(draft, by=by, now=now)
    return digest


def refreshed(id: UUID | str, *, by: Actor, now: datetime) -> drafting.Sheet:
    """The draft with every fact asked for again."""
    draft = drafts.of(id, by=by, now=now)
    if draft.sealed_digest or draft.case_number:
        return drafting.sheet(id, by=by, now=now)
    content = drafts.content(draft)
    kept = msgspec.convert(content["facts"], dict[str, gathering.Known])
    items = drafting.find.items_of(draft.refs)
    asking = gathering.Asking(by=by, city=draft.city, ref=str(draft.id), purpose=drafting.PURPOSE, now=now)
    found = gathering.gather(items, facts={}, answers=content["answers"], asking=asking)
    facts = {**kept, **found.facts} if found.awaited else found.facts
    drafts.replace(draft=draft, name="facts", value=msgspec.to_builtins(facts), now=now)
    return drafting.sheet(id, by=by, now=now)


def document_of(sheet: drafting.Sheet, *, now: datetime) -> dict[str, Any]:
    """What is signed: item (or several), answers, facts with provenance, materials with the reasons that were shown and
    digests, texts, parties. Nothing beside it counts."""
    return {
        "ref": sheet.id,
        "item": msgspec.to_builtins(sheet.ref),
        **_several(sheet),
        "title": msgspec.to_builtins(sheet.title),
        "answers": sheet.answers,
        "facts": msgspec.to_builtins(sheet.facts),
        "materials": [
            {
                **{name: value for name, value in msgspec.to_builtins(m).items() if name in _SHOWN},
                "reason": msgspec.to_builtins(m.told),
                "files": [f.sha256 for f in sheet.uploads.get(m.type, [])],
            }
            for m in sheet.plan.materials
        ],
        "documents": msgspec.to_builtins(drafting.documents(sheet, now=now)),
        "roles": msgspec.to_builtins(sheet.plan.roles),
        "on": day_of(now).isoformat(),
    }


_SHOWN = ("type", "title", "verdict", "source", "cites", "items", "required", "deferrable")


def _several(sheet: drafting.Sheet) -> dict[str, Any]:
    """What only an application for several items says."""
    if len(sheet.refs) == 1:
        return {}
    return {"items": msgspec.to_builtins(sheet.refs), "bundle": sheet.bundle}


def unlock(id: UUID | str, *, by: Actor, now: datetime) -> None:
    """Unlock for changes; signatures made so far are void."""
    drafts.unseal(draft=drafts.of(id, by=by, now=now), now=now)


def signers(id: UUID | str, *, by: Actor, now: datetime) -> list[Signer]:
    """Who must sign this draft of ``by``'s, and who has."""
    return [_signer(p) for p in cases.parties(drafts.of(id, by=by, now=now))]


def waiting(*, by: Actor, now: datetime) -> list[Waiting]:
    """Signatures asked of this person, in person or for firms they may act for."""
    if by.person is None:
        return []
    firms = acting.signs_for(by, now)
    found = cases.parties_to_sign(by=by, person_lookup=own_lookup(by, now), entities=firms)
    return [
        Waiting(
            party=str(p.id),
            draft=str(p.draft_id),
            title=Words(**p.draft.title),
            role=Words(**p.title),
            name=p.name,
            entity=p.entity,
            since=p.draft.updated_at,
            basis=_basis(p, firms.get(p.entity, by)),
        )
        for p in found
        if spaces.reaches(firms.get(p.entity, by), p.draft)
    ]


def reading(party: UUID | str, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What a party is asked to sign: the locked document, its digest, who asks, by which power it is signed, and which
    services it is about for them (``item`` is these read as one, ``others`` are only other parties')."""
    row, signs = _mine(party, by=by, now=now)
    draft = drafts.any_of(row.draft_id)
    document = drafts.content(draft)["document"]
    return {
        "party": _signer(row),
        "title": Words(**draft.title),
        "document": document,
        **shares.of(document, [row.role], whole=spaces.holds(draft, by)),
        "until": draft.sign_by,
        "digest": draft.sealed_digest,
        "basis": _basis(row, signs),
    }


def sign(party: UUID | str, *, digest: str, by: Actor, now: datetime, ink: Any = None) -> None:
    """Sign what was read, for oneself or for a firm. Raises ProofNeeded without a fresh level-2 proof, Sealed when the
    content is no longer what was read, Signed for a second time, Over when the time to sign has passed. At a window
    ``ink`` is the stored picture of what was written there."""
    row, signs = _mine(party, by=by, now=now)
    account = proven(by, row.level, now=now)
    basis = _basis(row, signs)
    mandate = (signs.mandate or "") if basis else ""
    said = {
        "digest": digest,
        "role": row.role,
        "name": row.name,
        "entity": row.entity,
        "signed_by": by.person,
        "basis": basis,
        "mandate": mandate,
        "level": account.level,
        "proven_at": account.proven_at.isoformat(),
        "at": now.isoformat(),
        "node": settings.TONGBAN_ADCODE,
        **_where(by, ink),
    }
    token = jws.sign(settings.TONGBAN_KEYS.signing, canonical.dumps(said), kind=KIND)
    with transaction.atomic():
        drafts.sign(party=row, digest=digest, signature=token, basis=basis, mandate=mandate, by=by, now=now, ink=ink)
        trail.record(
            by=signs, verb="draft.sign", subject_kind="draft", subject=str(row.draft_id), now=now, facts={"digest": digest}
        )


def _where(by: Actor, ink: Any) -> dict[str, Any]:
    """Through which channel it was signed; at a window also with which officer, and the digest of what was written."""
    said: dict[str, Any] = {"channel": by.channel.value}
    if by.assisted_by is not None:
        said["assisted_by"] = {"officer": by.assisted_by.id, "office": by.assisted_by.office}
    return {**said, "ink": ink.sha256} if ink is not None else said


def proven(by: Actor, level: int, *, now: datetime) -> Any:
    """The account of who signs: of age, and proven at this level within the last hour. Raises ProofNeeded,
    GuardianSigns."""
    account = identity.account(by.id)
    if account is None or account.level < level or account.proven_at is None or now - account.proven_at > FRESH:
        raise ProofNeeded
    if acting.minor(account.person, now=now):
        raise GuardianSigns
    return account


def _mine(party: UUID | str, *, by: Actor, now: datetime) -> tuple[Any, Actor]:
    """The party row if it is this person's to sign, and as whom they sign it; the same refusal for none and for
    somebody else's."""
    row = cases.party(party)
    if row is None or by.person is None:
        raise drafts.NoDraft
    signs: Actor | None = by
    if row.entity:
        signs = acting.signs_for(by, now).get(row.entity)
    elif row.person_lookup != own_lookup(by, now) or (row.agent and not spaces.holds(row.draft, by)):
        raise drafts.NoDraft
    if signs is None:
        raise NoMandate(row.name)
    about = ("draft", str(row.draft_id))
    spaces.check(by=signs, city=row.draft.city, items=spaces.items(row.draft), now=now, subject=about)
    if not row.delegable and (signs.mandate or signs.behalf):
        raise InPerson(Words(**row.title))
    return row, signs


def _basis(row: Any, signs: Actor) -> str:
    """By which power a party's signature is made; whoever acts for a firm still signs their own name as themself."""
    return signs.basis if row.entity or signs.behalf else ""


def own_lookup(by: Actor, now: datetime) -> str:
    """The look-up token of the person whose matter it is; empty where the account is nobody's yet."""
    if by.subject is None:
        return ""
    if by.subject == by.person and (account := identity.account(by.id)) is not None and account.person:
        return str(account.person.lookup)
    return registries.person(by.subject, warrant=Warrant(actor=by, purpose="own-data"), now=now).lookup


def _agents(sheet: drafting.Sheet, by: Actor) -> list[str]:
    """Roles of a firm's draft that are only its applicant's: of whoever acts for the firm."""
    applicants = {p.key for p in sheet.item.parties if p.each == "applicant"}
    return [r.key for r in sheet.plan.roles if by.entity and set(r.duties) <= applicants]


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
        signer=row.signer if row.basis else "",
        basis=row.basis,
    )


def draft_of(party: UUID | str, *, by: Actor) -> str | None:
    """The draft that a party belongs to, if it lies in the space that this person acts in."""
    row = cases.party(party)
    return str(row.draft_id) if row is not None and spaces.holds(row.draft, by) else None
