"""Where requests may not go: loopback, metadata, rebinding, plain HTTP; and that the address looked up is the one used."""

from __future__ import annotations

import pytest

from tongban.exchange import addresses

PUBLIC = "https://node.example"


def pin(url: str, *found: str, loopback: bool = False) -> addresses.Pinned:
    return addresses.pin(url, loopback=loopback, look=lambda host, port: list(found))


def test_the_address_looked_up_is_the_one_connected_to_and_the_name_is_kept_for_tls():
    pinned = pin(PUBLIC + ":8443/wire/v1/events?a=1", "203.0.113.7")
    assert pinned.url == "https://203.0.113.7:8443/wire/v1/events?a=1"
    assert (pinned.host, pinned.name) == ("node.example:8443", "node.example")
    assert pin(PUBLIC + "/x", "2001:4860::1").url == "https://[2001:4860::1]/x"


def test_the_government_network_s_private_addresses_are_allowed():
    assert pin(PUBLIC, "10.20.0.5").url == "https://10.20.0.5"


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["127.8.8.8"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:169.254.169.254"],
        ["100.100.100.200"],
        ["fd00:ec2::254"],
        ["fe80::1%eth0"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["203.0.113.7", "127.0.0.1"],
        [],
    ],
)
def test_addresses_that_no_peer_may_have_are_blocked_also_behind_another(found):
    with pytest.raises(addresses.Blocked):
        pin(PUBLIC, *found)


@pytest.mark.parametrize(
    "url", ["http://node.example", "ftp://node.example", "file:///etc/passwd", "https://u@node.example", "x"]
)
def test_only_https_origins_are_called(url):
    with pytest.raises(addresses.Blocked):
        pin(url, "203.0.113.7")


def test_loopback_is_for_demo_mode_only():
    assert pin("http://127.0.0.1:8001/x", "127.0.0.1", loopback=True).url == "http://127.0.0.1:8001/x"
    with pytest.raises(addresses.Blocked):
        pin("http://127.0.0.1:8001/x", "127.0.0.1")


def test_a_name_that_has_no_address_is_blocked():
    def nowhere(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(addresses.Blocked):
        addresses.pin(PUBLIC, loopback=False, look=nowhere)
