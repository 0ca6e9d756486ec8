"""A demonstration's people and officers: what they know by heart (mobiles, ID numbers, passwords, secrets of codes) is
written to ``keys/demo-accounts.json``, which only the file's owner reads and which production refuses."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from django.db import transaction

from tongban.base.actors import SYSTEM, Warrant
from tongban.base.calendar import day_of
from tongban.identity import mandates, officers
from tongban.identity import queries as identities
from tongban.identity.models import Mandate, Officer
from tongban.registries.models import LegalEntity, Person
from tongban.registries.synthetic import Persona, personas
from tongban.wiring import cities
from tongban.wiring.node import REPOSITORY, Node

MANDATE_LASTS = timedelta(days=365)


def fill(node: Node, now: datetime) -> str:
    """Make the officers of ``accounts.demo.yaml`` and the founder's mandate; keep everybody's credentials."""
    path = node.home / "keys" / "demo-accounts.json"
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {"officers": []}
    rows = cities.read(REPOSITORY / "cities" / node.adcode, "accounts.demo")
    rows = (rows.get("officers") or []) if isinstance(rows, dict) else rows
    people = _people(node, known, now)
    known = {"city": node.adcode, "demo": True, "officers": _officers(rows, known["officers"], now), "people": people}
    _write(path, known)
    return f"{len(known['officers'])} officers, {len(people)} personas"


def _officers(rows: list[dict[str, Any]], known: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Officers with their credentials. One whose password is not known any more (the file was lost) gets a new one."""
    kept = {each["username"]: each for each in known}
    return [_officer(row, kept.get(row["username"]), now) for row in rows]


@transaction.atomic
def _officer(row: dict[str, Any], kept: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    office, powers = identities.office(row["office"]), sorted(row["powers"])
    shown = {"name": row["name"], "office": office.key, "office_name": office.name, "powers": powers}
    present = Officer.objects.filter(username=row["username"])
    if kept and present.update(name=row["name"], office=office, powers=powers):
        return kept | shown
    password, secret = secrets.token_urlsafe(12), pyotp.random_base32()
    if lost := present.select_related("key").first():
        officers.reset(officer=lost, password=password, secret=secret)
    else:
        said = {"username": row["username"], "name": row["name"], "office": office, "powers": powers}
        officers.create(**said, password=password, secret=secret, by=SYSTEM, now=now)
    uri = pyotp.TOTP(secret).provisioning_uri(name=row["username"], issuer_name="Tongban demo")
    return {"username": row["username"], **shown, "password": password, "totp_secret": secret, "otpauth": uri}


def _people(node: Node, known: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """The personas. Chosen once: time passing, or a firm founded since, must not exchange them."""
    if known.get("people"):
        return list(known["people"])
    chosen = personas(node.adcode, warrant=Warrant(actor=SYSTEM, purpose="demo-setup"), now=now)
    _give_mandate(chosen["founder"], chosen["representative"], now)
    return [_facts(persona) for persona in chosen.values()]


def _give_mandate(founder: Persona, representative: Persona, now: datetime) -> None:
    firm, today = representative.firm, day_of(now)
    if firm is None or Mandate.objects.filter(giver_id=firm.id, receiver_id=founder.id, revoked_at=None).exists():
        return
    mandates.give(
        giver=LegalEntity.objects.get(pk=firm.id),
        given_by=Person.objects.get(pk=representative.id),
        receiver=Person.objects.get(pk=founder.id),
        scope=["*"],
        from_on=today,
        until_on=today + MANDATE_LASTS,
        by=SYSTEM,
        now=now,
    )


def _facts(persona: Persona) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "key": persona.key,
        "name": persona.name,
        "id_number": persona.id_number,
        "mobile": persona.mobile,
        "birth": persona.birth.isoformat(),
    }
    if persona.firm:
        facts["firm"] = {"name": persona.firm.name, "uscc": persona.firm.uscc}
    return facts


def _write(path: Path, known: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")
    part.replace(path)
