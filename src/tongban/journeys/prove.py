"""Proving who one is: name and number against the registry (level 1), then the face or national-ID port (level 2)."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor, Warrant
from tongban.base.cryptography import canonical, jws
from tongban.base.cryptography.errors import CryptographyError
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.identity import actions as identity
from tongban.identity import limits
from tongban.identity import queries as known
from tongban.identity.refusals import NoMatch, ProofFailed
from tongban.registries import queries as registries

FACE = "face"
KIND = "identity-proof+jwt"
PURPOSE = "identity-proof"
PATIENCE = 6.0  # seconds: here the person waits for the port itself, nothing else on the page goes on without it


class Result(msgspec.Struct, frozen=True):
    """What the port signed. ``subject`` says of whom without saying it; times are seconds since 1970."""

    aud: str
    exp: int
    session: str
    state: str
    subject: str
    purpose: str
    outcome: str
    level: int


def match(*, name: str, id_number: str, by: Actor, now: datetime) -> Actor:
    """Level 1: the account is this person's. Raises NoMatch (alike for a wrong name, number or nobody), AlreadyBound."""
    limits.count(door="person-match", who=by.id, now=now)
    warrant = Warrant(actor=by, purpose="prove")
    person = registries.match(name=name.strip(), id_number=id_number, warrant=warrant, now=now)
    account = known.account(by.id)
    if person is None or account is None:
        raise NoMatch
    bound = account if account.person_id == person.id else identity.bind(account=account, person=person, by=by, now=now)
    return known.person_actor(bound, channel=by.channel)


def begin(*, purpose: str, return_path: str, by: Actor, now: datetime) -> str:
    """Open a session at the port; returns the address to which the person's browser goes."""
    limits.count(door="proof", who=by.id, now=now)
    account = known.account(by.id)
    whom = (account.person_id or account.claims_id) if account else None
    if account is None or whom is None:
        raise NoMatch
    warrant = Warrant(actor=by, purpose="prove")
    person = registries.person(str(whom), warrant=warrant, now=now)
    proof = identity.ask_proof(account=account, method=FACE, purpose=purpose, now=now)
    answer = exchange.call(
        peer=_port(),
        method="POST",
        path="/sessions",
        limit=PATIENCE,
        purpose=PURPOSE,
        now=now,
        body=canonical.dumps(
            {
                "name": person.name,
                "id_number": registries.id_number_of(person, warrant=warrant, now=now),
                "purpose": purpose,
                "state": proof.state,
                "return_url": settings.TONGBAN_BASE_URL + return_path,
            }
        ),
    )
    if answer.status != 201:
        raise PortSaysNo(answer.status)
    opened = answer.json()
    identity.opened(proof=proof, session=str(opened["session"]))
    return str(opened["url"])


def finish(*, state: str, by: Actor, now: datetime) -> Actor:
    """Fetch what the port signed, once, and believe it only if it is about this person, session and asking. Raises
    ProofFailed; the account stays where it was. Who proves to be somebody that was served at a window without a mobile is
    that actor from now on: the caller goes on with the one returned."""
    proof = known.proof(state)
    if str(proof.account_id) != by.id:
        raise ProofFailed("other-person")
    if proof.answered_at is not None:
        raise ProofFailed("expired")
    answer = exchange.call(
        peer=_port(),
        method="POST",
        path=f"/sessions/{proof.port_session}/result",
        limit=PATIENCE,
        body=b"{}",
        purpose=PURPOSE,
        now=now,
    )
    if answer.status != 200:
        raise ProofFailed(f"port-{answer.status}")
    token = str(answer.json()["result"])
    reason = _doubt(token, proof, by=by, now=now)
    account = identity.answer_proof(proof=proof, passed=not reason, reason=reason, evidence=token, by=by, now=now)
    return known.person_actor(account, channel=by.channel)


def may(*, by: Actor) -> bool:
    """Whether somebody may go to the port: name and number have matched, or claim what was begun at a counter."""
    account = known.account(by.id) if by.level == 0 else None
    return by.level >= 1 or (account is not None and account.claims_id is not None)


class PortSaysNo(Refusal):
    """The port did not open a session."""

    status = 503

    def __init__(self, status: int) -> None:
        super().__init__(
            "port_refused",
            Words(zh="身份核验服务暂时不能使用", en="The identity check cannot be used at the moment"),
            because=Words(zh=f"对方回答 {status}", en=f"It answered {status}"),
            next_step=Words(
                zh="请稍后再试，或持身份证到任一窗口办理。", en="Try again later, or bring your ID card to any counter."
            ),
        )


def _port() -> str:
    """The face and national-ID port that this node has agreed with."""
    return f"{settings.TONGBAN_ADCODE}:{FACE}"


def _doubt(token: str, proof: Any, *, by: Actor, now: datetime) -> str:
    """Why the result is not believed or says no; empty when it proves the person."""
    try:
        signed = jws.verify(token, peers.keyring(peers.peer(_port(), now=now), at=now), kind=KIND)
        said = msgspec.json.decode(signed.payload, type=Result)
    except (CryptographyError, msgspec.DecodeError):
        return "forged"
    warrant = Warrant(actor=by, purpose="prove")
    person = registries.person(str(proof.account.person_id or proof.account.claims_id), warrant=warrant, now=now)
    number = registries.id_number_of(person, warrant=warrant, now=now)
    digest = hashlib.sha256(f"{number}\n{person.name}\n{proof.port_session}".encode()).digest()
    expected = (settings.TONGBAN_ADCODE, proof.port_session, proof.state, proof.purpose)
    if (said.aud, said.session, said.state, said.purpose) != expected:
        return "other-session"
    if said.subject != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
        return "other-person"
    if said.exp < now.timestamp():
        return "expired"
    return "" if said.outcome == "passed" and said.level >= proof.level else said.outcome
