"""``tongban documents`` on a node's folder, without a database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from tongban.certificates import pki
from tongban.certificates.seal import Signer
from tongban.wiring.command import main

NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    (tmp_path / "node.json").write_text('{"adcode": "330100", "demo": true}')
    for name, content in pki.create("演示市", demo=True, now=NOW).items():
        (tmp_path / "keys" / name).write_bytes(content)
    return tmp_path


def test_a_data_certificate_of_the_node_is_valid_and_a_changed_one_is_not(home, tmp_path, capsys):
    folder = home / "keys"
    chain = [(folder / f"document.chain.{n}.pem").read_bytes() for n in (0, 1)]
    token = Signer((folder / "document.key.pem").read_bytes(), chain).sign_data({"issued_at": NOW.isoformat()})
    path = tmp_path / "certificate.jws"
    path.write_text(token)
    assert main(["documents", "verify", str(path), "--home", str(home)]) == 0
    assert json.loads(capsys.readouterr().out)["demo"] is True
    path.write_text(token[:-10] + "A" * 10)
    assert main(["documents", "verify", str(path), "--home", str(home)]) == 1
    assert json.loads(capsys.readouterr().out)["valid"] is False


def test_a_revocation_list_is_renewed_in_place(home, capsys):
    path = home / "keys" / "document.crl.pem"
    before = path.read_bytes()
    assert main(["documents", "renew-crl", "--home", str(home)]) == 0
    assert path.read_bytes() != before
    root = x509.load_pem_x509_certificate((home / "keys" / "document.chain.1.pem").read_bytes())
    assert x509.load_pem_x509_crl(path.read_bytes()).is_signature_valid(root.public_key())
