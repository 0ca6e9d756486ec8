"""Reading notices, and in demo mode the texts that would have gone out."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from tongban.base.errors import Denied
from tongban.base.words import Words
from tongban.files import vault
from tongban.notices.models import Notice, Text


def of(account: str) -> QuerySet[Notice]:
    """A person's notices, newest first."""
    return Notice.objects.filter(account_id=account).order_by("-at", "-id")


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
