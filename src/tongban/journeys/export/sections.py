"""What an export holds, section by section: each gives its rows and the files that go with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from tongban.appointments import queries as appointments
from tongban.base.actors import Actor, Warrant
from tongban.cases import drafts as drafting
from tongban.cases import own as owned
from tongban.cases import queries as cases
from tongban.certificates import queries as certificates
from tongban.certificates import sharing
from tongban.delivery import queries as deliveries
from tongban.files import queries as files
from tongban.identity import exports, sessions
from tongban.identity import queries as identity
from tongban.notices import queries as notices
from tongban.payments import queries as payments
from tongban.ratings import queries as ratings
from tongban.registries import queries as registries
from tongban.trail import queries as trail

Section = tuple[Any, dict[str, bytes]]
# Never in an export: keys and what they seal, tokens by which people are found, and the inside of other rooms.
INNER = {
    "key_id", "content", "content_digest", "state", "lookup", "mobile_lookup", "mobile_sealed", "address_sealed",
    "wanted_sealed", "contact_sealed",
    "person_lookup", "blob_id", "pdf_id", "draft_id", "digest", "port_session", "account_id", "sequence",
}  # fmt: skip


def rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of a query as plain data, without what is only the machine's."""
    return [{k: v for k, v in each.items() if k not in INNER} for each in found.values()]  # type: ignore[attr-defined]


def one(row: Any) -> dict[str, Any]:
    """One row as plain data."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in INNER}


def account(of: Any, by: Actor, now: datetime) -> Section:
    """The account, what the population registry knows, proofs, and disputes about who somebody is."""
    told = one(of) | {"mobile": identity.mobile_of(of)}
    told["proofs"] = rows(of.proofs.order_by("asked_at"))
    told["disputes"] = rows(exports.disputes_of(by.id))
    if by.person:
        warrant = Warrant(actor=by, purpose="export")
        person = registries.person(by.person, warrant=warrant, now=now)
        facts = registries.facts_of(person, warrant=warrant, now=now)
        told["registry"] = {key: fact.value for key, fact in facts.items()}
    return told, {}


def sign_ins(of: Any, by: Actor, now: datetime) -> Section:
    """Devices, and every try to sign in."""
    return {"devices": rows(of.devices.order_by("first_at")), "sign_ins": rows(sessions.history_of(of))}, {}


def mandates(of: Any, by: Actor, now: datetime) -> Section:
    """Mandates given and received."""
    return (rows(exports.mandates_of(by.person)) if by.person else []), {}


def drafts(of: Any, by: Actor, now: datetime) -> Section:
    """Drafts with what was filled in and uploaded. What was begun for a firm or another person is theirs: only
    that it was."""
    told, kept = [], dict[str, bytes]()
    for draft in owned.drafts(by.id, by.person or "-"):
        row = one(draft)
        if owned.in_own_name(draft, by.person or "-") and not draft.case_number:
            row["content"] = drafting.content(draft)
            row["uploads"] = [_file(kept, f"drafts/{draft.id}", u.blob, u.material) for u in cases.uploads(draft)]
        told.append(row)
    return told, kept


def applications(of: Any, by: Actor, now: datetime) -> Section:
    """Cases with what was applied for, what happened, papers, parcels and ratings; what was signed in cases of others."""
    told, kept = [], dict[str, bytes]()
    for case in owned.cases(by.id, by.person or "-"):
        row = one(case)
        if owned.in_own_name(case, by.person or "-"):
            row |= _case(case, by, now, kept)
        told.append(row)
    return {"cases": told, "signed": rows(owned.signed(by.id))}, kept


def _case(case: Any, by: Actor, now: datetime, kept: dict[str, bytes]) -> dict[str, Any]:
    folder, warrant = f"cases/{case.number}", Warrant(actor=by, purpose="export", case=case.number)
    rating = ratings.of_case(case.number)
    letters = [_letter(kept, folder, each) for each in certificates.letters_of(case.number)]
    return {
        "content": _said(cases.content(case, warrant=warrant, now=now)),
        "events": [_event(each) for each in cases.events(case)],
        "materials": [one(m) | {"file": _file(kept, folder, m.blob, m.type)} for m in cases.materials(case)],
        "papers": [one(p) | {"file": _file(kept, folder, p.pdf, p.kind)} for p in cases.papers(case)],
        "letters": letters,
        "parcels": [
            one(each) | {"state": each.state} | deliveries.ends_of(each) for each in deliveries.all_of(case.number)
        ],
        "rating": one(rating) if rating else None,
        "payments": [_paid(order) for order in payments.of_case(case.number)],
    }


# What officers write to the person; what they write to one another counts by the decision that says so.
_TOLD = ("not-accept", "supplement", "decision", "review", "extension")


def _said(content: dict[str, Any]) -> dict[str, Any]:
    """What was applied for and signed, and what was written to the person; neither officers' names nor who is near to whom."""
    signatures = [
        {k: each[k] for k in ("role", "title", "name", "signed_at", "signature")} for each in content["signatures"]
    ]
    told = [each for each in content.get("writings", []) if each.get("kind") in _TOLD]
    return {
        "document": content["document"],
        "digest": content["digest"],
        "signatures": signatures,
        "writings": [{k: each[k] for k in ("kind", "text", "at")} for each in told],
    }


def _paid(order: Any) -> dict[str, Any]:
    """An order with who got what of it, what came in and what went back."""
    came = [one(p) | {"refunds": [one(r) for r in p.refunds.all()]} for p in order.payments.all()]
    return one(order) | {"shares": [one(share) for share in order.shares.all()], "payments": came}


def _event(event: Any) -> dict[str, Any]:
    """What happened; who did it by their office, for officers are others."""
    who = {k: event.actor.get(k) for k in ("kind", "office", "channel")}
    return {"at": event.at, "kind": event.kind, "node": event.node, "by": who, "facts": event.facts}


def _letter(kept: dict[str, bytes], folder: str, letter: Any) -> dict[str, Any]:
    return {
        "kind": letter.kind,
        "number": letter.number,
        "issued_at": letter.issued_at,
        "issuer": letter.issuer_name,
        "file": _file(kept, folder, letter.pdf, letter.kind),
    }


def _file(kept: dict[str, bytes], folder: str, blob: Any, name: str) -> dict[str, Any] | None:
    """Put a file in; gives where it lies."""
    if blob is None:
        return None
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}.get(blob.media_type, "bin")
    path = f"files/{folder}/{name}-{str(blob.id)[-12:]}.{ending}"
    kept[path] = files.read(blob)
    return {"path": path, "name": blob.name, "sha256": blob.sha256, "size": blob.size}


def held(of: Any, by: Actor, now: datetime) -> Section:
    """Certificates with their signed data and PDF, who verified them, and copies that were given."""
    told, kept = [], dict[str, bytes]()
    warrant = Warrant(actor=by, purpose="export")
    found = certificates.held_by(warrant=warrant, now=now, ref=by.person) if by.person else []
    for made in found:
        token = certificates.token_of(made)
        kept[f"files/certificates/{made.id}.jws"] = token.encode()
        told.append({
            "identifier": made.identifier, "name": certificates.name_of(made).zh, "status": made.status,
            "content": certificates.payload_of(token),
            "checks": [one(check) for check in sharing.checks_of(str(made.id), most=1000)],
            "file": _file(kept, "certificates", made.pdf, made.type),
        })  # fmt: skip
    copies = [one(c) | {"file": _file(kept, "copies", c.pdf, "copy")} for c in sharing.all_copies(by.id)]
    return {"certificates": told, "copies": copies}, kept


def messages(of: Any, by: Actor, now: datetime) -> Section:
    """Messages, and how the person wants to be told."""
    return {"messages": rows(notices.of(by.id)), "by_text": notices.wants_text(by.id)}, {}


def looks(of: Any, by: Actor, now: datetime) -> Section:
    """Who read the person's data, what they asked about it, and what the person did."""
    read = rows(trail.reads_of(by.person)) if by.person else []
    asked = rows(trail.questions_of(by.id))
    return {"reads": read, "questions": asked, "done": rows(trail.entries_by(by.id))}, {}


def visits(of: Any, by: Actor, now: datetime) -> Section:
    """Times that were booked in halls, and numbers taken there."""
    booked, numbers = appointments.all_of(by.id, person=by.person or "")
    return {"bookings": _standing(booked), "numbers": _standing(numbers)}, {}


def _standing(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows with where each stands: here that is a word, not the machine's folded state."""
    return [one(each) | {"state": each.state} for each in found]


def exported(of: Any, by: Actor, now: datetime) -> Section:
    """Exports asked for before."""
    return rows(exports.of(by.id)), {}


SECTIONS: dict[str, Callable[[Any, Actor, datetime], Section]] = {
    "account": account,
    "sign-ins": sign_ins,
    "mandates": mandates,
    "drafts": drafts,
    "cases": applications,
    "certificates": held,
    "messages": messages,
    "looks": looks,
    "visits": visits,
    "exports": exported,
}
COVERED = {
    "identity.Account": "account", "identity.Proof": "account", "identity.Dispute": "account",
    "registries.Person": "account", "identity.Device": "sign-ins", "identity.SignIn": "sign-ins",
    "identity.Mandate": "mandates", "cases.Draft": "drafts", "cases.Upload": "drafts", "cases.Case": "cases",
    "cases.Party": "cases", "cases.Material": "cases", "cases.Paper": "cases", "cases.Event": "cases",
    "payments.Order": "cases", "payments.Share": "cases", "payments.Payment": "cases", "payments.Refund": "cases",
    "certificates.Letter": "cases", "delivery.Parcel": "cases", "delivery.Consigned": "cases", "ratings.Rating": "cases",
    "certificates.Certificate": "certificates", "certificates.Holding": "certificates",
    "certificates.Check": "certificates", "certificates.Copy": "certificates", "notices.Notice": "messages",
    "notices.Preference": "messages", "trail.Read": "looks", "trail.Question": "looks", "trail.Entry": "looks",
    "appointments.Booking": "visits", "appointments.Ticket": "visits", "identity.Export": "exports",
    "files.Blob": "drafts, cases, certificates: the files themselves",
}  # fmt: skip
LEFT_OUT = {
    "files.Key": "data keys, wrapped; what they seal is in the export in clear",
    "files.Incoming": "parts of a file on its way; gone when it is taken, or after a day",
    "identity.OneTimeCode": "digests of codes; gone within the hour after they are over",
    "identity.Attempt": "keyed digests that limit how often a door is tried; kept for a day",
    "identity.Office": "about offices", "identity.Officer": "about people as officers; kept by their employer's rules",
    "notices.Text": "a sealed copy on its way to the carrier, gone a day after; what it tells is in the messages",
    "registries.Relation": "about two people each; asked for at the population registry",
    "registries.LegalEntity": "about firms", "registries.Holding": "who holds shares of a firm: the firm's public entry",
    "registries.FirmName": "names of firms", "registries.Issued": "numbers given to firms",
    "registries.Division": "about divisions", "identity.Absence": "when officers are away",
    "cases.Opinion": "what officers advise one another; what counts of it stands in the decision",
    "cases.Draw": "which cases were drawn for a check of quality", "cases.Sample": "a check of an office's work",
    "registries.Place": "about places",
    "cases.Saved": "counts of papers and days; the papers themselves stand in the case",
    "cases.Counter": "counts numbers", "cases.Step": "offices' queues; what happened is in the events",
    "certificates.TypeVersion": "what kinds of certificates there are",
    "certificates.StatusChange": "its outcome is the certificate's status",
    "appointments.Slot": "times that halls offer", "appointments.Line": "counts the numbers of a hall's day",
    "appointments.Post": "which officer sits at which window",
    "delivery.Report": "the courier's reports; the parcel's state is in the case",
    "payments.Report": "the acquirer's messages; what they say is in the payments",
    "payments.Account": "the ledger's accounts", "payments.Entry": "the ledger; what moved is in the payments",
    "payments.Line": "the ledger; what moved is in the payments",
    "payments.Payout": "what is paid out to offices", "payments.Proposal": "asked for by officers; what came of it is a refund",
    "payments.Mending": "what officers did about differences",
    "payments.Statement": "what came of comparing a day's statement", "payments.Drift": "differences that an office looks at",
    "ratings.FollowUp": "an office's own work on a rating; its answer is a message",
}  # fmt: skip
LEFT_OUT_ROOMS = {"catalog": "what the city offers", "exchange": "what nodes said to each other, sealed as evidence"}
