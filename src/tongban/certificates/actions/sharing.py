"""Copies for one purpose, and who verified what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.base.actors import Actor, Kind
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.certificates import display, keys, watermark
from tongban.certificates.actions.serials import new_code
from tongban.certificates.models import Check, Copy
from tongban.files import actions as files
from tongban.trail import actions as trail

LONGEST = timedelta(days=90)
AGAIN = timedelta(minutes=1)  # the same asker in the same way is written down once a minute


@transaction.atomic
def make_copy(
    *, held: str, name: Words, identifier: str, pdf: bytes, purpose: str, until_on: date, by: Actor, now: datetime
) -> Copy:
    """A copy of a signed PDF with purpose and last day across every page, signed anew, with a code of its own. Raises
    Refusal for no purpose, or a day that is past or too far."""
    today = day_of(now)
    purpose = _purpose(purpose)
    if not today <= until_on <= today + LONGEST:
        raise Refusal(
            "copy_until",
            Words(zh="有效期最长 90 天", en="A copy is good for 90 days at most"),
            next_step=Words(zh="请选择较近的日期。", en="Choose an earlier day."),
            field="days",
        )
    code = new_code()
    page = _page(pdf, name, identifier, purpose, until_on, code, now)
    copy = Copy(
        held=held, account=by.id, code=code, name={"zh": name.zh, "en": name.en}, identifier=identifier,
        purpose=purpose, until_on=until_on, made_at=now,
    )  # fmt: skip
    copy.pdf = files.store(content=page, media_type="application/pdf", name=f"{name.zh}.pdf", by=by, now=now)
    copy.save(force_insert=True)
    trail.record(by=by, verb="certificate.copy", subject_kind="certificate", subject=identifier, now=now)
    return copy


def _purpose(text: str) -> str:
    text = " ".join(text.split())
    if not 2 <= len(text) <= 40:
        raise Refusal(
            "copy_purpose",
            Words(zh="请写明用途，2 到 40 个字", en="Say what it is for, in 2 to 40 characters"),
            because=Words(
                zh="用途会印在副本每一页上，别处不能用。",
                en="It is printed across every page, so that the copy serves nothing else.",
            ),
            next_step=Words(zh="例如“办理租房合同”。", en="For example “rental contract”."),
            field="purpose",
        )
    return text


def _page(pdf: bytes, name: Words, identifier: str, purpose: str, until_on: date, code: str, now: datetime) -> bytes:
    until, address = display.day(until_on), keys.address(code)
    foot = [f"{name.zh}副本 · 仅供{purpose}使用 · 有效期至{until}", f"电子证照标识 {identifier}", f"核验 {address}"]
    mark = f"仅供{purpose}使用 · 有效期至{until}"
    page = watermark.marked(keys.press(), pdf, mark=mark, foot=foot, address=address, at=now)
    return keys.signer().sign_pdf(page, reason=f"{name.zh}副本", place=keys.city(), at=now)


@transaction.atomic
def end_copy(*, copy: UUID | str, by: Actor, now: datetime) -> None:
    """The holder ends a copy: whoever checks it is told. Raises NotFound for somebody else's."""
    if not Copy.objects.filter(pk=copy, account=by.id, ended_at=None).update(ended_at=now):
        raise NotFound("no_copy", Words(zh="没有这份副本，或已停用", en="There is no such copy, or it has ended"))
    trail.record(by=by, verb="certificate.end-copy", subject_kind="copy", subject=str(copy), now=now)


@transaction.atomic
def checked(*, held: Any, how: str, office: str, by: Actor, now: datetime) -> None:
    """Somebody verified a certificate: an officer with their office, a person as somebody signed in, else a stranger."""
    name = f"{office} {by.name}".strip() if by.kind is Kind.OFFICER else ""
    same = Check.objects.filter(held=str(held), how=how, by_kind=by.kind, by_name=name, at__gt=now - AGAIN)
    if not same.exists():
        Check.objects.create(held=str(held), how=how, by_kind=by.kind, by_name=name, at=now)
