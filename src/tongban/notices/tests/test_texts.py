"""Texts on their way: sent once, not when they are of no use any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongban.files.models import Key
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


def test_texts_are_gone_with_their_keys_a_day_after_they_were_sent(carrier):
    sent, waits = (notices.text(mobile=MOBILE, words="您的事项已办结", now=NOW) for _ in range(2))
    code = notices.text(mobile=MOBILE, words="验证码", now=NOW, until=NOW + timedelta(minutes=5))
    notices.send(text=str(sent.id), now=NOW)
    assert notices.forget(now=NOW + timedelta(minutes=4)) == 0
    assert notices.forget(now=NOW + timedelta(hours=1)) == 1 and not Text.objects.filter(pk=code.pk).exists()
    assert notices.forget(now=NOW + timedelta(days=1)) == 1
    assert list(Text.objects.all()) == [waits], "what still waits is sent when the carrier is back"
    assert notices.forget(now=NOW + timedelta(days=14)) == 1
    assert set(Key.objects.filter(pk__in=[t.key_id for t in (sent, waits, code)]).values_list("wrapped")) == {(None,)}
    notices.send(text=str(waits.id), now=NOW + timedelta(days=15))
    assert not carrier[1:], "a job that comes later finds nothing to do"


def test_however_many_there_are_all_are_forgotten(carrier, monkeypatch):
    monkeypatch.setattr(notices, "BATCH", 2)
    for _ in range(5):
        notices.text(mobile=MOBILE, words="您的事项已办结", now=NOW)
    assert notices.forget(now=NOW + timedelta(days=20)) == 5 and not Text.objects.exists()
