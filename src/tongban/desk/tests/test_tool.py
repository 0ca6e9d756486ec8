"""The desk as a tool, in a client without script: narrowing, bulk, letters read first, pages for those who supervise."""

import io
import re

import pytest
from PIL import Image
from pypdf import PdfWriter

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.cases.models import Case, Material
from tongban.desk.tests.test_pages import *  # noqa: F403
from tongban.files import actions as files
from tongban.files import drawing
from tongban.journeys.tests.test_licence import ITEM

pytestmark = pytest.mark.django_db
WHY = {"reasons": "申请事项不属于本机关职权", "cites": "《中华人民共和国行政许可法》第三十二条第一款第二项"}


@pytest.fixture
def number(submitted):
    return submitted[1]


def text(answer):
    return answer.content.decode()


def test_the_queue_is_narrowed_by_its_address(number, desk):
    window = desk("hz-window-1")
    for address, there in (
        ("", True),
        ("?whose=free", True),
        ("?whose=mine", False),
        ("?whose=nonsense&kind=nonsense&due=nonsense&page=-1", True),
        ("?due=late", False),
        (f"?q={number[-9:]}", True),
        ("?q=%25", False),
        ("?page=999999999999", True),
        ("?page=99", True),
    ):
        answer = window.get(f"/desk/{address}")
        assert answer.status_code == 200
        assert (number[-11:] in text(answer)) is there, address


def test_a_whole_number_opens_the_case_and_a_part_of_one_is_looked_for(number, desk):
    window = desk("hz-window-1")
    assert window.get("/desk/find", {"number": number}).headers["location"] == f"/desk/cases/{number}"
    part = window.get("/desk/find", {"number": number[-8:]}).headers["location"]
    assert number[-11:] in text(window.get(part))
    for odd in ("../../x", "a/b?c#d", " "):
        assert window.get("/desk/find", {"number": odd}).headers["location"].startswith("/desk/")


def test_a_refusal_is_read_before_it_is_signed(number, desk):
    window = desk("hz-window-1")
    read = window.post(f"/desk/cases/{number}/not-accept", WHY)
    assert read.status_code == 200 and "核对后再出具" in text(read) and "六十日内" in text(read)
    assert Case.objects.get(number=number).status == "submitted"
    for lacking in ({"reasons": ""}, {**WHY, "cites": " "}):
        assert window.post(f"/desk/cases/{number}/not-accept", lacking).status_code == 422
    done = window.post(f"/desk/cases/{number}/not-accept", {**WHY, "confirmed": "yes", "then": "next"})
    assert done.status_code == 302 and done.headers["location"].startswith("/desk/?done=not-accept")
    assert Case.objects.get(number=number).status == "closed"
    assert "不予受理决定书" in text(window.get(done.headers["location"]))


def test_a_letter_of_a_case_that_is_no_ones_business_is_not_read(number, desk):
    other = desk("hz-civil-1")
    assert other.post(f"/desk/cases/{number}/not-accept", WHY).status_code == 403


def test_phrases_are_put_together_without_script(number, desk):
    window = desk("hz-window-1")
    said = {"lines": ["owner-consent"], "phrases": ["owner-consent-missing", "unreadable"], "reasons": "另请附说明"}
    read = window.post(f"/desk/cases/{number}/supplement", {**said, "preview": "1"})
    assert "产权人同意" in text(read) and "不清晰" in text(read) and "另请附说明" in text(read)
    assert window.post(f"/desk/cases/{number}/supplement", said).status_code == 302
    assert Case.objects.get(number=number).status == "supplement"


def test_what_the_law_abolished_and_what_a_record_proves_is_not_offered_to_be_asked_for(number, desk):
    verdicts = dict(Material.objects.filter(case__number=number).values_list("type", "verdict"))
    page = text(desk("hz-window-1").get(f"/desk/cases/{number}"))
    offered = set(re.findall(r'name="lines" value="([^"]+)"', page))
    assert {"cancelled", "verified", "commitment"} <= set(verdicts.values()), "the case has papers of each"
    assert offered == {"form"} | {kind for kind, verdict in verdicts.items() if verdict in ("commitment", "produced", "upload")}
    assert all(f'data-paper="{kind}"' not in page for kind in verdicts if kind not in offered)


@pytest.mark.parametrize("more", [{}, {"preview": "1"}])
def test_what_the_law_abolished_is_refused_before_a_letter_is_shown(number, desk, more):
    gone = Material.objects.filter(case__number=number, verdict="cancelled").first()
    said = {"lines": ["owner-consent", gone.type], "reasons": "请补充", **more}
    no = desk("hz-window-1").post(f"/desk/cases/{number}/supplement", said)
    assert no.status_code == 422 and f"不能要求提交“{gone.title['zh']}”" in text(no)
    assert gone.reason["zh"] in text(no) and "第三十一条" in text(no)
    assert Case.objects.get(number=number).status == "submitted"


@pytest.mark.parametrize(
    ("command", "said", "field", "words"),
    [
        ("supplement", {"lines": ["form"], "preview": "1"}, "reasons", "请写明需要补正的内容"),
        ("supplement", {"reasons": "请补充"}, "lines", "须一次告知需要补正的全部内容"),
        ("not-accept", {"reasons": ""}, "reasons", "请写明理由"),
        ("not-accept", {"reasons": "不属于本机关职权", "cites": ""}, "cites", "须写明依据的条款"),
        ("ask-opinion", {"reasons": "是否同意"}, "office", "请选择征求意见的单位"),
    ],
)
def test_a_refused_command_stays_open_with_what_is_wrong_at_its_field(number, desk, command, said, field, words):
    page = text(desk("hz-window-1").post(f"/desk/cases/{number}/{command}", said))
    assert f'href="#f-{field}"' in page and page.count(f'id="f-{field}"') == 1
    fold = page[: page.index(f'action="/desk/cases/{number}/{command}"')].rpartition('<details class="fold"')[2]
    assert fold.startswith(" open"), "the fold of the command is open, and no other"
    assert page.count('<details class="fold" open') == 1
    told = page[page.index(f'id="f-{field}-error"') :]
    assert words in told[:400] and "：missing" not in page


def test_several_at_once_in_a_client(number, desk):
    window = desk("hz-window-1")
    assert window.post("/desk/bulk", {"do": "accept"}).status_code == 422
    assert window.post("/desk/bulk", {"do": "decide", "pick": f"{number}|x"}).status_code == 404
    pick = [f"{number}|{ITEM}.accept", f"{number}0|{ITEM}.accept"]
    answer = window.post("/desk/bulk", {"do": "accept", "pick": pick})
    assert answer.status_code == 200 and "没有找到这个办件" in text(answer)
    assert Case.objects.get(number=number).status == "accepted"


def test_what_the_registry_says_stands_beside_what_was_declared(number, desk):
    page = text(desk("hz-window-1").get(f"/desk/cases/{number}"))
    assert "申请内容与核验" in page and "没有不一致" in page and "法人库" in page


def test_papers_are_told_to_the_officer_and_not_to_the_applicant(number, desk):
    page = text(desk("hz-window-1").get(f"/desk/cases/{number}"))
    papers = page[page.index('class="papers-in"') :].partition("</ul>")[0]
    assert "您" not in papers and "由申请内容自动生成" in papers
    assert papers.count('data-state="done"') == Material.objects.filter(case__number=number).exclude(verdict="cancelled").count()


def test_pages_of_supervision_are_for_those_who_supervise(desk):
    clerk, boss = desk("hz-window-1"), desk("hz-supervisor")
    for page in ("supervise", "supervise/looks", "supervise/quality"):
        assert clerk.get(f"/desk/{page}").status_code == 403, page
        assert boss.get(f"/desk/{page}").status_code == 200, page
    assert clerk.get("/desk/absences").status_code == 200
    assert "质量抽查" not in text(clerk.get("/desk/"))


def test_bad_input_of_supervision_is_answered(number, desk):
    boss = desk("hz-supervisor")
    assert boss.post("/desk/supervise/looks", {"look": "x", "verdict": "approved"}).status_code == 404
    assert boss.post("/desk/supervise/quality", {"from_on": "x", "until_on": "y"}).status_code == 422
    assert boss.post(f"/desk/supervise/{number}/reassign", {"step": "x", "to": "y"}).status_code == 422
    assert boss.post("/desk/absences", {"end": "x"}).status_code in (404, 422)
    assert boss.post("/desk/absences", {"deputy": "x", "from_on": "2026-01-01"}).status_code == 422
    none = "/desk/supervise/quality/00000000-0000-7000-8000-000000000000"
    assert boss.get(none).status_code == 200
    assert boss.post(none, {"sample": "x", "result": "good"}).status_code in (404, 422)


def a_pdf(pages=2):
    out, writer = io.BytesIO(), PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()


def test_an_upload_is_looked_at_as_a_picture_drawn_anew(number, desk, clock):
    row = Case.objects.select_related("key").get(number=number)
    blob = files.store(
        content=a_pdf(), media_type="application/pdf", name="同意书.pdf", key=row.key, by=SYSTEM, now=clock.now
    )
    given = Material.objects.filter(case=row).first()
    Material.objects.filter(pk=given.pk).update(blob=blob)
    window, at = desk("hz-window-1"), f"/desk/cases/{number}/files/{given.id}"
    assert f"{at}.jpg" in text(window.get(f"/desk/cases/{number}"))
    seen = window.get(f"{at}.jpg")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert "sandbox" in seen.headers["content-security-policy"]
    assert "attachment" in window.get(at).headers["content-disposition"]
    assert desk("hz-civil-1").get(f"{at}.jpg").status_code == 403


def test_pictures_are_drawn_from_pdf_and_image_and_never_from_anything_else():
    drawn = Image.open(io.BytesIO(drawing.picture(a_pdf(7), "application/pdf")))
    assert drawn.format == "JPEG" and drawn.height > 4 * 842, "the first pages one below another"
    wide = io.BytesIO()
    Image.new("RGB", (3000, 100)).save(wide, format="PNG")
    assert Image.open(io.BytesIO(drawing.picture(wide.getvalue(), "image/png"))).width == drawing.WIDTH
    for content, kind in (
        (b"%PDF-1.7 nonsense", "application/pdf"),
        (b"nonsense", "image/png"),
        (b"", "application/pdf"),
    ):
        with pytest.raises(Refusal, match="not_drawn"):
            drawing.picture(content, kind)
