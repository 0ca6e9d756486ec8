"""What was typed is not lost: another language, an ended session, the button back, a lost connection."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.conf import settings
from PIL import Image

from tongban.files import incoming
from tongban.files.models import Incoming, Key
from tongban.journeys import typed
from tongban.portal.tests.conftest import ALLOWANCE, FIRM, begin

pytestmark = pytest.mark.django_db
BANK = {"bank": "演示银行松江支行", "number": "6222"}


def account_page(browser) -> str:
    draft = begin(browser, ALLOWANCE)
    return f"{draft}/q/person_bank_account"


def end_session(browser) -> None:
    session = browser.session
    session["seen"] = 0
    session.save()


def sign_in_again(browser, who) -> None:
    browser.send("/sign-in", {"mobile": who["mobile"]})
    code = re.findall(r"验证码 (\d{6})", browser.open("/demo/outbox"))[0]
    browser.send("/sign-in/code", {"code": code})


def test_a_switch_of_language_keeps_what_was_typed_and_saves_nothing(enter):
    elder = enter("elder")
    page = account_page(elder)
    text = elder.send(page, {**BANK, "do": "lang-en"})
    assert 'lang="en"' in text and BANK["bank"] in text and elder.cookies["lang"].value == "en"
    assert BANK["bank"] not in elder.open(page)


def test_large_letters_keep_what_was_typed(enter):
    elder = enter("elder")
    text = elder.send(account_page(elder), {**BANK, "do": "elder-1"})
    assert "data-elder" in text and BANK["bank"] in text


def test_what_was_typed_outlasts_an_ended_session_and_stands_in_no_address(enter, people):
    elder = enter("elder")
    page = account_page(elder)
    end_session(elder)
    elder.send(page, {**BANK, "version": "1", "do": "save"})
    assert elder.at == "/sign-in" and "6222" not in elder.last.request["QUERY_STRING"]
    sign_in_again(elder, people["elder"])
    text = elder.open(page)
    assert BANK["bank"] in text and "还在" in text
    assert BANK["bank"] not in elder.open(page), "it is shown once, and was not saved"


def test_what_was_typed_lies_sealed_and_its_key_is_destroyed(enter, people):
    elder = enter("elder")
    page = account_page(elder)
    end_session(elder)
    elder.send(page, {**BANK, "do": "save"})
    kept = elder.session[typed.NAME]
    assert BANK["bank"] not in str(dict(elder.session.items()))
    sign_in_again(elder, people["elder"])
    elder.open(page)
    assert Key.objects.get(pk=kept["key"]).erased_at is not None


def test_somebody_else_who_signs_in_does_not_see_it(enter, people):
    elder = enter("elder")
    page = account_page(elder)
    end_session(elder)
    elder.send(page, {**BANK, "do": "save"})
    sign_in_again(elder, people["founder"])
    elder.send("/prove", {"name": people["founder"]["name"], "id_number": people["founder"]["id_number"]})
    text = elder.open(page)
    assert elder.last.status_code == 404 and BANK["bank"] not in text


def test_a_form_that_nobody_could_have_typed_is_not_kept(visitor, enter):
    page = account_page(enter("elder"))
    visitor.send(page, {"bank": "x" * (typed.LARGEST + 1)})
    assert visitor.at == "/sign-in" and typed.NAME not in visitor.session


def test_back_after_submitting_leads_to_the_receipt_from_every_page(granted):
    elder, number = granted
    from tongban.cases.models import Case

    draft = f"/drafts/{Case.objects.get(number=number).draft_id}"
    for page in ("/q/person_bank_account", "/materials", "/review", "/sign"):
        elder.open(draft + page)
        assert elder.at == f"/cases/{number}/receipt", page
        assert elder.last.headers["Cache-Control"] == "no-store"


def test_places_come_while_typing_and_without_htmx_the_question(enter, people):
    founder = enter("founder")
    page = f"{begin(founder, FIRM)}/q/place"
    part = founder.open(f"{page}/places", data={"value.query": "西湖区"}, headers={"HX-Request": "true"})
    assert "<html" not in part and 'type="radio"' in part
    founder.open(f"{page}/places", data={"value.query": "西湖区"})
    assert founder.at == page


# -- files in parts ------------------------------------------------------------------------------------------------------


@pytest.fixture
def paper(enter, people) -> tuple[object, str, str]:
    """Somebody whose draft asks for a paper: the browser, the draft, the material."""
    founder = enter("founder")
    draft = begin(founder, "road-occupation")
    material = re.search(r"/materials/([\w-]+)\"", founder.open(f"{draft}/materials"))[1]  # type: ignore[index]
    return founder, draft, material


def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((900, 700), 90).save(out, "PNG")
    return out.getvalue()


def announce(browser, draft, material, size, **more):
    return browser.post(f"{draft}/materials/{material}/parts", {"name": "图.png"}, headers={"Upload-Length": str(size)}, **more)


def patch(browser, address, offset, data, kind="application/offset+octet-stream"):
    return browser.patch(address, data, content_type=kind, headers={"Upload-Offset": str(offset)})


def test_a_file_comes_in_parts_and_goes_on_where_it_was_cut(paper):
    browser, draft, material = paper
    file = picture()
    half = len(file) // 2
    address = announce(browser, draft, material, len(file)).headers["Location"]
    assert patch(browser, address, 0, file[:half]).headers["Upload-Offset"] == str(half)
    assert browser.head(address).headers["Upload-Offset"] == str(half)
    wrong = patch(browser, address, 7, file[7:20])
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, str(half))
    whole = patch(browser, address, half, file[half:])
    assert (whole.status_code, whole.headers["Upload-Complete"]) == (204, "?1")
    assert "图.png" in browser.open(f"{draft}/materials")
    assert browser.head(address).status_code == 404
    assert not (settings.TONGBAN_HOME / "incoming").exists() or not list((settings.TONGBAN_HOME / "incoming").rglob("*"))


def test_parts_lie_sealed(paper):
    browser, draft, material = paper
    file = b"secret words " * 500
    address = announce(browser, draft, material, len(file) + 1).headers["Location"]
    patch(browser, address, 0, file)
    lying = b"".join(each.read_bytes() for each in (settings.TONGBAN_HOME / "incoming").rglob("*") if each.is_file())
    assert lying and b"secret words" not in lying


def test_a_file_that_is_refused_is_refused_as_by_the_plain_form_and_forgotten(paper):
    browser, draft, material = paper
    address = announce(browser, draft, material, 5).headers["Location"]
    answer = patch(browser, address, 0, b"hello")
    assert answer.status_code == 422 and answer.json()["field"] == "file"
    assert browser.head(address).status_code == 404 and not Incoming.objects.exists()


def test_it_is_its_owners_alone(paper, enter):
    browser, draft, material = paper
    address = announce(browser, draft, material, 5).headers["Location"]
    other = enter("elder")
    assert other.head(address).status_code == 404
    assert patch(other, address, 0, b"hello").status_code == 404
    assert announce(other, draft, material, 5).status_code == 404


@pytest.mark.parametrize("size", ["0", "-1", "x", "", "10485761", "99999999999999", "５"])
def test_a_size_that_is_none_or_too_large_is_refused_before_anything_is_sent(paper, size):
    browser, draft, material = paper
    header = size.encode("latin-1", "replace").decode("latin-1")
    answer = browser.post(f"{draft}/materials/{material}/parts", {"name": "a"}, headers={"Upload-Length": header})
    assert answer.status_code in (400, 422) and not Incoming.objects.exists()


def test_parts_of_another_kind_size_or_length_are_refused(paper):
    browser, draft, material = paper
    address = announce(browser, draft, material, 10).headers["Location"]
    assert patch(browser, address, 0, b"hello", kind="text/plain").status_code == 415
    assert patch(browser, address, 0, b"").status_code in (415, 422)
    assert patch(browser, address, 0, b"x" * 11).status_code == 422
    assert browser.head(address).headers["Upload-Offset"] == "0"


def test_nobody_has_endless_files_on_their_way(paper):
    browser, draft, material = paper
    answers = [announce(browser, draft, material, 5).status_code for _ in range(incoming.OPEN + 1)]
    assert answers == [201] * incoming.OPEN + [429]


def test_what_nobody_went_on_with_is_forgotten_after_a_day(paper):
    from django.utils import timezone

    browser, draft, material = paper
    announce(browser, draft, material, 5)
    now = timezone.now()
    assert incoming.forget_old(now=now) == 0
    assert incoming.forget_old(now=now + incoming.LASTS + timedelta(minutes=1)) == 1
    assert not Incoming.objects.exists()


@pytest.mark.parametrize("name", ["阿卜杜热合曼·阿卜杜瓦依提", "\U00020bb7野家·\U0002a6a5", "王" * 50])
def test_names_of_fifty_characters_dots_and_rare_characters_come_back_as_typed(enter, people, name):
    bride = enter("bride")
    draft = begin(bride, "marriage-registration-booking")
    text = bride.send(f"{draft}/q/other_party", {"name": name, "id": "", "do": "lang-zh"})
    assert name in text
