"""Drafts: what somebody has filled in so far, with whom, and what they gave."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongban.base.actors import Actor
from tongban.base.cryptography import canonical
from tongban.base.errors import Conflict, NotFound
from tongban.base.words import Words
from tongban.cases import spaces
from tongban.cases.models import Draft, Party, Upload
from tongban.engine.plan import ItemRef, Role
from tongban.files import vault
from tongban.files.models import Blob
from tongban.trail import actions as trail

EMPTY: dict[str, Any] = {"answers": {}, "facts": {}, "confirmed": []}
STANDS = Q(key__erased_at=None)  # nobody has given it up


class NoDraft(NotFound):
    """There is no such draft of this person's."""

    def __init__(self) -> None:
        super().__init__(
            "no_draft",
            Words(zh="没有找到这份草稿", en="There is no such draft"),
            next_step=Words(
                zh="请在“我的空间”查看草稿；替家人或企业办的，请先换到对方名下。",
                en="See the drafts in My space; for family or a firm, switch to acting for them first.",
            ),
        )


class Elsewhere(Conflict):
    """The draft was changed in another window in the meantime; nothing of either is lost."""

    def __init__(self) -> None:
        super().__init__(
            "changed_elsewhere",
            Words(zh="这份草稿刚在另一个窗口改动过", en="This draft was just changed in another window"),
            next_step=Words(
                zh="另一处的改动已保存；请核对下面的内容后再点一次。",
                en="What was changed there is kept; check what is below and press again.",
            ),
        )


class Sealed(Conflict):
    """The draft has been sealed for signing or submitted; it can no longer be changed."""

    def __init__(self) -> None:
        super().__init__(
            "draft_sealed",
            Words(zh="内容已锁定待签名，不能直接修改", en="The content is locked for signing and cannot be changed"),
            next_step=Words(
                zh="如要修改，请先在“核对”页解除锁定，已有的签名将作废。",
                en="To change it, unlock it on the review page first; signatures made so far will be void.",
            ),
        )


class Signed(Conflict):
    """This party's signature is there already; it stands."""

    def __init__(self) -> None:
        super().__init__(
            "signed_already",
            Words(zh="这里已经签过名了", en="This was signed already"),
            next_step=Words(zh="签名有效，不用再签。", en="The signature stands; there is nothing more to sign."),
        )


class Over(Conflict):
    """The time to sign has passed."""

    def __init__(self) -> None:
        super().__init__(
            "invitation_over",
            Words(zh="签名邀请已过期", en="The time to sign has passed"),
            next_step=Words(zh="请发起人重新锁定内容并邀请。", en="Ask whoever applies to lock it and to invite you again."),
        )


def start(*, items: Sequence[ItemRef], title: Words, by: Actor, now: datetime, bundle: str = "") -> Draft:
    """A new draft for these item versions of one city, the one that leads first, in the space of whom ``by`` acts for, as
    far as their power reaches. ``bundle`` is the bundle that they come of."""
    spaces.check(by=by, city=items[0].city, items=[item.code for item in items], now=now)
    return _start(items, title, bundle, by, now)


@transaction.atomic
def _start(items: Sequence[ItemRef], title: Words, bundle: str, by: Actor, now: datetime) -> Draft:
    key, item, several = vault.new_key(), items[0], len(items) > 1
    draft = Draft(
        owner=by.id,
        person=by.subject or "",
        entity=by.entity or "",
        mandate=by.mandate or "",
        city=item.city,
        item=item.code,
        sha256=item.sha256,
        codes=[each.code for each in items] if several else [],
        digests=[each.sha256 for each in items] if several else [],
        bundle=bundle,
        title={"zh": title.zh, "en": title.en},
        key=key,
        created_at=now,
        updated_at=now,
    )
    draft.content = vault.seal(key, canonical.dumps(EMPTY), f"draft:{draft.id}")
    draft.save(force_insert=True)
    return draft


def of(id: UUID | str, *, by: Actor, now: datetime) -> Draft:
    """A draft in the space that ``by`` acts in; NoDraft for anybody else's, OutsideMandate beyond their power."""
    found = Draft.objects.select_related("key").filter(spaces.of(by), STANDS, pk=id).first()
    if found is None:
        raise NoDraft
    spaces.check(by=by, city=found.city, items=spaces.items(found), now=now, subject=("draft", str(found.id)))
    return found


def find(id: UUID | str) -> Draft | None:
    """A draft whoever's it is, or None."""
    return Draft.objects.filter(STANDS, pk=id).first()


def any_of(id: UUID | str) -> Draft:
    """A draft whoever owns it: for parties that sign and for jobs."""
    found = Draft.objects.select_related("key").filter(STANDS, pk=id).first()
    if found is None:
        raise NoDraft
    return found


def content(draft: Draft) -> dict[str, Any]:
    """What was filled in: ``answers``, ``facts`` (with provenance) and keys already ``confirmed``."""
    return dict(json.loads(vault.unseal(draft.key, draft.content, f"draft:{draft.id}")))


@transaction.atomic
def keep(*, draft: Draft, change: dict[str, Any], now: datetime, version: int | None = None) -> Draft:
    """Merge ``change`` (``answers`` and ``facts`` by key) into the draft. ``version``, where given, must be the one the
    page was made from, for the answers that the page itself asks: else Elsewhere."""
    row = Draft.objects.select_for_update().select_related("key").get(pk=draft.pk)
    if row.sealed_digest or row.case_number:
        raise Sealed
    before = content(row)
    if version is not None and version != row.version and _clash(before, change):
        raise Elsewhere
    for name, value in change.items():
        before[name] = {**before.get(name, {}), **value} if isinstance(value, dict) else value
    row.content = vault.seal(row.key, canonical.dumps(before), f"draft:{row.id}")
    row.version += 1
    row.updated_at = now
    row.save(update_fields=["content", "version", "updated_at"])
    return row


@transaction.atomic
def replace(*, draft: Draft, name: str, value: Any, now: datetime) -> Draft:
    """Put ``value`` in place of all that the draft keeps under ``name``."""
    row = Draft.objects.select_for_update().select_related("key").get(pk=draft.pk)
    if row.sealed_digest or row.case_number:
        raise Sealed
    told = {**content(row), name: value}
    row.content = vault.seal(row.key, canonical.dumps(told), f"draft:{row.id}")
    row.updated_at = now
    row.save(update_fields=["content", "updated_at"])
    return row


def _clash(before: dict[str, Any], change: dict[str, Any]) -> bool:
    """Whether the change would overwrite an answer that is there and differs."""
    told = before.get("answers", {})
    return any(key in told and told[key] != value for key, value in change.get("answers", {}).items())


@transaction.atomic
def seal(
    *,
    draft: Draft,
    digest: str,
    roles: Sequence[tuple[Role, str]],
    until: datetime,
    now: datetime,
    agents: Collection[str] = (),
) -> Draft:
    """Lock the content for signing: its ``digest``, and the parties who sign (each with their lookup or "") ``until`` then.
    ``agents`` are the keys of roles whose people only act for the firm."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.case_number or (row.sealed_digest and row.sealed_digest != digest):
        raise Sealed
    if row.sealed_digest == digest:
        return row
    row.sealed_digest, row.sign_by, row.updated_at = digest, until, now
    row.save(update_fields=["sealed_digest", "sign_by", "updated_at"])
    for role, lookup in roles:
        Party.objects.create(
            draft=row,
            role=role.key,
            title={"zh": role.title.zh, "en": role.title.en},
            name=role.name or "",
            person_lookup=lookup,
            entity=role.entity or "",
            level=role.level,
            agent=role.key in agents,
            delegable=role.mandate,
        )
    return row


@transaction.atomic
def unseal(*, draft: Draft, now: datetime) -> Draft:
    """Unlock for changes: the signatures made so far are void (kept, no longer counted)."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.case_number:
        raise Sealed
    Party.objects.filter(draft=row, dropped_at=None).update(dropped_at=now)
    row.sealed_digest, row.sign_by, row.updated_at = "", None, now
    row.save(update_fields=["sealed_digest", "sign_by", "updated_at"])
    return row


@transaction.atomic
def lapse(*, draft: Draft, now: datetime) -> list[Party]:
    """End an invitation to sign whose time is over while somebody has not signed; its parties, or none where somebody was
    faster (all signed, it was submitted, or unlocked)."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    parties = list(Party.objects.filter(draft=row, dropped_at=None).order_by("id"))
    over = row.sign_by is not None and row.sign_by < now and not row.case_number
    if not over or all(party.signed_at for party in parties):
        return []
    unseal(draft=row, now=now)
    return parties


@transaction.atomic
def give_up(*, draft: Draft, by: Actor, now: datetime) -> None:
    """Give a draft up: its key is destroyed, so that what was filled in and handed over can never be read again, and nobody
    who was once asked to sign is named any more. Raises Sealed while it is locked for signing, and once it is a case."""
    row = Draft.objects.select_for_update(of=("self",)).select_related("key").get(pk=draft.pk)
    if row.sealed_digest or row.case_number:
        raise Sealed
    if row.key.erased_at is not None:
        return
    Upload.objects.filter(draft=row, removed_at=None).update(removed_at=now)
    Party.objects.filter(draft=row).update(**NOBODY)
    vault.erase(row.key, now=now)
    trail.record(by=by, verb="draft.give-up", subject_kind="draft", subject=str(row.id), now=now)


NOBODY = {
    **dict.fromkeys(("name", "person_lookup", "account", "signer", "mandate", "signed_digest", "signature"), ""),
    "signed_at": None,
    "ink": None,
}


@transaction.atomic
def submitted(*, draft: Draft, number: str, now: datetime) -> None:
    """The draft has become the case of this number."""
    Draft.objects.filter(pk=draft.pk).update(case_number=number, sign_by=None, updated_at=now)


def locked(id: UUID | str) -> Draft:
    """The draft, its row locked until this transaction ends: who presses twice waits, and finds the case."""
    return Draft.objects.select_for_update(of=("self",)).select_related("key").get(pk=id)


@transaction.atomic
def sign(
    *,
    party: Party,
    digest: str,
    signature: str,
    basis: str = "",
    mandate: str = "",
    by: Actor,
    now: datetime,
    ink: Blob | None = None,
) -> Party:
    """Keep a party's signature over the sealed digest, and by which power it was made where another signs for them. Raises
    Signed for a second one, Over when the time to sign has passed, Sealed when the content is no longer what was read."""
    row = Party.objects.select_for_update(of=("self",)).select_related("draft").get(pk=party.pk)
    if row.signed_at:
        raise Signed
    if row.dropped_at or row.draft.sealed_digest != digest or row.draft.case_number:
        raise Sealed
    if row.draft.sign_by is not None and row.draft.sign_by < now:
        raise Over
    row.account, row.signer, row.mandate, row.basis = by.id, by.name, mandate, basis
    row.signed_digest, row.signature, row.signed_at, row.ink = digest, signature, now, ink
    row.save()
    return row


@transaction.atomic
def add_upload(*, draft: Draft, material: str, blob: Blob, now: datetime) -> Upload:
    """Keep a file for one material of the draft."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.sealed_digest or row.case_number:
        raise Sealed
    return Upload.objects.create(draft=row, material=material, blob=blob, at=now)


@transaction.atomic
def remove_upload(*, draft: Draft, upload: UUID | str, now: datetime) -> None:
    """Take a file back out."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.sealed_digest or row.case_number:
        raise Sealed
    Upload.objects.filter(pk=upload, draft=row, removed_at=None).update(removed_at=now)
