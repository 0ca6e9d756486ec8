"""One certificate in its holder's hand: read it, show it live, give a marked copy, see who verified it (亮证)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tongban.base.actors import Actor, Kind, Warrant
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.cases import lists
from tongban.certificates import actions, display, keys, live, press, sharing
from tongban.certificates import queries as certificates
from tongban.files import queries as files
from tongban.identity import queries as identity
from tongban.journeys import hold

DAYS = (7, 30, 90)


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate with all that its holder may see. ``here`` says that this city issued it and knows its status."""

    id: str
    card: hold.Card
    identifier: str
    fields: tuple[tuple[Words, str], ...]
    changes: tuple[Any, ...]
    here: bool
    drawn: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A live code: where it leads, drawn as SVG, and until when."""

    address: str
    svg: str
    until: datetime


class Presented(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody learns who scans a live code. ``elsewhere`` is the issuing city's own page, if another's."""

    found: certificates.Verification
    until: datetime
    elsewhere: str = ""


def one(id: UUID | str, *, by: Actor, now: datetime) -> Held:
    """A certificate of this person's, or of whom they act for. NotFound for anybody else's."""
    made, paper = _mine(str(id), by, now)
    return _own(made, by, now) if made is not None else _sent(paper)


def _mine(id: str, by: Actor, now: datetime) -> tuple[Any, Any]:
    made = next((each for each in hold.mine(by=by, now=now) if str(each.id) == id), None)
    paper = None if made else next((p for p in hold.sent(by=by) if str(p.id) == id and p.identifier), None)
    if made is None and paper is None:
        raise NotFound(
            "no_certificate",
            Words(zh="没有这份证照", en="There is no such certificate of yours"),
            next_step=Words(zh="请在“证照”里查看您的全部证照。", en="See all that you hold under Certificates."),
        )
    return made, paper


def _own(made: Any, by: Actor, now: datetime) -> Held:
    return Held(
        id=str(made.id),
        card=hold.card(made),
        identifier=made.identifier,
        fields=certificates.shown(certificate=made, warrant=Warrant(actor=by, purpose="own-data"), now=now),
        changes=tuple(certificates.changes_of(made)),
        here=True,
        drawn=made.pdf_id is not None,
    )


def _sent(paper: Any) -> Held:
    return Held(
        id=str(paper.id),
        card=hold.card_of_city(paper),
        identifier=paper.identifier,
        fields=_fields(paper, public_only=False),
        changes=(),
        here=False,
        drawn=paper.pdf is not None,
    )


def _fields(paper: Any, *, public_only: bool) -> tuple[tuple[Words, str], ...]:
    """What another city signed, with the titles of the type where this city knows it."""
    said = certificates.payload_of(paper.token) if paper.token else {}
    try:
        kind = certificates.type_of(said.get("type", {}).get("code", ""))
    except NotFound:
        return ()
    told = said.get("fields", {})
    return tuple(
        (f.title, display.text(f, told[f.key])) for f in kind.fields if f.key in told and (f.public or not public_only)
    )


def show(id: UUID | str, *, by: Actor, now: datetime) -> Shown:
    """A fresh live code of a certificate of this person's."""
    made, paper = _mine(str(id), by, now)
    shown = live.show((made or paper).id, now=now)
    address = keys.address(f"live/{shown.token}")
    return Shown(address=address, svg=press.qr(address), until=shown.until)


def presented(token: str, *, by: Actor, now: datetime) -> Presented:
    """What a live code says to whoever scans it. Raises NotLive. Its holder sees that it was scanned."""
    id, until = live.read(token, now=now)
    made = sharing.by_id(id)
    paper = lists.paper(id) if made is None else None
    if made is None and paper is None:
        raise live.NotLive
    _checked(id, "live", by, now)
    if made is not None:
        return Presented(found=certificates.presented(made, now=now), until=until)
    return Presented(found=_of_city(paper), until=until, elsewhere=paper.verify_url)


def _of_city(paper: Any) -> certificates.Verification:
    """What another city signed. Whether it still stands is that city's to say."""
    card = hold.card_of_city(paper)
    return certificates.Verification(
        verdict="valid",
        type=card.name,
        number=card.number,
        identifier=paper.identifier,
        holder=card.holder,
        issuer=card.issuer,
        valid_from=card.valid_from,
        valid_to=card.valid_to,
        fields=_fields(paper, public_only=True),
        demo=card.demo,
    )


def _checked(id: str, how: str, by: Actor, now: datetime) -> None:
    office = identity.office(by.office).name["zh"] if by.kind is Kind.OFFICER and by.office else ""
    actions.checked(held=id, how=how, office=office, by=by, now=now)


class CopyFace(msgspec.Struct, frozen=True, kw_only=True):
    """What anybody learns by the code on a copy: for what and until when, how it stands, and the certificate itself."""

    name: Words
    purpose: str
    until_on: date
    standing: str
    identifier: str
    digest: str
    original: certificates.Verification | None


def verify(code: str, *, by: Actor, now: datetime) -> certificates.Verification | CopyFace:
    """By the code on a certificate, letter or copy, or by an identifier; what is verified is noted for its holder."""
    copy = sharing.copy_by_code(code)
    if copy is not None:
        _checked(copy.held, "copy", by, now)
        return _face(copy, now)
    found = certificates.verify(code, now=now)
    held = certificates.held_id(found.identifier) if found.type and found.identifier else ""
    if held:
        _checked(held, "code", by, now)
    return found


def _face(copy: Any, now: datetime) -> CopyFace:
    known = certificates.held_id(copy.identifier)
    return CopyFace(
        name=Words(**copy.name),
        purpose=copy.purpose,
        until_on=copy.until_on,
        standing=sharing.standing(copy, now=now),
        identifier=copy.identifier,
        digest=copy.pdf.sha256,
        original=certificates.verify(copy.identifier, now=now) if known else None,
    )


def make_copy(*, id: UUID | str, purpose: str, days: int, by: Actor, now: datetime) -> Any:
    """A copy for one purpose, good for so many days. Raises Refusal, NotFound."""
    made, paper = _mine(str(id), by, now)
    card = hold.card(made) if made is not None else hold.card_of_city(paper)
    _, content = hold.pdf(id=str(id), by=by, now=now)
    if not content:
        raise NotFound("not_drawn", Words(zh="PDF 还在生成，请稍后再试", en="The PDF is still being made; try again soon"))
    return actions.make_copy(
        held=str(id),
        name=card.name,
        identifier=(made or paper).identifier,
        pdf=content,
        purpose=purpose,
        until_on=day_of(now) + timedelta(days=days),
        by=by,
        now=now,
    )


def copies(id: UUID | str, *, by: Actor, now: datetime) -> list[tuple[Any, str]]:
    """Copies that this person made of a certificate, each with how it stands."""
    return [(copy, sharing.standing(copy, now=now)) for copy in sharing.copies_of(str(id), account=by.id)]


def end_copy(*, copy: UUID | str, by: Actor, now: datetime) -> None:
    """End a copy. Raises NotFound."""
    actions.end_copy(copy=copy, by=by, now=now)


def copy_pdf(copy: UUID | str, *, by: Actor) -> tuple[str, bytes]:
    """The signed PDF of a copy of one's own."""
    found = sharing.copy(copy, account=by.id)
    return f"{found.name['zh']}-{found.purpose}.pdf", files.read(found.pdf)


def checks(id: UUID | str, *, by: Actor, now: datetime) -> list[Any]:
    """Who verified a certificate of this person's lately."""
    _mine(str(id), by, now)
    return sharing.checks_of(str(id))

