"""Telling people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.base.words import Words
from tongban.files import vault
from tongban.identity import queries as identity
from tongban.identity.models import Account
from tongban.notices import ports
from tongban.notices.models import Notice, Text
from tongban.queue import actions as queue
from tongban.queue.names import Name


@transaction.atomic
def tell(*, account: Account, title: Words, body: Words, now: datetime, case: str = "", link: str = "") -> Notice:
    """Put a notice into a person's space, and a short text on its way to their phone, if they have one, after this
    commits."""
    notice = Notice.objects.create(account=account, title=_both(title), body=_both(body), case=case, link=link, at=now)
    if mobile := identity.mobile_of(account):
        text(mobile=mobile, words=f"【通办】{title.zh}。{body.zh}", now=now)
    return notice


@transaction.atomic
def text(*, mobile: str, words: str, now: datetime) -> Text:
    """Put one text message on its way; it leaves only if this transaction commits."""
    key = vault.new_key()
    message = Text.objects.create(
        key=key,
        mobile_sealed=vault.seal(key, mobile.encode(), "text.mobile"),
        words_sealed=vault.seal(key, words.encode(), "text.words"),
        at=now,
    )
    queue.put(Name.SEND_TEXT, text=str(message.id))
    return message


def send(*, text: str, now: datetime) -> None:
    """Hand a waiting text to the SMS port; a text that was sent is not sent again."""
    with transaction.atomic():
        message = Text.objects.select_for_update().select_related("key").filter(pk=text, sent_at=None).first()
        if message is None:
            return
        message.reference = ports.sms().send(
            mobile=_open(message, "mobile"), words=_open(message, "words"), id=message.id
        )
        message.sent_at = now
        message.save(update_fields=["reference", "sent_at"])


@transaction.atomic
def mark_read(*, notice: str, account: Account, now: datetime) -> None:
    """The person has seen a notice."""
    Notice.objects.filter(pk=notice, account=account, read_at=None).update(read_at=now)


def _open(message: Text, what: str) -> str:
    return vault.unseal(message.key, getattr(message, f"{what}_sealed"), f"text.{what}").decode()


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
