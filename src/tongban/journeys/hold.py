"""Holding certificates: one's own list, the signed file, and verifying anybody's (证照)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.actors import Actor, Warrant
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.certificates import queries as certificates
from tongban.files import queries as files
from tongban.identity import queries as identity
from tongban.journeys import signing
from tongban.trail import queries as trail


def mine(*, by: Actor, now: datetime) -> list[Any]:
    """Certificates of this person and of the firms they may act for, issued here, newest first."""
    warrant = Warrant(actor=by, purpose="own-data")
    found = list(certificates.held_by(warrant=warrant, now=now, ref=by.person)) if by.person else []
    for uscc in dict.fromkeys(signing.firms_of(by, now)):
        found += certificates.held_by(warrant=warrant, now=now, ref=uscc)
    return found


def sent(*, by: Actor) -> list[Any]:
    """Papers that other cities sent for this person's cases, newest first."""
    return list(cases.papers_of_owner(by.id))


def pdf(*, id: str, by: Actor, now: datetime) -> tuple[str, bytes]:
    """The signed PDF of a paper of this person's: a certificate they hold, or a paper of a case of theirs."""
    received = cases.paper(id, owner=by.id)
    if received is not None and received.pdf is not None:
        return f"{received.name['zh']}.pdf", files.read(received.pdf)
    for made in mine(by=by, now=now):
        if str(made.id) == id:
            return f"{certificates.name_of(made).zh}.pdf", certificates.pdf_bytes(made)
    return _of_case(id, by)


def _of_case(id: str, by: Actor) -> tuple[str, bytes]:
    for row in cases.of_owner(by.id):
        for made in (*certificates.of_case(row.number), *certificates.letters_of(row.number)):
            if str(made.id) == id:
                return f"{certificates.name_of(made).zh}.pdf", certificates.pdf_bytes(made)
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
