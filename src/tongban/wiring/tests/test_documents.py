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


@pytest.mark.parametrize("path", ["nowhere.pdf", ".", "a\x00b", "\udcff"])
def test_a_document_that_cannot_be_read_is_told_and_is_not_valid(home, tmp_path, capsys, path):
    words = [str(tmp_path / path), "--home", str(home)]
    assert main(["documents", "verify", *words]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["error"], answer["valid"]) == ("document_unreadable", False)
    assert answer["reason"] and answer["reason_zh"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"%PDF-1.7\ntrailer<<>>startxref 9 %%EOF", b"\x00\xff" * 9, b"a.b.c"])
def test_what_is_no_document_is_not_valid(home, tmp_path, capsys, content):
    path = tmp_path / "paper"
    path.write_bytes(content)
    assert main(["documents", "verify", str(path), "--home", str(home)]) == 1
    assert json.loads(capsys.readouterr().out)["valid"] is False


def test_a_root_that_is_none_and_a_folder_without_its_root_key_are_told(home, tmp_path, capsys):
    paper = tmp_path / "paper"
    paper.write_bytes(b"x")
    for root in (paper, tmp_path / "nowhere.pem"):
        assert main(["documents", "verify", str(paper), "--root", str(root)]) == 1
        assert "root certificate" in json.loads(capsys.readouterr().out)["reason"]
    (home / "keys" / "root.key.pem").unlink()
    assert main(["documents", "renew-crl", "--home", str(home)]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "document_unreadable"
