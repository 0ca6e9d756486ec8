"""Pages: what is printed, how it is signed, and what poppler says of it."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tongban.certificates import letters, pdf, pki, seal
from tongban.certificates.press import MissingGlyph
from tongban.certificates.tests import samples

HOSTILE = "#a $x$ *b* \\c @d <e> \"f\" 'g' _h_ `i` //j {k} --- 𠮷䶮·龘"


def page(type: str, *, long_term: bool = True, demo: bool = True, **changed: object) -> bytes:
    signer, payload = samples.signer(long_term=long_term, demo=demo), samples.payload(type, **changed)
    payload["demo"] = demo
    token = signer.sign_data(payload)
    return pdf.certificate(samples.press(), signer, samples.load(type), payload, token, place="杭州市")


def text_of(content: bytes) -> str:
    """All text with white space taken out: lines break where they will."""
    return "".join("".join(one.extract_text() for one in PdfReader(BytesIO(content)).pages).split())


def roots(demo: bool = True) -> list:
    return samples.signer(demo=demo).chain[-1:]


@pytest.mark.parametrize("type", samples.TYPES)
def test_every_type_prints_what_it_certifies_and_is_validly_signed(type):
    content = page(type)
    text = text_of(content)
    for key, value in samples.CONTENT[type].items():
        kind = samples.load(type).field(key).kind
        if kind in ("text", "paragraph"):
            assert "".join(value.split()) in text
    assert "演示样张" in text
    verdict = seal.verify_pdf(content, roots())
    assert (verdict.valid, verdict.demo) == (True, True), verdict.reason


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not installed")
@pytest.mark.parametrize("long_term", [True, False])
def test_poppler_calls_the_signature_valid(tmp_path: Path, long_term):
    path = tmp_path / "licence.pdf"
    path.write_bytes(page("business-licence", long_term=long_term))
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said


def test_a_long_term_signature_carries_its_revocation_list_and_a_short_one_does_not():
    assert b"/DSS" in page("business-licence") and b"/CRLs" in page("business-licence")
    assert b"/DSS" not in page("business-licence", long_term=False)


def test_a_revocation_list_that_has_ended_gives_a_plain_signature_instead_of_none():
    until = samples.NOW.replace(year=samples.NOW.year + 3)
    assert samples.signer().long_term(samples.NOW) and not samples.signer().long_term(until)


def test_what_a_person_wrote_is_printed_as_written_and_never_read_as_markup():
    text = text_of(page("business-licence", name=HOSTILE))
    assert "".join(HOSTILE.split()) in text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text("#$*\\@<>[]{}()_`~'\"/=+-&%^|!?;:.,0aZé张𠮷䶮·", min_size=1, max_size=40).filter(str.strip))
def test_any_mixture_of_markup_characters_prints_as_itself(name):
    text = text_of(page("business-licence", long_term=False, name=f"甲{name}乙"))
    assert "".join(f"甲{name}乙".split()) in unicodedata.normalize("NFC", text)


def test_a_long_business_scope_goes_on_on_the_next_page_without_losing_a_word():
    scope = "".join(f"第{number}项经营活动；" for number in range(400))
    content = page("business-licence", scope=scope)
    pages = PdfReader(BytesIO(content)).pages
    text = text_of(content)
    assert len(pages) >= 2
    assert all(f"第{number}项经营活动" in text for number in (0, 1, 57, 58, 123, 399))
    assert "营业执照（续页）" in "".join(pages[1].extract_text().split())
    assert seal.verify_pdf(content, roots()).valid


def test_a_character_that_no_font_has_is_named_and_nothing_is_printed():
    with pytest.raises(MissingGlyph) as no:
        page("business-licence", name="演示\U0002a6d6公司")
    assert "U+2A6D6" in no.value.brief.zh


def test_the_signed_data_travels_inside_the_page():
    attached = PdfReader(BytesIO(page("business-licence"))).attachments
    verdict = seal.verify_data(attached["certificate.jws"][0], roots(), at=samples.NOW)
    assert verdict.payload["fields"]["scope"] == samples.SCOPE
    assert "certificate.json" in attached


def test_the_page_is_pdf_a_3b():
    assert b'pdfaid:part="3"' in page("business-licence") or b"<pdfaid:part>3</pdfaid:part>" in page("business-licence")


def test_a_changed_byte_or_a_page_signed_by_another_root_is_not_valid():
    content = page("business-licence")
    at = content.index(b"stream") + 40
    changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    assert not seal.verify_pdf(changed, roots()).valid
    stranger = pki.create("别的市", demo=True, now=samples.NOW)
    other = seal.Signer(stranger["document.key.pem"], [stranger[f"document.chain.{n}.pem"] for n in (0, 1)])
    assert not seal.verify_pdf(content, other.chain[-1:]).valid


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 1000, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>"])
def test_what_is_no_pdf_is_judged_not_signed(content):
    assert not seal.verify_pdf(content, roots()).valid


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_page_damaged_anywhere_in_what_is_signed_is_never_valid_and_never_a_crash(data):
    signed = bytearray(_SIGNED)
    for at in data.draw(st.lists(st.integers(0, len(signed) // 2), min_size=1, max_size=5, unique=True)):
        signed[at] ^= 1 << data.draw(st.integers(0, 7))
    assert not seal.verify_pdf(bytes(signed), roots()).valid


def test_production_pages_carry_no_drawn_seal_and_no_word_of_demonstration():
    text = text_of(page("business-licence", demo=False, name="杭州软件有限公司", address="某路", representative="某甲"))
    assert "演示样张" not in text and "DEMO" not in text


VALUES = {
    "item": "临时占用道路许可", "applied_on": "2026年11月20日", "case_number": "C-20261120-000012",
    "days": "5", "due_on": "2026年12月18日", "missing": ["平面位置图", "承诺书"], "until": "2026年12月4日",
    "reasons": ["未留出行人通道。<b>#x</b>"], "review_body": "杭州市人民政府", "court": "有管辖权的人民法院",
    "next_step": "调整后可以重新申请。", "granted": "占用24平方米", "certificate": "临时占用道路许可证",
    "basis": "《演示法》第一条",
}  # fmt: skip
KINDS = letters.kinds(samples.SERVICES / "letters")


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_says_what_the_law_wants_and_is_signed(kind):
    sort = letters.load(samples.SERVICES / "letters", kind)
    head = pdf.Letterhead(
        issuer="杭州市演示局", addressee="演示甲", number="杭演〔2026〕1号", case="C-1", at=samples.NOW,
        address="http://127.0.0.1/verify/A", demo=True,
    )  # fmt: skip
    content = pdf.letter(samples.press(), samples.signer(), sort, letters.write(sort, VALUES), head, place="杭州市")
    text = text_of(content)
    assert sort.name.zh in text and "杭州市演示局" in text
    assert seal.verify_pdf(content, roots()).valid
    if "review_body" in sort.needs:
        assert "六十日内向杭州市人民政府申请行政复议" in text and "六个月内" in text and "<b>#x</b>" in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_without_what_it_needs_is_refused_by_name(kind):
    sort = letters.load(samples.SERVICES / "letters", kind)
    for needed in sort.needs:
        with pytest.raises(Exception, match="letter_lacks") as no:
            letters.write(sort, {**VALUES, needed: ""})
        assert no.value.field == needed
        brief = no.value.brief
        assert brief.zh.startswith("请写明") and needed not in brief.zh and "_" not in brief.en, "in words, not by a name"


def test_a_value_with_braces_is_filled_in_once():
    sort = letters.load(samples.SERVICES / "letters", "acceptance")
    text = letters.write(sort, {**VALUES, "item": "{court} {0} {item.__class__}"})
    assert "{court} {0} {item.__class__}" in text[0].text.zh


_SIGNED = page("business-licence")
