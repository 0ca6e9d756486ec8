"""What a request says, and how a row is told: whole fen, moments, shares, lines of a statement."""

import hashlib
import json
import secrets
import sqlite3
from datetime import datetime
from typing import Any

from ..common.party import SHANGHAI
from ..common.web import Problem, text

MOST = 10**15


def line(event: sqlite3.Row) -> dict[str, Any]:
    return {"kind": event["kind"], "number": event["number"], "refund": event["refund"], "fen": event["fen"],
            "currency": "CNY", "at": event["at"]}  # fmt: skip


def told(message: sqlite3.Row) -> dict[str, str]:
    return {"kind": json.loads(message["body"])["kind"]}


def digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def fen(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST:
        raise Problem(422, "field-invalid", f"{name} is a whole number of fen, more than none", field=name)
    return value


def shares(body: dict[str, Any]) -> list[dict[str, Any]]:
    shares = body.get("shares")
    if not isinstance(shares, list) or not 0 < len(shares) <= 50 or not all(isinstance(s, dict) for s in shares):
        raise Problem(422, "field-invalid", "shares is a list of who gets what", field="shares")
    return [
        {"payee": text(s, "payee", most=100), "name": text(s, "name"), "fen": fen(s, "fen")} for s in shares
    ]


def moment(body: dict[str, Any], name: str) -> str:
    try:
        moment = datetime.fromisoformat(text(body, name, most=40))
        return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
    except ValueError as wrong:
        raise Problem(422, "field-invalid", f"{name} is a moment (ISO 8601)", field=name) from wrong


def yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
