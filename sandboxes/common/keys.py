"""A party's own key, and the keys of those it trusts (RFC 7517, RFC 7638, RFC 8037)."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey


@dataclass(frozen=True)
class Keys:
    """An Ed25519 key pair; `keyid` is the RFC 7638 thumbprint of its public JWK."""

    okp: OKPKey
    keyid: str

    @property
    def private(self) -> Ed25519PrivateKey:
        return self.okp.private_key

    @property
    def public_jwk(self) -> dict[str, Any]:
        return {**self.okp.as_dict(private=False), "kid": self.keyid, "alg": "EdDSA", "use": "sig"}

    @classmethod
    def new(cls) -> "Keys":
        okp = OKPKey.generate_key("Ed25519")
        return cls(okp, okp.thumbprint())

    @classmethod
    def in_home(cls, home: Path) -> "Keys":
        """Reads `private.jwk` of the folder, or makes one (mode 0600); `public.jwk` beside it is for the others."""
        secret = home / "private.jwk"
        if not secret.exists():
            write_secret(secret, json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)))
        okp = OKPKey.import_key(json.loads(secret.read_text()))
        keys = cls(okp, okp.thumbprint())
        (home / "public.jwk").write_text(json.dumps(keys.public_jwk, indent=1) + "\n")
        return keys


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only its owner reads, never half of it."""
    half = path.with_suffix(".half")
    half.touch(mode=0o600)
    half.write_text(text)
    half.replace(path)


def token_in_home(home: Path) -> str:
    """The control token of a party: made at first start, in `control.token` (mode 0600)."""
    path = home / "control.token"
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(32))
    return path.read_text().strip()


def origin(url: str) -> tuple[str, str]:
    """Scheme and authority of a URL, in lower case; raises ValueError unless it is http(s), has a host, no user."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an http address")
    return parts.scheme, parts.netloc.lower()


@dataclass(frozen=True)
class Peer:
    """Who may call: its id, its base address, the name it knows us by, its pages' other origins, its public key."""

    id: str
    url: str
    us: str
    pages: tuple[str, ...]
    keyid: str
    public: Ed25519PublicKey

    def owns(self, url: str) -> bool:
        """True if the address is at this peer's own origin: nothing is ever sent or redirected elsewhere."""
        try:
            return origin(url) in {origin(own) for own in (self.url, *self.pages)}
        except ValueError:
            return False


def _peer(entry: dict[str, Any]) -> Peer:
    jwk = entry["jwk"]
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519" or "d" in jwk:
        raise ValueError(f"party {entry['id']!r} needs a public Ed25519 JWK")
    okp = OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x")})
    return Peer(
        entry["id"],
        entry["url"].rstrip("/"),
        entry.get("us", ""),
        tuple(entry.get("pages", ())),
        okp.thumbprint(),
        okp.public_key,
    )


class Trust:
    """The trust file, read again whenever it changes. Absent means: nobody is trusted yet.

    Shape: {"parties": [{"id": "330100", "url": "http://127.0.0.1:8102", "jwk": {...}, "us"?: "330100:tax",
    "pages"?: ["http://localhost:8102"]}]}; an id may appear twice with two keys while it rotates them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._peers: tuple[Peer, ...] = ()

    def peers(self) -> tuple[Peer, ...]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return ()
        mark = (stat.st_mtime_ns, stat.st_size)
        if mark != self._read_at:
            self._peers = self._read() or self._peers
            self._read_at = mark
        return self._peers

    def _read(self) -> tuple[Peer, ...] | None:
        try:
            return tuple(_peer(entry) for entry in json.loads(self._path.read_text())["parties"])
        except (KeyError, ValueError, TypeError) as fault:  # a half-written file must not empty the list
            print(f"trust file not taken: {fault}", flush=True)
            return None

    def by_key(self, keyid: str) -> Peer | None:
        return next((peer for peer in self.peers() if peer.keyid == keyid), None)

    def by_id(self, party: str) -> Peer | None:
        return next((peer for peer in self.peers() if peer.id == party), None)
