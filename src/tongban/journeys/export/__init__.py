"""All that this node holds about a person, as one file that they take with them (导出我的全部数据).

``sections`` says what goes in; ``docs/reference/export.md`` describes the file. A test walks every table of the house:
each is named in ``sections.COVERED``, or in ``sections.LEFT_OUT`` with the reason.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from tongban.base.actors import Actor, Channel
from tongban.base.words import Words
from tongban.files import queries as files
from tongban.identity import exports
from tongban.identity import queries as identity
from tongban.journeys import signing
from tongban.journeys.export import cover, sections
from tongban.notices import actions as notices
from tongban.trail import actions as trail

FORMAT = "tongban-export/1"


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """The last export as its page shows it; ``size`` and ``until`` once it is there."""

    id: str
    done: int
    of: int
    asked_at: datetime
    made_at: datetime | None
    until: datetime | None
    size: int


def ask(*, by: Actor, now: datetime) -> None:
    """Begin an export. Raises AlreadyMaking."""
    account = identity.account(by.id)
    if account is not None:
        exports.ask(account=account, steps=len(sections.SECTIONS), by=by, now=now)


def last(*, by: Actor, now: datetime) -> Face | None:
    """The export that is being made or can be had."""
    found = exports.last(by.id)
    if found is None or (found.made_at and found.made_at <= now - exports.KEPT):
        return None
    return Face(
        id=str(found.id),
        done=found.done,
        of=found.of,
        asked_at=found.asked_at,
        made_at=found.made_at,
        until=found.made_at + exports.KEPT if found.made_at else None,
        size=found.blob.size if found.blob else 0,
    )


def make(*, export: str, now: datetime) -> None:
    """Make an export that was asked for; once it is made, asking again does nothing."""
    row = exports.waiting(export)
    if row is None:
        return
    by = identity.person_actor(row.account, channel=Channel.SYSTEM)
    told: dict[str, Any] = {}
    kept: dict[str, bytes] = {}
    for step, (name, gather) in enumerate(sections.SECTIONS.items(), 1):
        told[name], more = gather(row.account, by, now)
        kept |= more
        exports.progressed(export=row, done=step)
    exports.finish(export=row, content=pack(told, kept, now=now), by=by, now=now)
    notices.tell(
        account=row.account,
        title=Words(zh="您的数据已导出", en="Your data is ready"),
        body=Words(zh="可在 7 天内下载；下载前要核验本人", en="Download it within 7 days; you prove who you are first"),
        now=now,
        link="/space/export",
        kind="account",
    )


def pack(told: dict[str, Any], kept: dict[str, bytes], *, now: datetime) -> bytes:
    """One ZIP: the data of each section, the files, a page to read it, and what is in it with digests."""
    inside = {f"data/{name}.json": _json(rows) for name, rows in told.items()} | kept
    inside["index.html"] = cover.page(told, sorted(kept), now=now, node=settings.TONGBAN_ADCODE).encode()
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(inside.items())}
    about = {"format": FORMAT, "node": settings.TONGBAN_ADCODE, "made_at": now.isoformat(), "sha256": listed}
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"export.json": _json(about), **inside}.items():
            archive.writestr(name, content)
    return out.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()


def download(id: UUID | str, *, by: Actor, now: datetime) -> bytes:
    """The file itself. Raises ProofNeeded without a fresh level-2 proof, NotFound."""
    found = exports.ready(id, account=by.id, now=now)
    account = identity.account(by.id)
    if account is None or account.level < 2 or account.proven_at is None or now - account.proven_at > signing.FRESH:
        raise signing.ProofNeeded
    trail.record(by=by, verb="identity.export-download", subject_kind="account", subject=by.id, now=now)
    return files.read(found.blob)


def forget(*, now: datetime) -> None:
    """Destroy exports whose days are over."""
    exports.forget(now=now)
