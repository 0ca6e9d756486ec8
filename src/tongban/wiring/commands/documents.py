"""``tongban documents verify FILE [--root PEM]``: judge a signed PDF or a data certificate (JWS) without a network.

Prints one JSON object with ``valid`` and exits 0 or 1; what cannot be read is ``{"error": "document_unreadable", ...}`` and
1. Without ``--root`` the root is this node's own.

``tongban documents renew-crl``: a fresh revocation list for the node's signed PDFs, with the root key in the node's
folder. Do it once a year: when the list has ended, PDFs are signed without long-term data (B-B instead of B-LT).
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.certificates import pki, seal
from tongban.wiring import ready, said

NAME = "documents"
HELP = "verify a signed document; renew the revocation list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``verify FILE [--root PEM]`` or ``renew-crl``; both with ``--home DIR``."""
    words = parser.add_subparsers(dest="what", required=True)
    verify = words.add_parser("verify")
    verify.add_argument("file", type=Path)
    verify.add_argument("--root", type=Path, help="PEM of the root to trust; by default this node's own")
    for word in (verify, words.add_parser("renew-crl")):
        ready.add_home(word)


def run(args: argparse.Namespace) -> int:
    """0 valid or renewed, 1 not."""
    now = datetime.now(SHANGHAI)
    try:
        if args.what == "renew-crl":
            return _renew(ready.find(args.home).home / "keys", now)
        root = _root(args)
        found = _judge(_read(args.file), root, now)
    except Unreadable as no:
        return said.refused(no, valid=False)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0 if found["valid"] else 1


class Unreadable(Refusal):
    """A file that is not there, may not be read, or is not what it should be: ``what`` it should be, and its path."""

    def __init__(self, what: Words, path: Path) -> None:
        super().__init__(
            "document_unreadable",
            Words(zh="无法读取{what}：{path}", en="The {what} cannot be read: {path}").format(what=what, path=ascii(str(path))),
        )


_FILE = Words(zh="文件", en="file")
_ROOT = Words(zh="根证书", en="root certificate")
_KEY = Words(zh="根密钥", en="root key")


def _read(path: Path, what: Words = _FILE) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as no:  # ValueError: a NUL in the path
        raise Unreadable(what, path) from no


def _root(args: argparse.Namespace) -> x509.Certificate:
    """The root to trust: the one that is named, else this node's own."""
    if args.root:
        return _certificate(args.root)
    return x509.load_pem_x509_certificate(ready.find(args.home).keys.document_chain[-1])


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_read(path, _ROOT))
    except ValueError as no:
        raise Unreadable(_ROOT, path) from no


def _judge(content: bytes, root: x509.Certificate, now: datetime) -> dict[str, Any]:
    if content.startswith(b"%PDF"):
        verdict = seal.verify_pdf(content, [root])
        return {"valid": verdict.valid, **msgspec.to_builtins(verdict)}
    found: dict[str, Any] = msgspec.to_builtins(seal.verify_data(content, [root], at=now))
    return found


def _renew(folder: Path, now: datetime) -> int:
    root = _certificate(folder / "document.chain.1.pem")
    key = load_pem_private_key(_read(folder / "root.key.pem", _KEY), None)
    part = folder / "document.crl.pem.part"
    part.write_bytes(pki.revocation_list(root, key, now=now))  # type: ignore[arg-type]
    kept = part.replace(folder / "document.crl.pem")
    until = x509.load_pem_x509_crl(kept.read_bytes()).next_update_utc
    print(json.dumps({"renewed": True, "until": until.isoformat() if until else None}))
    return 0
