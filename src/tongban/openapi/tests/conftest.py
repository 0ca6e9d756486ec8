"""What the machines' door shares: a poster of signed requests, and a firm's case on its way."""

import pytest
from django.test import Client
from django.utils import timezone

from tongban.journeys.tests import peers
from tongban.journeys.tests.conftest import clock, officer, persona, work  # noqa: F401
from tongban.journeys.tests.test_licence import filled, submitted  # noqa: F401


@pytest.fixture
def post(society, db):
    """Posts a signed request of a peer; gives the answer with its JSON read."""
    now = timezone.now()
    peers.agree(now)
    peers.trust_partners(now)

    def send(path, body, *, again=None, **signed):
        made = again or peers.asked(path, body, now=timezone.now(), **signed)
        send.last = made
        return Client().post(**made)

    return send
