"""The address that a limit counts is the asker's, and never one that the asker made up."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from tongban.ui import whence

PROXY = "127.0.0.1"


def told(forwarded: str | None) -> str:
    """The address of a request that a proxy handed on with this header."""
    more = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return whence.address(RequestFactory().get("/", REMOTE_ADDR=PROXY, **more))


@pytest.mark.parametrize("forwarded", ["203.0.113.7", "198.51.100.1, 203.0.113.7", "made up,203.0.113.7"])
def test_behind_a_proxy_the_last_hop_counts(settings, forwarded):
    settings.TONGBAN_BEHIND_PROXY = True
    assert told(forwarded) == "203.0.113.7"


def test_one_address_is_written_in_one_way(settings):
    settings.TONGBAN_BEHIND_PROXY = True
    assert told("2001:DB8:0:0::7") == told("2001:db8::7") == "2001:db8::7"


@pytest.mark.parametrize("forwarded", [None, "", "unknown", "203.0.113.7,"])
def test_what_a_proxy_says_nothing_sound_about_comes_from_the_proxy(settings, forwarded):
    settings.TONGBAN_BEHIND_PROXY = True
    assert told(forwarded) == PROXY


def test_without_a_proxy_nobody_believes_the_header(settings):
    settings.TONGBAN_BEHIND_PROXY = False
    assert told("203.0.113.7") == PROXY
