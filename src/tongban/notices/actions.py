"""Telling people."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.files import vault
from tongban.identity import queries as identity
from tongban.identity.models import Account
from tongban.notices import ports
from tongban.notices.models import Kind, Notice, Preference, Text
from tongban.queue import actions as queue
from tongban.queue.names import Name

SENT, UNSENT = timedelta(days=1), timedelta(days=14)  # how long a text is kept after it left, and where it never does
BATCH = 1000  # texts of one transaction


@transaction.atomic
def tell(
    *,
    account: Account,
    title: Words,
    body: Words,
    now: datetime,
    case: str = "",
    link: str = "",
    kind: str = Kind.CASE,
) -> Notice:
    """Put a notice into a person's space, and, unless they want no texts of this kind, a short text on its way to their
    phone, if they have one, after this commits."""
    notice = Notice.objects.create(
        account=account, kind=kind, title=_both(title), body=_both(body), case=case, link=link, at=now
    )
    wanted = kind == Kind.ACCOUNT or not Preference.objects.filter(account=account, kind=kind, text=False).exists()
    if wanted and (mobile := identity.mobile_of(account)):
        text(mobile=mobile, words=f"【通办】{title.zh}。{body.zh}", now=now)
    return notice


@transaction.atomic
def text(*, mobile: str, words: str, now: datetime, until: datetime | None = None) -> Text:
    """Put one text message on its way; it leaves only if this transaction commits, and not after ``until``."""
    key = vault.new_key()
    message = Text.objects.create(
        key=key,
        mobile_sealed=vault.seal(key, mobile.encode(), "text.mobile"),
        words_sealed=vault.seal(key, words.encode(), "text.words"),
        at=now,
        until=until,
    )
    queue.put(Name.SEND_TEXT, text=str(message.id))
    return message


def send(*, text: str, now: datetime) -> None:
    """Hand a waiting text to the SMS port; a text that was sent is not sent again, one that is of no use any more never."""
    with transaction.atomic():
        message = Text.objects.select_for_update().select_related("key").filter(pk=text, sent_at=None).first()
        if message is None:
            return
        if message.until is not None and now >= message.until:
            _forget([message], now)
            return
        message.reference = ports.sms().send(
            mobile=_open(message, "mobile"), words=_open(message, "words"), id=message.id
        )
        message.sent_at = now
        message.save(update_fields=["reference", "sent_at"])


def mark_read(*, notice: UUID | str, account: str, now: datetime) -> None:
    """The person has seen a notice."""
    Notice.objects.filter(pk=notice, account_id=account, read_at=None).update(read_at=now)


def mark_all_read(*, account: str, until: datetime, now: datetime) -> int:
    """The person has seen every notice up to the moment at which their page was made; how many were new."""
    return Notice.objects.filter(account_id=account, read_at=None, at__lte=until).update(read_at=now)


@transaction.atomic
def prefer(*, account: Account, kind: str, text: bool, now: datetime) -> None:
    """Whether the person wants text messages of a kind. Raises Refusal for account matters: who stole a session must not
    be able to silence them."""
    if kind not in (Kind.ASK, Kind.CASE):
        raise Refusal(
            "always_told",
            Words(zh="这一类消息不能关闭短信", en="Texts of this kind cannot be switched off"),
            because=Words(
                zh="登录和数据安全的提醒必须送到您的手机。",
                en="Warnings about sign-ins and data must reach your phone.",
            ),
            next_step=Words(zh="其他各类可以自行选择。", en="You may choose for the other kinds."),
            field="kind",
        )
    Preference.objects.update_or_create(account=account, kind=kind, defaults={"text": text, "at": now})


def forget(*, now: datetime) -> int:
    """Destroy texts that were sent a day ago, are of no use any more, or could not be sent for so long that the job was
    given up (job); how many."""
    over = Q(sent_at__lte=now - SENT) | Q(sent_at=None, until__lte=now) | Q(at__lte=now - UNSENT)
    gone = 0
    while some := _forget_some(over, now):
        gone += some
    return gone


@transaction.atomic
def _forget_some(over: Q, now: datetime) -> int:
    rows = Text.objects.select_related("key").select_for_update(of=("self",), skip_locked=True)
    found = list(rows.filter(over).order_by("id")[:BATCH])
    _forget(found, now)
    return len(found)


def _forget(messages: list[Text], now: datetime) -> None:
    vault.erase(*(message.key for message in messages), now=now)
    Text.objects.filter(pk__in=[message.pk for message in messages]).delete()


def _open(message: Text, what: str) -> str:
    return vault.unseal(message.key, getattr(message, f"{what}_sealed"), f"text.{what}").decode()


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
