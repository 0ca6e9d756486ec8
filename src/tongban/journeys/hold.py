"""Holding certificates: one's own list, the signed file, and verifying anybody's (证照)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor, Warrant
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.cases import spaces
from tongban.certificates import queries as certificates
from tongban.files import queries as files
from tongban.identity import queries as identity
from tongban.journeys import see
from tongban.trail import queries as trail


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as its holder's space shows it. ``status`` is the code of GB/T 36904, "01" in force."""

    id: str
    name: Words
    holder: str
    number: str
    issuer: str
    status: str
    valid_from: date | None
    valid_to: date | None
    verify: str
    demo: bool


def cards(*, by: Actor, now: datetime) -> list[Card]:
    """Every certificate of this person's: issued here, then sent by other cities; newest first in each."""
    return [*map(card, mine(by=by, now=now)), *(card_of_city(p) for p in sent(by=by) if p.identifier)]


def card(made: Any) -> Card:
    """A certificate that this city issued."""
    return Card(
        id=str(made.id),
        name=certificates.name_of(made),
        holder=made.holder_name,
        number=made.number,
        issuer=made.issuer_name,
        status=made.status,
        valid_from=made.valid_from,
        valid_to=made.valid_to,
        verify=f"/verify/{made.code}",
        demo=made.demo,
    )


def card_of_city(paper: Any) -> Card:
    """What another city sent, as it signed it; whether it is still in force is asked where it is verified."""
    said = certificates.payload_of(paper.token) if paper.token else {}
    until = said.get("valid_to")
    return Card(
        id=str(paper.id),
        name=Words(**paper.name),
        holder=said.get("holder", {}).get("name", ""),
        number=paper.number,
        issuer=said.get("issuer", {}).get("name", ""),
        status="01",
        valid_from=date.fromisoformat(said["valid_from"]) if said.get("valid_from") else None,
        valid_to=date.fromisoformat(until) if until else None,
        verify=paper.verify_url,
        demo=bool(said.get("demo", False)),
    )


def mine(*, by: Actor, now: datetime) -> list[Any]:
    """Certificates issued here, newest first: of whom one acts for, as far as the mandate reaches; of oneself, and then
    of the firms that one represents."""
    warrant = Warrant(actor=by, purpose="own-data")
    found = [made for ref in _refs(by) for made in certificates.held_by(warrant=warrant, now=now, ref=ref)]
    return [made for made in found if _reached(made, by)]


def _refs(by: Actor) -> list[str]:
    """Whose certificates these are: of whom one acts for; of oneself, and of the firms that one represents."""
    refs = [by.entity or by.subject]
    if not by.entity and not by.behalf and by.person:
        refs += [firm.uscc for firm in identity.represented_by(by.person)]
    return [ref for ref in refs if ref]


def brought(number: str, papers: Sequence[Any], *, by: Actor) -> list[Card]:
    """The certificates among the papers of a case that are this person's own to show."""
    here, own = certificates.holdings_in(number, refs=_refs(by)), spaces.holds(cases.by_number(number), by)
    cards = [card(paper) for paper in papers if hasattr(paper, "holder_ref") and paper.id in here]
    return [*cards, *(card_of_city(p) for p in papers if own and hasattr(p, "verify_url") and p.identifier)]


def _reached(made: Any, by: Actor) -> bool:
    """Whether a certificate comes of a case that the mandate covers."""
    if by.reach is None:
        return True
    row = cases.find(made.case_ref)
    return row is not None and spaces.reaches(by, row)


def sent(*, by: Actor) -> list[Any]:
    """Papers that other cities sent for the cases of this person, or of whom they act for, newest first."""
    return list(cases.papers_of(by))


def pdf(*, id: str, by: Actor, now: datetime) -> tuple[str, bytes]:
    """The signed PDF of a paper of this person's: a certificate they hold, or a paper of a case of theirs."""
    received = cases.paper(id, by=by)
    if received is not None and received.pdf is not None:
        return f"{received.name['zh']}.pdf", files.read(received.pdf)
    for made in mine(by=by, now=now):
        if str(made.id) == id:
            return f"{certificates.name_of(made).zh}.pdf", certificates.pdf_bytes(made)
    return _of_case(id, by, now)


def _of_case(id: str, by: Actor, now: datetime) -> tuple[str, bytes]:
    """A paper that was made in a case of theirs. The paper says in which: who has a thousand cases waits no longer."""
    number = certificates.case_of(id)
    if number and cases.of(by).filter(number=number).exists():
        for made in (*certificates.of_case(number), *certificates.letters_of(number)):
            if str(made.id) == id:
                return f"{certificates.name_of(made).zh}.pdf", certificates.pdf_bytes(made)
    return _as_party(id, number or cases.case_of_paper(id), by, now)


def _as_party(id: str, number: str, by: Actor, now: datetime) -> tuple[str, bytes]:
    """A paper that a party of somebody else's case sees there."""
    seen = see.case(number, by=by, now=now).papers if number and cases.find(number) else ()
    for made in seen:
        if str(made.id) == id:
            sent = hasattr(made, "verify_url")  # of another city
            name = made.name["zh"] if sent else certificates.name_of(made).zh
            return f"{name}.pdf", files.read(made.pdf) if sent else certificates.pdf_bytes(made)
    raise NotFound("no_paper", Words(zh="没有这份证照或文书", en="There is no such paper of yours"))


def verify(code: str, *, now: datetime) -> Any:
    """What anybody may know by the code."""
    return certificates.verify(code, now=now)


def judge(content: bytes, *, now: datetime) -> dict[str, Any]:
    """Judge a file by itself: a signed PDF, or a data certificate (JWS)."""
    if content.startswith(b"%PDF"):
        verdict = certificates.verify_pdf(content)
        return {"kind": "pdf", "valid": verdict.valid, "verdict": verdict}
    verdict = certificates.verify_jws(content.strip(), at=now)
    return {"kind": "data", "valid": verdict.valid, "verdict": verdict}


def reads(*, by: Actor) -> list[Any]:
    """Who looked at this person's data and why, newest first."""
    return list(trail.reads_of(by.person)[:200]) if by.person else []


def name_of(made: Any) -> Words:
    """What a certificate or letter is called."""
    return certificates.name_of(made)


def account_name(by: Actor) -> str:
    """The name of the person signed in."""
    account = identity.account(by.id)
    return account.person.name if account and account.person else ""
