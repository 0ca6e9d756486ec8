"""Reading notices, and in demo mode the texts that would have gone out."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from tongban.base.errors import Denied, NotFound
from tongban.base.words import Words
from tongban.files import vault
from tongban.notices.models import Kind, Notice, Preference, Text


def of(account: str) -> QuerySet[Notice]:
    """A person's notices, newest first."""
    return Notice.objects.filter(account_id=account).order_by("-at", "-id")


def page(account: str, *, unread: bool, after: str, size: int) -> list[Notice]:
    """Notices of a person, or those they have not opened, newest first, beyond the one named ``after``."""
    rows = of(account).filter(Q(read_at=None) if unread else Q())
    try:
        last = of(account).filter(pk=UUID(after)).values_list("at", "id").first() if after else None
    except (ValueError, ValidationError):
        last = None
    beyond = Q(at__lt=last[0]) | Q(at=last[0], id__lt=last[1]) if last else Q()
    return list(rows.filter(beyond)[:size])


def said(account: UUID | str, *, case: str, title: Words, body: Words) -> bool:
    """Whether a person was told exactly this of a case."""
    words = [{"zh": each.zh, "en": each.en} for each in (title, body)]
    return of(str(account)).filter(case=case, title=words[0], body=words[1]).exists()


def one(id: UUID | str, *, account: str) -> Notice:
    """One notice of this person's; NotFound otherwise."""
    found = Notice.objects.filter(pk=id, account_id=account).first()
    if found is None:
        raise NotFound(
            "no_message",
            Words(zh="没有这条消息", en="There is no such message"),
            next_step=Words(zh="请在“消息”里查看全部消息。", en="See all of them under Messages."),
        )
    return found


def unread(account: str, *, most: int = 100) -> int:
    """How many notices this person has not opened, counted no further than ``most``."""
    return Notice.objects.filter(account_id=account, read_at=None)[:most].count()


def wants_text(account: str) -> dict[str, bool]:
    """By kind, whether the person is told by text message as well."""
    chosen = dict(Preference.objects.filter(account_id=account).values_list("kind", "text"))
    return {str(kind): kind == Kind.ACCOUNT or chosen.get(kind, True) for kind in Kind}


def outbox(limit: int = 50) -> list[dict[str, object]]:
    """The demo's phone: texts that the outbox port kept, newest first. Denied outside demo mode."""
    if not settings.TONGBAN_DEMO:
        raise Denied("not_demo", Words(zh="仅演示环境可看", en="Shown in demo mode only"))
    rows = Text.objects.select_related("key").order_by("-at", "-id")[:limit]
    return [
        {
            "at": row.at,
            "mobile": vault.unseal(row.key, row.mobile_sealed, "text.mobile").decode(),
            "words": vault.unseal(row.key, row.words_sealed, "text.words").decode(),
            "sent": row.sent_at is not None,
        }
        for row in rows
    ]
