"""Publishing at the desk, in a client: a draft in a plain form, a folder in a ZIP, the review by another, the guide."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from tongban.base.calendar import SHANGHAI
from tongban.catalog import actions, queries
from tongban.catalog.models import Revision
from tongban.desk.tests.test_pages import desk  # noqa: F401
from tongban.journeys import publish
from tongban.journeys.tests.conftest import *  # noqa: F403
from tongban.trail.models import Entry
from tongban.wiring.node import REPOSITORY

pytestmark = pytest.mark.django_db
CITY, ROAD = "330100", "road-occupation"


@pytest.fixture
def clerks(desk):  # noqa: F811
    return desk("hz-editor"), desk("hz-publisher")


def drafted(editor) -> str:
    answer = editor.post(f"/desk/items/{ROAD}")
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"].removesuffix("/edit")


def form_of(client, address: str) -> dict[str, str]:
    """Every field of the plain form as a browser would send it back."""
    html = client.get(f"{address}/edit").content.decode()
    main = html[html.index('class="plain-form"') :]
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', main))
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', main))
    found |= {"promise.unit": "days"}
    return {name: unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


def changed(editor, **values: str) -> str:
    address = drafted(editor)
    sent = {**form_of(editor, address), **{name.replace("__", "."): value for name, value in values.items()}}
    answer = editor.post(f"{address}/edit", sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return address


def edition_of(client, address: str) -> str:
    found = re.search(r'name="edition" value="(\d+)"', client.get(address).content.decode())
    assert found
    return found[1]


def today() -> date:
    return timezone.now().astimezone(SHANGHAI).date()


def test_a_promise_is_made_shorter_by_two_clerks_and_the_guide_tells_from_when(clerks):
    editor, publisher = clerks
    address = changed(editor, promise__number="5")
    page = editor.get(address).content.decode()
    assert "8 个工作日 → 5 个工作日" in page and "更便利" in page
    assert editor.post(address, {"do": "ask", "note": "按市里要求缩短"}).status_code == 302
    assert "按市里要求缩短" in publisher.get(address).content.decode()
    on = today() + timedelta(days=9)
    sent = {"do": "approve", "on": on.isoformat(), "edition": edition_of(publisher, address)}
    assert publisher.post(address, sent).status_code == 302
    guide = publisher.get(f"/services/{CITY}/{ROAD}").content.decode()
    assert "起有变化" in guide and "8 个工作日 → 5 个工作日" in guide
    assert queries.item(queries.in_force(ROAD, city=CITY)).promise.working_days == 8
    assert "等待生效" in publisher.get("/desk/items").content.decode()
    actions.put_in_force(now=timezone.now() + timedelta(days=9))
    guide = publisher.get(f"/services/{CITY}/{ROAD}").content.decode()
    assert "起有变化" not in guide and "5 个工作日" in guide
    history = publisher.get(f"/desk/items/{ROAD}").content.decode()
    assert "事项拟稿员（演示）" in history and "事项发布员（演示）" in history


def test_the_form_sent_back_as_it_is_changes_nothing(clerks):
    editor, _ = clerks
    page = editor.get(changed(editor)).content.decode()
    assert "没有变化" in page


def test_what_cannot_be_taken_stands_at_its_field_and_what_was_typed_stays(clerks):
    editor, _ = clerks
    address = drafted(editor)
    answer = editor.post(f"{address}/edit", {**form_of(editor, address), "promise.number": "很快", "title.en": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "1 到 99999 的整数" in text and 'value="很快"' in text and "请写出英文" in text
    assert re.search(r'href="#f-promise-number"', text)


def test_who_drafted_is_offered_no_approval_and_refused_one_and_it_is_on_the_trail(desk):  # noqa: F811
    publisher = desk("hz-publisher")
    address = changed(publisher, promise__number="6")
    publisher.post(address, {"do": "ask"})
    page = publisher.get(address).content.decode()
    assert "批准并发布" not in page and "拟稿人不审核自己的稿件" in page
    answer = publisher.post(address, {"do": "approve", "on": today().isoformat(), "edition": "2"})
    assert answer.status_code == 403 and "不能审核自己起草" in answer.content.decode()
    assert Entry.objects.filter(verb="catalog.approve", refused="own_draft").count() == 1
    assert queries.item(queries.in_force(ROAD, city=CITY)).promise.working_days == 8


def test_who_only_drafts_does_not_approve_and_others_see_nothing_of_it(desk):  # noqa: F811
    publisher, editor, other = desk("hz-publisher"), desk("hz-editor"), desk("hz-market-1")
    address = changed(publisher, promise__number="6")
    publisher.post(address, {"do": "ask"})
    assert editor.post(address, {"do": "approve", "on": today().isoformat(), "edition": "2"}).status_code == 403
    for path in ("/desk/items", f"/desk/items/{ROAD}", address, f"{address}/edit"):
        assert other.get(path).status_code == 403
    assert other.post(address, {"do": "drop"}).status_code == 403
    assert publisher.post(address, {"do": "explode"}).status_code == 400


def test_it_is_sent_back_with_words_and_a_day_that_is_over_is_refused(clerks):
    editor, publisher = clerks
    address = changed(editor, promise__number="5")
    editor.post(address, {"do": "ask"})
    edition = edition_of(publisher, address)
    yesterday = (today() - timedelta(days=1)).isoformat()
    for on in (yesterday, "", "明天"):
        answer = publisher.post(address, {"do": "approve", "on": on, "edition": edition})
        assert answer.status_code == 422 and "请选择今天起两年内的日期" in answer.content.decode()
    assert publisher.post(address, {"do": "send-back", "words": "", "edition": edition}).status_code == 422
    assert publisher.post(address, {"do": "send-back", "words": "请补依据", "edition": edition}).status_code == 302
    assert "请补依据" in editor.get(address).content.decode()
    assert editor.get(f"{address}/edit").status_code == 200


def zipped(**changed: bytes) -> io.BytesIO:
    (at,) = (REPOSITORY / "services" / "items").glob(f"*/{ROAD}")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in at.rglob("*"):
            if path.is_file():
                content = changed.get(path.name.replace(".", "__"), path.read_bytes())
                archive.writestr(f"{at.parent.name}/{ROAD}/{path.relative_to(at).as_posix()}", content)
    out.seek(0)
    out.name = "road.zip"
    return out


def test_a_folder_with_a_fault_is_named_by_file_and_line_and_a_mended_one_becomes_a_draft(clerks):
    editor, _ = clerks
    answer = editor.post("/desk/items", {"folder": zipped(rules__yaml=b"- key: a\n  holds: [\n")})
    text = answer.content.decode()
    assert answer.status_code == 422 and f"{ROAD}/rules.yaml:" in text and "YAML" in text
    assert not Revision.objects.exists()
    assert editor.post("/desk/items", {}).status_code == 422
    answer = editor.post("/desk/items", {"folder": zipped()})
    assert answer.status_code == 302
    assert "全部规则通过" in editor.get(answer["Location"]).content.decode()


def test_a_coming_change_is_taken_back_by_who_may_publish(clerks):
    editor, publisher = clerks
    address = changed(editor, promise__number="5")
    editor.post(address, {"do": "ask"})
    on = (today() + timedelta(days=30)).isoformat()
    publisher.post(address, {"do": "approve", "on": on, "edition": edition_of(publisher, address)})
    (row,) = queries.coming(ROAD, city=CITY)
    assert editor.post(f"/desk/items/coming/{row.id}/withdraw").status_code == 403
    assert publisher.post(f"/desk/items/coming/{row.id}/withdraw").status_code == 302
    assert publisher.post(f"/desk/items/coming/{row.id}/withdraw").status_code == 404
    assert queries.coming(ROAD, city=CITY) == []


def test_an_item_is_found_by_its_name_and_one_that_never_was_is_not(clerks):
    editor, _ = clerks
    assert f"/desk/items/{ROAD}" in editor.get("/desk/items?q=占用道路").content.decode()
    assert "没有找到" in editor.get("/desk/items?q=qqqqqq").content.decode()
    assert editor.get("/desk/items/never-was").status_code == 404
    assert editor.get("/desk/items/drafts/00000000-0000-7000-8000-000000000000").status_code == 404


def test_a_bundle_gets_a_new_edition_by_two_clerks_and_its_page_tells_from_when(clerks):
    editor, publisher = clerks
    assert "/desk/items/bundles/newborn" in editor.get("/desk/items?q=生孩子").content.decode()
    answer = editor.post("/desk/items/bundles/newborn")
    address = answer["Location"].removesuffix("/edit")
    sent = form_of(editor, address)
    assert editor.post(f"{address}/edit", sent | {"title.zh": ""}).status_code == 422
    assert editor.post(f"{address}/edit", sent | {"title.zh": "宝宝出生一件事"}).status_code == 302
    assert "新生儿出生一件事 → 宝宝出生一件事" in editor.get(address).content.decode()
    assert editor.post(address, {"do": "ask", "note": "名称更好懂"}).status_code == 302
    on = today() + timedelta(days=9)
    told = {"do": "approve", "on": on.isoformat(), "edition": edition_of(publisher, address)}
    assert publisher.post(address, told).status_code == 302
    board = publisher.get("/desk/items").content.decode()
    assert "等待生效" in board and "/desk/items/bundles/newborn" in board
    page = publisher.get(f"/bundles/{CITY}/newborn").content.decode()
    assert "起有变化" in page and "<h1>新生儿出生一件事</h1>" in page
    actions.put_in_force(now=timezone.now() + timedelta(days=9))
    assert "<h1>宝宝出生一件事</h1>" in publisher.get(f"/bundles/{CITY}/newborn").content.decode()
    history = publisher.get("/desk/items/bundles/newborn").content.decode()
    assert "事项拟稿员（演示）" in history and "事项发布员（演示）" in history
    assert publisher.get("/desk/items/bundles/nothing").status_code == 404


def table(rows: list[dict], name: str = "rows.json") -> io.BytesIO:
    """A file of the national exchange's elements, one item a line."""
    lines = ",\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    out = io.BytesIO(f'{{"items": [\n{lines}\n]}}'.encode())
    out.name = name
    return out


def rows_of(editor) -> list[dict]:
    answer = editor.get("/desk/items/table/catalogue.json")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    return json.loads(answer.content)["items"]


def test_a_table_of_the_national_exchange_becomes_drafts_for_another_clerk_and_broken_rows_are_named(clerks):
    editor, publisher = clerks
    rows = {row["local_code"]: row for row in rows_of(editor)}
    changed, wrong = {**rows[ROAD], "promise_day": 5}, {**rows["company-registration"], "use_level": "9"}
    sent = [rows["old-age-allowance"], changed, "{nonsense", wrong]
    answer = editor.post("/desk/items/table/", {"table": table(sent)})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert re.findall(r'scope="row">第 (\d+) 行<', text) == ["4", "5"] and "use_level" in text
    (row,) = Revision.objects.all()
    assert (row.code, row.origin, row.drafted_name) == (ROAD, "import", "事项拟稿员（演示）")
    address = f"/desk/items/drafts/{row.id}"
    assert address in text
    assert "8 个工作日 → 5 个工作日" in editor.get(address).content.decode()
    assert editor.post(address, {"do": "ask"}).status_code == 302
    assert editor.post(address, {"do": "approve", "on": today().isoformat(), "edition": "2"}).status_code == 403
    edition = edition_of(publisher, address)
    assert publisher.post(address, {"do": "approve", "on": today().isoformat(), "edition": edition}).status_code == 302
    assert queries.item(queries.in_force(ROAD, city=CITY)).promise.working_days == 5


def test_what_is_downloaded_and_sent_back_as_it_is_begins_no_draft(clerks):
    editor, _ = clerks
    for kind in ("json", "csv"):
        content = io.BytesIO(editor.get(f"/desk/items/table/catalogue.{kind}").content)
        content.name = f"目录.{kind.upper()}"
        answer = editor.post("/desk/items/table/", {"table": content})
        assert answer.status_code == 200 and not Revision.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.json", "没有列表"),
        (b"\xff\xfe", "a.csv", "不是 UTF-8"),
        (b"a,b\n1,2\n", "a.csv", "至少有 task_name"),
        (b"PK", "a.zip", "不认识的格式"),
        (b"[" * 100_000, "a.json", "不是有效的 JSON"),
    ],
)
def test_a_file_in_which_there_are_no_rows_is_refused_in_words(clerks, content, name, says):
    sent = io.BytesIO(content)
    sent.name = name
    answer = clerks[0].post("/desk/items/table/", {"table": sent} if content else {"table": table([], "a.json")})
    if content:
        assert answer.status_code in (400, 422) and says in answer.content.decode()
    assert not Revision.objects.exists()


def test_nothing_sent_and_too_many_at_once_are_said(clerks, monkeypatch):
    editor, _ = clerks
    assert editor.post("/desk/items/table/").status_code == 422
    monkeypatch.setattr(publish, "MOST", 1)
    changed = [{**row, "promise_day": 1} for row in rows_of(editor) if row["local_code"] in (ROAD, "company-change")]
    text = editor.post("/desk/items/table/", {"table": table(changed)}).content.decode()
    assert "一次最多起草 1 个事项" in text and Revision.objects.count() == 1


def test_whoever_may_not_draft_neither_sends_a_table_nor_gets_one(desk):  # noqa: F811
    other = desk("hz-market-1")
    for path in ("/desk/items/table/", "/desk/items/table/catalogue.csv"):
        assert other.get(path).status_code == 403
    assert other.post("/desk/items/table/", {"table": table([])}).status_code == 403
