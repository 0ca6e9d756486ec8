"""A certificate in hand: read, shown live, given as a marked copy, verified by others."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from tongban.certificates import live, queries
from tongban.certificates.models import Certificate, Check, Copy
from tongban.portal.tests.conftest import Browser


@pytest.fixture
def held(granted):
    """The elder with her certificate's address."""
    elder, number = granted
    made = Certificate.objects.get(case_ref=number)
    return elder, made, f"/space/certificates/{made.id}"


def token_of(browser: Browser, address: str) -> str:
    return re.search(r'data-live="[^"]*(/verify/live/\w+)"', browser.open(f"{address}/show"))[1]


def test_a_certificate_is_read_by_its_holder_alone(held, enter):
    elder, made, address = held
    assert made.identifier in elder.open(address) and made.number in elder.text
    stranger = enter("representative")
    for path in (address, f"{address}/show"):
        assert stranger.get(path).status_code == 404


def test_a_live_code_is_checked_by_a_stranger_and_seen_by_the_holder(held, visitor):
    elder, made, address = held
    path = token_of(elder, address)
    assert "有效，正在出示" in visitor.open(path) and made.holder_name in visitor.text and made.number in visitor.text
    assert visitor.last.headers["Cache-Control"] == "no-store"
    assert "扫了您出示的亮证码" in elder.open(address)
    visitor.open(path)
    assert Check.objects.filter(held=str(made.id)).count() == 1, "once a minute"


def test_a_live_code_ends_after_a_minute_and_is_believed_only_as_made(held):
    _, made, _ = held
    now = timezone.now()
    shown = live.show(made.id, now=now)
    assert live.read(shown.token, now=now + timedelta(seconds=59))[0] == str(made.id)
    other = ("A" if shown.token[5] != "A" else "B").join((shown.token[:5], shown.token[6:]))
    for token, at in [
        (shown.token, now + timedelta(seconds=62)),
        (other, now),
        (shown.token[:-2], now),
        ("", now),
        ("!" * 53, now),
        ("A" * 500, now),
    ]:
        with pytest.raises(live.NotLive):
            live.read(token, now=at)


def test_a_code_that_is_over_says_what_to_do(held, visitor):
    _, made, _ = held
    old = live.show(made.id, now=timezone.now() - timedelta(minutes=5))
    visitor.open(f"/verify/live/{old.token}")
    assert visitor.last.status_code == 410 and "刷新后再扫" in visitor.text


def test_htmx_is_given_the_code_alone(held):
    elder, _, address = held
    part = elder.get(f"{address}/show", headers={"HX-Request": "true"}).content.decode()
    assert "data-live" in part and "<html" not in part


def test_a_certificate_that_has_ended_is_said_so_when_shown(held, visitor):
    from tongban.base.actors import SYSTEM
    from tongban.certificates import actions

    elder, made, address = held
    path = token_of(elder, address)
    actions.change_status(certificate=made, to="07", why="演示", by=SYSTEM, now=timezone.now())
    assert "已不在有效状态" in visitor.open(path)


def copy(elder: Browser, address: str, **form: str) -> None:
    elder.send(f"{address}/copies", {"purpose": "办理租房合同", "days": "7", **form})


def test_a_copy_says_on_every_page_what_it_is_for_and_is_signed(held, visitor):
    elder, _made, address = held
    copy(elder, address)
    row = Copy.objects.get()
    content = elder.get(f"{address}/copies/{row.id}.pdf").content
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert all("办理租房合同" in re.sub(r"\s", "", text) for text in pages)
    verdict = queries.verify_pdf(content)
    assert verdict.signed and verdict.intact and verdict.trusted
    said = visitor.open(f"/verify/{row.code}")
    assert "副本可用" in said and "办理租房合同" in said and row.pdf.sha256 in said and "证照本身有效" in said
    assert "查验了您给出的副本" in elder.open(address)


@pytest.mark.parametrize(
    "form", [{"purpose": ""}, {"purpose": "x" * 41}, {"days": "3650"}, {"days": "-7"}, {"days": "x"}]
)
def test_a_copy_for_nothing_or_for_ever_is_refused_with_the_form_as_typed(held, form):
    elder, _, address = held
    copy(elder, address, **form)
    assert elder.last.status_code == 422 and not Copy.objects.exists()


def test_a_copy_that_was_ended_or_is_over_is_good_no_more(held, visitor):
    elder, _, address = held
    copy(elder, address)
    row = Copy.objects.get()
    elder.send(f"{address}/copies/{row.id}/end")
    assert "持有人已停用" in visitor.open(f"/verify/{row.code}")
    Copy.objects.update(ended_at=None, until_on=timezone.now().date() - timedelta(days=2))
    assert "已过有效期" in visitor.open(f"/verify/{row.code}")


def test_nobody_has_the_copy_of_somebody_else(held, enter):
    elder, _, address = held
    copy(elder, address)
    row = Copy.objects.get()
    stranger = enter("representative")
    assert stranger.get(f"{address}/copies/{row.id}.pdf").status_code == 404
    stranger.send(f"{address}/copies/{row.id}/end")
    assert stranger.last.status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None


def test_who_checks_by_the_code_is_noted(held, visitor):
    elder, made, address = held
    visitor.open(f"/verify/{made.code}")
    assert "用证照上的核验码查验" in elder.open(address)
