"""Serving a walk-in at the window (窗口代办): the person acts and signs, the officer types and answers for what they saw.

Everything runs through the same journeys as at home, with an actor who is the person, whose channel is the window and
whose ``assisted_by`` is the officer: the same validation, the same signatures, the same case in the person's space.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, MutableMapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import segno
from django.conf import settings
from msgspec.structs import replace

from tongban.base import divisions
from tongban.base.actors import Actor, Assistant, Channel, Warrant
from tongban.base.errors import Denied, Refusal
from tongban.base.identifiers import person as person_ids
from tongban.base.words import Words
from tongban.cases import drafts
from tongban.cases import queries as cases
from tongban.engine.plan import Question
from tongban.files import actions as files
from tongban.files import checks, scans
from tongban.identity import counters, limits
from tongban.identity import queries as identity
from tongban.journeys import acting, enter, handle, moves, signing
from tongban.journeys import draft as drafting
from tongban.registries import queries as registries
from tongban.trail import actions as trail

PURPOSE = "counter"
GUEST = "guest"  # where a session keeps whom its officer serves
Session = MutableMapping[str, Any]
ABSENT = object()  # a question that was not on the page that was sent
Raw = Callable[[Question, dict[str, Any]], Any]


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """The address of a case and its QR code (SVG)."""

    address: str
    qr: str


class NotSeen(Refusal):
    """The officer has not confirmed that they looked at card and face."""

    def __init__(self) -> None:
        super().__init__(
            "not_seen",
            Words(zh="请当面核对身份证原件和本人面貌", en="Look at the ID card itself and at the person's face"),
            because=Words(
                zh="窗口核验等同于人脸核验（第 2 级），由您负责。",
                en="The check at the counter counts as much as a face check (level 2), and you answer for it.",
            ),
            field="seen",
        )


class NotHere(Refusal):
    """No living person of this city's registry has this name and number."""

    def __init__(self, elsewhere: str) -> None:
        zh = f"号码开头是{elsewhere}的地区代码，可能在当地登记。" if elsewhere else "请照身份证逐字核对。"
        en = f"The number begins with the code of {elsewhere}; they may be registered there." if elsewhere else None
        super().__init__(
            "not_in_registry",
            Words(
                zh="本市人口库里没有姓名和号码都相符的人",
                en="Nobody in this city's registry has both this name and this number",
            ),
            because=Words(zh=zh, en=en or "Compare both with the card, character by character."),
            next_step=Words(
                zh="外地户籍的，请由户籍地的门户或窗口收件：同一事项可以跨城办理，不用两头跑。",
                en="Somebody registered elsewhere applies at home's portal or window: it is handed over to this city.",
            ),
            field="id_number",
        )


class MobileToConfirm(Refusal):
    """A mobile was tied to this person by name and number alone: ask whether it is theirs."""

    def __init__(self, end: str) -> None:
        super().__init__(
            "mobile_to_confirm",
            Words(zh=f"请问本人：尾号 {end} 的手机号是不是您的？", en=f"Ask: is the mobile that ends in {end} yours?"),
            because=Words(
                zh="这个号码只凭姓名和证号关联，没有核验过本人。不是本人的，将解除关联并留痕。",
                en="It was tied to them by name and number alone. If it is not theirs, it is cut off, on the record.",
            ),
            field="mobile",
        )


class OwnCase(Denied):
    """The officer, or a relative of theirs, stands at the window."""

    def __init__(self) -> None:
        super().__init__(
            "own_case",
            Words(zh="不能为本人或近亲属代办", en="You cannot serve yourself or a relative"),
            cites=("《中华人民共和国公务员法》第七十六条",),
            next_step=Words(zh="请交给其他窗口人员办理。", en="Ask a colleague to serve them."),
        )


class NobodyHere(Refusal):
    """Nobody has been identified at this window, or too long ago."""

    def __init__(self) -> None:
        super().__init__(
            "nobody_here",
            Words(zh="请先核对来人身份", en="First see who is here"),
            next_step=Words(zh="回到窗口代办首页核对身份证。", en="Go to the window's first page and compare the ID card."),
        )


class InkNeeded(Refusal):
    """At a window a person signs by hand."""

    def __init__(self) -> None:
        super().__init__(
            "ink_needed",
            Words(zh="请本人在屏幕上签名，或上传已签名的纸张", en="They sign on the screen, or you scan the signed paper"),
            cites=("《中华人民共和国电子签名法》第十四条",),
            field="ink",
        )


def identify(
    *, session: Session, name: str, id_number: str, seen: bool, mobile: str, by: Actor, now: datetime
) -> Actor:
    """Who stands at the window, by card and registry; ``seen`` is the officer's word on card and face, ``mobile`` the
    answer ("yes" | "no") where a contact of level 1 is to be asked about."""
    limits.count(door="counter", who=by.id, now=now)
    if not seen:
        raise NotSeen
    warrant = Warrant(actor=by, purpose=PURPOSE)
    person = registries.match(name=name.strip(), id_number=id_number, warrant=warrant, now=now)
    if person is None:
        raise NotHere(_elsewhere(id_number))
    keep_apart(person, warrant, by=by, now=now)
    _settle(identity.account_of_person(person.id), mobile, by=by, now=now)
    account = counters.at_counter(person=person, by=by, now=now)
    session[GUEST] = {"who": str(account.id), "channel": Channel.WINDOW.value, "at": now.timestamp()}
    return guest(session, by=by, now=now)


def _elsewhere(id_number: str) -> str:
    """The city of an ID number's first digits where it is not this one; empty otherwise."""
    try:
        area = person_ids.parse(id_number).value[:6]
    except Refusal:
        return ""
    here = settings.TONGBAN_ADCODE
    if area.startswith(here[:4]) or not divisions.is_known(area):
        return ""
    return divisions.full_name(area)


def keep_apart(person: Any, warrant: Warrant, *, by: Actor, now: datetime) -> None:
    """Nobody serves themself or a relative. Raises OwnCase."""
    near = {str(person.id)}
    if by.person:
        near |= {str(r.person) for r in registries.relatives_of(person, warrant=warrant, now=now)}
    if by.person in near:
        trail.record(
            by=by, verb="counter.identify", subject_kind="person", subject=str(person.id), now=now, refused="own_case"
        )
        raise OwnCase


def _settle(account: Any, mobile: str, *, by: Actor, now: datetime) -> None:
    """A contact that only gave name and number: the person in front of the officer says whether it is theirs."""
    if account is None or account.level != 1:
        return
    if mobile == "no":
        counters.release(account=account, by=by, now=now)
    elif mobile != "yes":
        raise MobileToConfirm(identity.mobile_of(account)[-4:])


def guest(session: Session, *, by: Actor, now: datetime) -> Actor:
    """Whom this officer serves now: the person, at the window, with the officer's name on everything. NobodyHere
    otherwise, and an hour after card and face were looked at."""
    kept = session.get(GUEST)
    if not kept or now.timestamp() - kept["at"] > signing.FRESH.total_seconds():
        raise NobodyHere
    kept = dict(kept)
    actor = enter.person_of(kept, now=now)
    if no := acting.ended(kept):
        session[GUEST] = kept
        raise no
    if actor.person is None:
        raise NobodyHere
    assistant = Assistant(id=by.id, name=by.name, office=by.office or "", person=by.person)
    return replace(actor, assisted_by=assistant)


def serves(session: Session, *, by: Actor, now: datetime) -> Actor | None:
    """The same, or None."""
    try:
        return guest(session, by=by, now=now)
    except NobodyHere:
        return None


def act_for(*, session: Session, mandate: str, by: Actor, now: datetime) -> None:
    """The person acts for their child, a firm of theirs or whoever gave them a mandate, or (empty) for themself."""
    kept = dict(session[GUEST])
    acting.choose(session=kept, by=guest(session, by=by, now=now), to=mandate, now=now)
    session[GUEST] = kept


def leave(*, session: Session) -> None:
    """The person goes; nothing of theirs stays with the officer."""
    session.pop(GUEST, None)


def fill(id: UUID | str, *, raw: Raw, by: Actor, now: datetime) -> dict[str, Refusal]:
    """Keep every answer of one page; questions that an answer brings up are answered from the same page. Gives what was
    refused, by question: the same validation as at home."""
    wrong: dict[str, Refusal] = {}
    done: set[str] = set()
    sheet = drafting.sheet(id, by=by, now=now)
    while asked := next((q for q in sheet.plan.questions if q.key not in done), None):
        done.add(asked.key)
        try:
            value = raw(asked, sheet.answers)
            if value is ABSENT:
                continue
            sheet = drafting.answer(id, question=asked.key, raw=value, version=None, by=by, now=now, before=sheet)
        except Refusal as no:
            wrong[asked.key] = no
            sheet = drafting.sheet(id, by=by, now=now)
    return wrong


def scan(id: UUID | str, *, material: str, pages: list[tuple[str, bytes]], by: Actor, now: datetime) -> None:
    """Take in a paper: a file as it is, or several photographed pages as one PDF. What was there before makes room."""
    if not pages:
        raise checks.BadFile("file_empty", "没有选择文件", "No file was chosen")
    name, content = pages[0]
    if len(pages) > 1:
        name, content = "scan.pdf", scans.bind([body for _, body in pages])
    before = drafting.sheet(id, by=by, now=now).uploads.get(material, [])
    drafting.upload(id, material=material, name=name, content=content, by=by, now=now)
    for old in before:
        drafting.remove(id, upload=old.id, by=by, now=now)


def sign(party: UUID | str, *, digest: str, drawn: str, paper: bytes, by: Actor, now: datetime) -> None:
    """The person signs what was read over to them: drawn on the screen (a PNG data URL), or on paper, which the officer
    scanned and attests. The picture is kept sealed with the draft, its digest stands in the signature."""
    content = paper or png(drawn)
    safe = checks.safe(content, name="signature", accepts=("image/png", "image/jpeg", "application/pdf"))
    if scans.blank(safe):
        raise InkNeeded
    found = signing.draft_of(party, by=by)
    if found is None:
        raise drafts.NoDraft
    draft = drafts.of(found, by=by, now=now)
    ink = files.store(content=safe.content, media_type=safe.media_type, name=safe.name, key=draft.key, by=by, now=now)
    signing.sign(party, digest=digest, by=by, now=now, ink=ink)


def png(drawn: str) -> bytes:
    """The picture that a page drew, from its data URL; InkNeeded where there is none."""
    head, _, body = drawn.partition(",")
    if head != "data:image/png;base64" or not body:
        raise InkNeeded
    try:
        return b64decode(body, validate=True)
    except binascii.Error as wrong:
        raise InkNeeded from wrong


def slip(number: str, *, by: Actor) -> Slip:
    """What the person takes home: where their case is, as an address and as a code for a phone."""
    address = f"{settings.TONGBAN_BASE_URL}/cases/{number}"
    code = segno.make(address, error="m", micro=False)
    return Slip(address=address, qr=code.svg_inline(border=2, omitsize=True, dark="#14202b", svgclass=None, lineclass=None))


def can_accept(number: str, *, by: Actor, now: datetime) -> bool:
    """Whether the officer at the window may accept the case at once, as the window that it waits at."""
    row = cases.by_number(number)
    offices = identity.acting_for(by.office or "")
    circle = moves.circle_of(row, now=now)
    return "accept" in handle.lifecycle_can(cases.state(row), by, offices, circle)


def signers(id: UUID | str, *, by: Actor, now: datetime) -> tuple[list[signing.Signer], list[signing.Signer]]:
    """Who signs this draft: those whom the person at the window signs as, and the others."""
    waits = {w.party for w in signing.waiting(by=by, now=now)}
    found = signing.signers(id, by=by, now=now)
    return [s for s in found if s.party in waits], [s for s in found if s.party not in waits]
