"""Texts on their way: sent once, not when they are of no use any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongban.journeys import enter
from tongban.notices import actions as notices
from tongban.notices import ports
from tongban.notices.models import Text
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db
MOBILE = "13900000001"


@pytest.fixture
def carrier(monkeypatch) -> list[str]:
    """What the carrier was given."""
    sent: list[str] = []

    class Carrier:
        def send(self, *, mobile: str, words: str, id: object) -> str:
            sent.append(words)
            return "reference"

    monkeypatch.setattr(ports, "sms", Carrier)
    return sent


def test_a_code_that_is_over_is_dropped_and_not_sent_hours_later(carrier):
    enter.send_code(mobile=MOBILE, address="203.0.113.7", now=NOW)
    text = Text.objects.select_related("key").get()
    notices.send(text=str(text.id), now=NOW + timedelta(minutes=5))
    assert not carrier and not Text.objects.exists()
    text.key.refresh_from_db()
    assert text.key.wrapped is None, "nobody can read it any more"


def test_a_code_that_is_good_is_sent_once(carrier):
    enter.send_code(mobile=MOBILE, address="203.0.113.7", now=NOW)
    text = Text.objects.get()
    for _ in range(2):
        notices.send(text=str(text.id), now=NOW + timedelta(minutes=4))
    assert len(carrier) == 1 and "验证码" in carrier[0]


def test_what_is_told_of_a_case_is_sent_however_late(carrier):
    text = notices.text(mobile=MOBILE, words="您的事项已办结", now=NOW)
    notices.send(text=str(text.id), now=NOW + timedelta(days=3))
    assert carrier == ["您的事项已办结"]
