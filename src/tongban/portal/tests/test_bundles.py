"""One thing, done once: what a visitor reads of a bundle, what a resident is told with their own data, and what was saved."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.cases.models import Draft
from tongban.catalog import actions as catalog
from tongban.catalog import bundles as offered
from tongban.engine import bundles as engine
from tongban.engine import items
from tongban.engine.tests.services import words
from tongban.engine.ways import Lead
from tongban.journeys import bundles, facts
from tongban.journeys.tests.together import made
from tongban.portal import bundles as presented
from tongban.portal.tests.conftest import CITY
from tongban.ui.doors import VISITOR

pytestmark = pytest.mark.django_db
HOME, CHILD = f"/bundles/{CITY}/second-hand-home", f"/bundles/{CITY}/newborn"


def plain(html: str) -> str:
    """The words of a page."""
    return re.sub(r"(?:<[^>]+>|\s)+", " ", html)


def kept(name: str, html: str) -> None:
    """The page as a file, where somebody wants to see it (``TONGBAN_PAGES`` names the folder)."""
    if folder := os.environ.get("TONGBAN_PAGES"):
        Path(folder, f"{name}.html").write_text(html, "utf-8")


def test_a_visitor_reads_how_nineteen_papers_fall_away(visitor):
    page = visitor.open(f"{HOME}?utilities=none&loan=no")
    kept("home", page)
    text = plain(page)
    assert "要交的材料：0 份 分开办要交 19 份" in text
    pile = re.findall(r'class="leaf" data-kind="(\w+)"', page.partition('class="pile"')[2].partition("</div>")[0])
    assert len(pile) == 19 and pile.count("shared") == 7 and pile.count("cancelled") == 3 and "upload" not in pile
    assert "夫妻买下一套住房" in text, "it says of which example that is"
    assert "41 个自然日 → 5 个工作日" in text and "长三角智慧政务调研" in text
    assert "契税 30,000 元" in text and "不动产登记费 80 元" in text and "合计，一次缴清 30,080 元" in text
    kept("home-en", visitor.open(f"{HOME}?utilities=all&loan=yes", HTTP_ACCEPT_LANGUAGE="en"))


def test_answers_change_what_is_done_and_an_odd_one_does_not_count(visitor):
    def stations(query: str) -> list[str]:
        drawn = visitor.open(HOME + query).partition('class="line-grid"')[2].partition("</ol>")[0]
        return re.findall(r'<li class="station".*?<p class="name">(.*?)</p>', drawn, re.S)

    everything, bare = stations("?utilities=all&loan=no"), stations("?utilities=none&loan=no")
    assert "燃气过户" in everything and "燃气过户" not in bare
    assert stations("?utilities=<script>&loan=no") == everything, "the first option stands for what was not answered"
    assert "<script>alert" not in visitor.open(f"{HOME}?utilities=<script>alert(1)</script>")


def test_a_parent_is_told_with_their_own_data(enter):
    mother = enter("founder", level=1)
    page = mother.open(f"{CHILD}?maternity_insured=none&card=yes")
    kept("child", page)
    assert "已用您名下的登记信息核对" in plain(page)
    assert f'action="{CHILD}/start"' in page and 'name="pick.card" value="yes"' in page


def test_a_stranger_is_sent_to_sign_in_and_comes_back_with_the_answers(visitor):
    page = visitor.open(f"{CHILD}?maternity_insured=none&card=no")
    assert "/sign-in?next=" in page and "card%3Dno" in page
    visitor.send(f"{CHILD}/start", {"pick.card": "no"})
    assert visitor.last.status_code == 403 and not Draft.objects.exists()
    assert visitor.open(f"{CHILD}/start") and visitor.at == CHILD


def test_bundles_are_listed_searched_and_named_by_occasions_and_guides(visitor):
    page = visitor.open("/bundles")
    kept("list", page)
    assert HOME in page and CHILD in page
    assert HOME in visitor.open("/search?q=买二手房"), "found in people's own words"
    kept("search", visitor.text)
    assert HOME not in visitor.open("/search?q=买二手房&audience=firm"), "narrowed to services, they alone are left"
    assert HOME in visitor.open("/life/home?how=second-hand")
    assert CHILD in visitor.open("/life/birth")
    assert HOME in visitor.open(f"/services/{CITY}/house-transfer")
    assert "/bundles" in visitor.open("/")


def test_a_bundle_that_there_is_not_is_refused_in_words(visitor):
    page = visitor.open(f"/bundles/{CITY}/nothing")
    assert visitor.last.status_code == 404 and "没有这件事" in page
    assert visitor.open("/bundles/999999/newborn") and visitor.last.status_code == 404


def offered_loop() -> None:
    """A bundle of two items that wait for each other, as a hurried city might publish one."""
    now, why = timezone.now(), words("演示")
    for each in (made("loop-a", "health", needs=("loop-b",)), made("loop-b", "health", needs=("loop-a",))):
        catalog.publish(city=CITY, body=items.body(each), effective_on=now.date(), by=SYSTEM, now=now)
    members = (Lead(item="loop-a", why=why), Lead(item="loop-b", why=why))
    loop = engine.Bundle(code="loop", title=why, summary=why, audience="person", office="health", members=members)
    offered.publish(city=CITY, body=engine.body(loop), by=SYSTEM, now=now)


def test_a_bundle_whose_items_wait_for_each_other_says_so_with_the_loop(visitor, enter):
    offered_loop()
    page = visitor.open(f"/bundles/{CITY}/loop")
    assert visitor.last.status_code == 409 and "loop-a → loop-b → loop-a" in page
    visitor.open(f"/api/bundles/{CITY}/loop")
    problem = visitor.last.json()
    assert problem["code"] == "plan_cycle" and problem["title"].endswith("loop-a → loop-b → loop-a")
    assert "互相等待" in visitor.open(f"/bundles/{CITY}/loop") and "请分开办理" in plain(visitor.text)
    founder = enter("founder", level=1)
    founder.send(f"/bundles/{CITY}/loop/start", {})
    assert founder.last.status_code == 409 and not Draft.objects.exists()


def to_bring(page: str) -> int:
    """How many papers the page says are to be brought."""
    found = re.search(r"要交的材料：(\d+) 份", plain(page))
    assert found
    return int(found[1])


def test_without_a_registry_the_page_counts_more_and_the_draft_takes_them_as_uploads(enter, monkeypatch):
    founder = enter("founder", level=1)
    address = f"{HOME}?utilities=none&loan=no"
    before = to_bring(founder.open(address))
    monkeypatch.setitem(facts._SOURCES, "person.", facts._nobody)
    without = founder.open(address)
    kept("without-a-registry", without)
    assert to_bring(without) > before
    founder.send(f"{HOME}/start", {"pick.utilities": "none", "pick.loan": "no"})
    draft = Draft.objects.get()
    text = plain(founder.open(f"/drafts/{draft.pk}/materials"))
    assert re.search(r"家庭成员信息证明 选择文件或拍照 上传", text), text[:600]


def test_a_written_commitment_says_what_breaking_it_means_before_it_is_made(visitor):
    page = plain(visitor.open(f"{HOME}?utilities=none&loan=no"))
    bundle = bundles.together("second-hand-home", {"utilities": "none", "loan": "no"}, city=CITY, by=VISITOR, now=timezone.now())
    promised = [each for each in bundle.plan.materials if each.verdict.value == "commitment"]
    assert promised
    for each in promised:
        assert each.reason.zh in page and each.breach.zh in page


def test_what_a_case_saved_is_said_in_plain_sentences():
    def said(many: bool = False, **counts: int) -> tuple[str, str]:
        usual = dict.fromkeys(("cases", "items", "asked", "upload", "visits_before", "visits", "days_before", "days"), 0)
        found = presented.told(SimpleNamespace(**usual | counts, spared=1), many=many)
        return found.zh, found.en

    assert said(asked=8, visits_before=1) == (
        "共 8 份材料，您一份都没交；原来要跑 1 处，这次不用跑。",
        "Of 8 papers you brought none; 1 place to go to before, none this time.",
    )
    assert said(True, asked=9, upload=1, visits_before=3, visits=1, days_before=5, days=4) == (
        "共 9 份材料，您交了 1 份；原来要跑 3 处，现在跑 1 处；同时办理，少等 1 个工作日。",
        "Of 9 papers you brought 1; 3 places to go to before, 1 now; handled side by side, it takes 1 working day less.",
    )
    assert presented.told(None) is None
