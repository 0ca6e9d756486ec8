"""One node on disk: its folder with configuration, keys and files. Everything secret is here and not in the database."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

REPOSITORY = Path(__file__).resolve().parents[3]


class Keys:
    """The node's keys, read from its folder when first used."""

    def __init__(self, adcode: str, folder: Path) -> None:
        self.adcode = adcode
        self._folder = folder

    @cached_property
    def kek(self) -> bytes:
        """32 bytes that wrap every data key."""
        return self._bytes("kek")

    @cached_property
    def lookup(self) -> bytes:
        """32 bytes under which identifiers are looked up."""
        return self._bytes("lookup")

    @cached_property
    def django(self) -> str:
        """The secret of sessions and CSRF tokens."""
        return self._bytes("django").hex()

    @cached_property
    def signing(self) -> Any:
        """The Ed25519 key that signs what this node says to others."""
        from tongban.base.cryptography import keys

        return keys.private_from_pem((self._folder / "signing.pem").read_bytes())

    @cached_property
    def document_key(self) -> bytes:
        """PEM of the ECDSA P-256 key that signs documents."""
        return (self._folder / "document.key.pem").read_bytes()

    @cached_property
    def document_chain(self) -> list[bytes]:
        """PEM certificates, the signer's first."""
        return [path.read_bytes() for path in sorted(self._folder.glob("document.chain.*.pem"))]

    @cached_property
    def document_crl(self) -> bytes | None:
        """PEM of the revocation list that goes into signed PDFs; None where there is none (then they are B-B)."""
        path = self._folder / "document.crl.pem"
        return path.read_bytes() if path.exists() else None

    @cached_property
    def timestamp_key(self) -> bytes | None:
        """PEM of the time stamper's key, if the node has one."""
        path = self._folder / "timestamp.key.pem"
        return path.read_bytes() if path.exists() else None

    @cached_property
    def timestamp_chain(self) -> list[bytes]:
        """PEM certificates of the time stamper, its own first."""
        return [path.read_bytes() for path in sorted(self._folder.glob("timestamp.chain.*.pem"))]

    def _bytes(self, name: str) -> bytes:
        return bytes.fromhex((self._folder / f"{name}.hex").read_text().strip())


class Node:
    """What one installation is: adcode, addresses, database, mode. Read from ``<home>/node.json``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        path = home / "node.json"
        self.data: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        self.adcode: str = self.data.get("adcode", "000000")
        self.keys = Keys(self.adcode, home / "keys")

    @property
    def exists(self) -> bool:
        """Whether the node was created."""
        return bool(self.data)

    @property
    def files_host(self) -> str:
        """The host name (with its port) from which uploads are served; a demonstration on 127.0.0.1 uses localhost.
        Empty: this node has one name only."""
        base = urlsplit(self.data.get("base_url", ""))
        twin = f"localhost:{base.port}" if self.data.get("demo") and base.hostname == "127.0.0.1" and base.port else ""
        return str(self.data.get("files_host", twin))

    def write(self, **data: Any) -> None:
        """Keep the configuration, atomically."""
        self.data |= data
        self.home.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.data, indent=2, ensure_ascii=False)
        # It holds the database's password: a new file that only its owner reads, whatever the umask, then in one move.
        descriptor, part = tempfile.mkstemp(dir=self.home, prefix="node.json.")
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        Path(part).replace(self.home / "node.json")
        self.adcode = self.data["adcode"]
        self.keys = Keys(self.adcode, self.home / "keys")

    def secret(self, name: str) -> str:
        """A secret of this node kept in its folder, made when first asked for."""
        path = self.home / "keys" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_hex(32))
        return path.read_text().strip()


def current() -> Node:
    """The node of ``TONGBAN_HOME``; one that does not exist where the variable is unset (checks, migrations)."""
    return Node(Path(os.environ.get("TONGBAN_HOME", REPOSITORY / "var" / "none")))
