"""Production refuses what belongs to a demonstration; a demonstration stays on loopback."""

from __future__ import annotations

import socket

import pytest

from tongban.registries.models import Division, Person
from tongban.wiring import creation, modes
from tongban.wiring.node import Node

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(tmp_path) -> Node:
    """A production node's folder that nothing is wrong with."""
    node = creation.prepare(tmp_path / "node", adcode="330100", demo=False, port=8000)
    node.write(base_url="https://tongban.example.cn", behind_proxy=True)
    return node


def reasons(node: Node, **where: object) -> str:
    """What production says against the node."""
    with pytest.raises(modes.Refused) as refused:
        modes.require(node, **where)
    return "\n".join(refused.value.reasons)


def test_a_sound_production_node_may_start(production):
    modes.require(production)


def test_production_refuses_demonstration_keys(production, tmp_path):
    demo = creation.prepare(tmp_path / "demo", adcode="330100", demo=True, port=8000)
    demo.write(demo=False, base_url="https://tongban.example.cn")
    assert "demonstration root" in reasons(demo)


def test_production_refuses_demonstration_accounts(production):
    (production.home / "keys" / "demo-accounts.json").write_text("{}")
    assert "demonstration accounts" in reasons(production)


def test_production_refuses_synthetic_people(production):
    Division.objects.create(code="330000", name="浙江省", level="province")
    from tongban.files import vault

    key = vault.new_key()
    Person.objects.create(
        lookup="x",
        sealed_number=b"",
        key=key,
        name="演示",
        sex="female",
        birth="1990-01-01",
        division_id="330000",
        source="synthetic",
        as_of="2026-01-01",
        synthetic=True,
    )
    assert "synthetic people" in reasons(production)


@pytest.mark.parametrize(
    "port",
    [{"url": "https://face.example.cn", "sandbox": True}, {"url": "http://127.0.0.1:8111"}, {"url": "http://[::1]"}],
)
def test_production_refuses_sandbox_ports(production, port):
    production.write(ports={"face": port})
    assert "ports.face" in reasons(production)


def test_production_refuses_debug(production, settings):
    settings.DEBUG = True
    assert "DEBUG" in reasons(production)


def test_production_needs_tls_off_loopback(production):
    assert "TLS" in reasons(production, host="0.0.0.0")
    modes.require(production, host="0.0.0.0", tls=True)
    production.write(base_url="http://tongban.example.cn")
    assert "https://" in reasons(production)


def test_a_port_where_somebody_listens_is_not_shared():
    with socket.socket() as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        there.bind(("127.0.0.1", 0))
        there.listen()
        port = there.getsockname()[1]
        with pytest.raises(modes.Refused) as no:
            modes.require_port("127.0.0.1", port)
        assert str(port) in no.value.reasons[0] and "--port" in no.value.reasons[0]
    modes.require_port("127.0.0.1", port)
    with pytest.raises(modes.Refused):
        modes.require_port("127.0.0.1", 70_000)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "tongban.example.cn", "::"])
def test_a_demonstration_never_leaves_loopback(tmp_path, host):
    demo = creation.prepare(tmp_path / "demo", adcode="330100", demo=True, port=8000)
    assert "loopback" in reasons(demo, host=host)
    for here in ("127.0.0.1", "localhost", "::1"):
        modes.require(demo, host=here)
