"""Whatever somebody types or sends: an answer in words, the form as typed, nothing kept that cannot stand."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tongban.portal.tests.conftest import (
    ALLOWANCE,
    CITY,
    FIRM,
    ROAD,
    begin,
    fill,
    firm_answers,
    question_of,
    sign_all,
    version_of,
)  # fmt: skip
from tongban.portal.views import cases

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>'; DROP TABLE cases_case; --"
SHOWN = "&lt;script&gt;"


@pytest.fixture
def founding(enter):
    founder = enter("founder")
    return founder, begin(founder, FIRM)


@pytest.mark.parametrize("mobile", ["", "12", "23800000000", "1380000000a", HOSTILE, "1" * 10_000, "١٣٨٠٠٠٠٠٠٠٠"])
def test_a_mobile_that_is_none_is_refused_in_words(visitor, mobile):
    page = visitor.send("/sign-in", {"mobile": mobile})
    assert visitor.last.status_code == 422 and visitor.at == "/sign-in"
    assert 'href="#f-mobile"' in page and "<script>alert" not in page


def test_a_wrong_code_is_refused_and_five_wrong_ones_end_it(visitor):
    visitor.send("/sign-in", {"mobile": "13900000009"})
    right = re.findall(r"验证码 (\d{6})", visitor.open("/demo/outbox"))[0]
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        visitor.send("/sign-in/code", {"code": wrong})
        assert visitor.last.status_code == 422
    visitor.send("/sign-in/code", {"code": right})
    assert visitor.last.status_code == 422


def test_the_code_page_without_a_mobile_begins_at_the_beginning(visitor):
    visitor.open("/sign-in/code")
    assert visitor.at == "/sign-in"


@pytest.mark.parametrize("number", ["330106199001150353", "", "12", HOSTILE, "33010619900115035X"])
def test_an_id_number_that_does_not_match_is_refused_alike(enter, number):
    fresh = enter("resident", level=0)
    page = fresh.send("/prove", {"name": "某某", "id_number": number})
    assert fresh.last.status_code == 422 and "<script>alert" not in page


def test_a_name_that_does_not_match_its_number_is_refused(enter, people):
    fresh = enter("resident", level=0)
    page = fresh.send("/prove", {"name": "别的人", "id_number": people["resident"]["id_number"]})
    assert fresh.last.status_code == 422 and "人口库" in page


def test_an_identity_that_is_bound_already_opens_a_check_and_changes_nothing(enter, people):
    enter("founder")
    thief = enter("resident", level=0)
    who = people["founder"]
    page = thief.send("/prove", {"name": who["name"], "id_number": who["id_number"]})
    assert thief.last.status_code == 409 and "已绑定" in page
    thief.open("/cases")
    assert thief.at == "/prove"


@pytest.mark.parametrize("capital", ["0", "-1", "1" + "0" * 30, "1e5", "abc", "", "1.001", HOSTILE, "٥", "NaN"])
def test_a_capital_that_cannot_be_is_refused_with_the_form_as_typed(founding, capital):
    founder, draft = founding
    page = founder.send(f"{draft}/q/capital", {"value": capital})
    assert founder.last.status_code == 422
    assert 'href="#f-value"' in page and "<script>alert" not in page
    assert "待填" in founder.open(draft)


def test_html_and_sql_in_every_field_are_text(founding, people):
    founder, draft = founding
    for key in firm_answers(people):
        every = dict.fromkeys(("value", "value.query", "name", "id", "bank", "number", "day", "time"), HOSTILE)
        rows = {f"{name}-{n}": HOSTILE for name in ("type", "name", "id", "amount") for n in (0, 1)}
        founder.send(f"{draft}/q/{key}", {**every, **rows, "find": HOSTILE, "do": "find", "back": HOSTILE})
        assert "<script>alert" not in founder.text, key
        founder.send(f"{draft}/q/{key}", {**every, **rows, "back": HOSTILE, "version": HOSTILE})
        assert founder.last.status_code in (404, 409, 422), key
        assert "<script>alert" not in founder.text, key


def test_a_minor_cannot_be_the_legal_representative(founding, people):
    founder, draft = founding
    fill_until(founder, draft, "legal_representative", firm_answers(people))
    minor = people["minor"]
    page = founder.send(
        f"{draft}/q/legal_representative", {"value": "", "name": minor["name"], "id": minor["id_number"]}
    )
    assert founder.last.status_code == 422 and "18 周岁" in page.replace("\u2009", " ") and "依据" in page


def fill_until(browser, draft, stop, answers):
    browser.open(draft)
    browser.open(re.search(r'href="([^"]+)"[^>]*>继续填写', browser.text)[1])
    while (key := question_of(browser)) and key != stop:
        browser.send(browser.at, {"version": version_of(browser), **answers[key]})


def test_a_question_that_is_not_asked_and_a_draft_of_somebody_else_are_not_found(founding, enter):
    founder, draft = founding
    founder.open(f"{draft}/q/nonsense")
    assert founder.last.status_code == 404
    other = enter("elder")
    for path in ("", "/q/firm_name", "/materials", "/review", "/sign"):
        other.open(draft + path)
        assert other.last.status_code == 404, path
    for path in ("/q/firm_name", "/lock", "/submit", "/unlock", "/renew"):
        other.send(draft + path, {"value": "x"})
        assert other.last.status_code == 404, path


def test_a_case_a_paper_and_a_signature_of_somebody_else_are_not_found(granted, enter):
    elder, number = granted
    paper = re.search(r"/papers/[0-9a-f-]{36}\.pdf", elder.open(f"/cases/{number}"))[0]
    other = enter("founder")
    for path in (
        f"/cases/{number}",
        f"/cases/{number}/receipt",
        paper,
        f"/sign/{uuid4()}",
        "/cases/1",
        f"/cases/{HOSTILE[:20]}",
    ):
        other.open(path.replace("/s", "/s") if path.startswith("/sign") else path)
        assert other.last.status_code == 404, path
    for path in ("withdraw", "keep", "rate", "deliver", "supplement"):
        other.send(f"/cases/{number}/{path}", {"code": "5"})
        assert other.last.status_code == 404, path


def test_an_expired_session_in_the_middle_signs_in_and_finds_the_draft_intact(founding, people, enter):
    founder, draft = founding
    founder.send(f"{draft}/q/firm_name", firm_answers(people)["firm_name"])
    founder.cookies.clear()
    founder.send(f"{draft}/q/capital", {"value": "100"})
    assert founder.at == "/sign-in" and "capital" in founder.last.request["QUERY_STRING"]
    again = enter("founder")
    again.open(f"{draft}/q/capital")
    assert again.last.status_code == 200 and "已填" in again.open(draft)


def test_an_address_that_only_takes_forms_leads_to_its_form(founding):
    founder, draft = founding
    for path, page in (("lock", "review"), ("submit", "sign"), ("unlock", "sign")):
        founder.open(f"{draft}/{path}")
        assert founder.at == f"{draft}/{page}"
    founder.open(f"/services/{CITY}/{FIRM}/start")
    assert founder.at == f"/services/{CITY}/{FIRM}"


def test_a_form_without_its_token_is_not_taken(enter):
    elder = enter("elder")
    elder.handler.enforce_csrf_checks = True
    elder.send(f"/services/{CITY}/{ALLOWANCE}/start")
    assert elder.last.status_code == 403 and "过期" in elder.text


def test_nothing_is_locked_while_an_answer_is_missing(founding):
    founder, draft = founding
    page = founder.send(f"{draft}/lock")
    assert founder.last.status_code == 422 and "还不能签名" in page


def test_nothing_is_submitted_before_everybody_has_signed(founding, people):
    founder, draft = founding
    fill(founder, draft, firm_answers(people))
    page = founder.send(f"{draft}/submit")
    assert founder.last.status_code == 422
    founder.send(f"{draft}/lock")
    page = founder.send(f"{draft}/submit")
    assert founder.last.status_code == 422 and "等待签名" in page


def test_a_locked_draft_is_not_changed_from_another_window(founding, people):
    founder, draft = founding
    fill(founder, draft, firm_answers(people))
    founder.send(f"{draft}/lock")
    page = founder.send(f"{draft}/q/capital", {"value": "5"})
    assert founder.last.status_code == 409 and "锁定" in page
    founder.send(f"{draft}/unlock")
    founder.send(f"{draft}/q/capital", {"value": "1000000"})
    assert founder.last.status_code == 200


def test_a_signature_of_other_content_is_not_taken(founding, people):
    founder, draft = founding
    fill(founder, draft, firm_answers(people))
    founder.send(f"{draft}/lock")
    party = re.search(r"/sign/[0-9a-f-]{36}", founder.open("/sign"))[0]
    founder.send(party, {"digest": "0" * 64})
    assert founder.last.status_code == 409
    sign_all(founder)


def test_signing_without_a_fresh_proof_leads_to_the_check(enter, people):
    founder = enter("founder", level=1)
    draft = begin(founder, FIRM)
    fill(founder, draft, firm_answers(people))
    founder.send(f"{draft}/lock")
    party = re.search(r"/sign/[0-9a-f-]{36}", founder.open("/sign"))[0]
    digest = re.search(r'name="digest" value="(\w+)"', founder.open(party))[1]
    founder.send(party, {"digest": digest})
    assert founder.at == "/prove/face" and party in founder.text


FILES = {
    "a program in a PDF": (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        422,
    ),
    "nothing": (b"", 422),
    "HTML": (b"<html><script>alert(1)</script></html>", 422),
    "a zip": (b"PK\x03\x04" + b"\0" * 100, 422),
    "too large": (b"%PDF-1.4" + b"0" * (10 * 1024 * 1024 + 1), 422),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_not_what_it_should_be_is_refused(enter, what):
    resident = enter("resident")
    draft = begin(resident, ROAD)
    page = resident.open(f"{draft}/materials")
    where = re.search(rf'action="({draft}/materials/[\w-]+)"', page)[1]
    content, status = FILES[what]
    page = resident.send(where, {"file": SimpleUploadedFile("<b>x</b>.pdf", content)})
    assert resident.last.status_code == status and "error" in page and "<b>x" not in page
    resident.send(where)
    assert resident.last.status_code == 422, "no file at all"


def test_a_file_is_given_and_taken_back(enter):
    resident = enter("resident")
    draft = begin(resident, ROAD)
    where = re.search(rf'action="({draft}/materials/[\w-]+)"', resident.open(f"{draft}/materials"))[1]
    page = resident.send(where, {"file": SimpleUploadedFile("照片.png", picture())})
    assert "照片.png" in page
    remove = re.search(rf'action="({where}/[0-9a-f-]+)"', page)[1]
    assert "照片.png" not in resident.send(remove)


def picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, format="PNG")
    return out.getvalue()


def test_search_takes_anything(visitor):
    for asked in ("", " ", "%", "'", '"', "\x00", "&|!():*<->", HOSTILE, "开" * 5000, "🀄"):
        visitor.get("/search", {"q": asked})
        visitor.open("/search?city=' OR 1=1", data=None)
        assert visitor.last.status_code == 200


@pytest.mark.parametrize("form", [{"mobile": "1" * 3_000_000}, {f"field-{n}": "x" for n in range(600)}])
def test_a_form_beyond_all_bounds_is_told_so_and_fills_no_log(visitor, form, caplog):
    visitor.send("/sign-in", form)
    assert visitor.last.status_code == 413 and "太长" in visitor.heading
    visitor.open("/search?q=%00")
    assert visitor.last.status_code == 400
    for damaged in (b"mobile=%ff", b"mobile=%ed%a0%80", b"mobile=%00"):
        answer = visitor.post("/sign-in", damaged, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 400, "a character that is none"
    assert not [r for r in caplog.records if r.levelname == "ERROR"]


@pytest.mark.parametrize("path", ["/", "/search?q=a", "/services", "/sign-in", "/verify", "/health", "/nowhere"])
def test_a_head_is_answered_as_the_page_without_its_body(visitor, path):
    page, head = visitor.get(path), visitor.head(path)
    assert head.status_code == page.status_code and not head.content
    assert int(head["Content-Length"]) > 0 and head["Content-Type"] == page["Content-Type"]


def test_a_way_on_never_leads_to_another_host(visitor):
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        page = visitor.get("/sign-in", {"next": target}).content.decode()
        assert "evil.example" not in page.split("<main")[1] and "javascript:" not in page


@pytest.mark.parametrize(
    "path", ["/verify/" + "A" * 5000, "/verify/%00", "/verify/..%2f", "/services/330100/nothing", "/services/999999/x"]
)
def test_addresses_that_lead_nowhere_are_answered_in_words(visitor, path):
    visitor.open(path)
    assert visitor.last.status_code in (400, 404) and visitor.heading


def test_a_supplement_of_too_many_or_too_large_files_is_refused_before_it_is_read(granted, monkeypatch):
    elder, number = granted
    monkeypatch.setattr(cases, "GIVEN_BYTES", 100)
    for files in ([b"x"] * 21, [b"x" * 60] * 2):
        page = elder.send(
            f"/cases/{number}/supplement", {"any": [SimpleUploadedFile("a.png", content) for content in files]}
        )
        assert elder.last.status_code == 422 and "合成一个 PDF" in page
