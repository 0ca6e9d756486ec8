"""What a city offers changes: two clerks publish it, and a whole catalogue moves from a test node to the live one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from demo.hands import Officer, Person, Stage
from tests.stories.given import AWAY
from tongban.wiring.node import REPOSITORY, Node

FUND = "housing-fund-withdrawal"
NEWS = "提取办结后，到账短信由银行发送。"


def a_draft(editor: Officer, code: str, name: str = "") -> str:
    """Given a draft of an item, begun from its page; gives the draft's address."""
    editor.open(f"/desk/items?q={code}", name and f"{name}-board")
    editor.open(f"/desk/items/{code}", name and f"{name}-item")
    editor.press("开始修改", name and f"{name}-form")
    return editor.page.url.removesuffix("/edit")


def beside(officer: Officer, field: str, value: str) -> None:
    """Fill in a field of what stands beside the page."""
    officer.page.locator(f'aside [name="{field}"]').fill(value)


def and_asked(editor: Officer, note: str, name: str = "") -> None:
    beside(editor, "note", note)
    editor.press("提交审核", name, within="aside")


def test_two_clerks_publish_a_change_and_the_page_tells_of_it_before(stage: Stage) -> None:
    editor, publisher = stage.officer(AWAY, "hz-editor"), stage.officer(AWAY, "hz-publisher")
    address = a_draft(editor, FUND, "desk-publish")
    editor.put("promise.number", "九")
    editor.press("保存", "desk-publish-wrong")
    assert "1 到 99999 的整数" in editor.text()
    editor.put("promise.number", "2")
    editor.put("faq.0.answer.zh", NEWS)
    editor.press("保存", "desk-publish-draft")
    assert "更重" in editor.text() and "常见问题有更新" in editor.text()
    and_asked(editor, "按中心通知更新", "desk-publish-asked")
    assert "批准并发布" not in editor.text(), "who drafted does not approve"

    publisher.open(address, "desk-publish-review")
    assert "按中心通知更新" in publisher.text()
    beside(publisher, "words", "承诺时限不宜放宽，请改回 1 个工作日")
    publisher.press("退回拟稿人", within="aside")
    editor.open(address, "desk-publish-returned")
    assert "不宜放宽" in editor.text()
    editor.press("填表修改", within="aside")
    editor.put("promise.number", "1")
    editor.press("保存")
    assert "更重" not in editor.text()
    and_asked(editor, "已改回")

    day = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=14)
    publisher.open(address)
    beside(publisher, "on", day.isoformat())
    publisher.press("批准并发布", "desk-publish-approved", within="aside")
    publisher.open("/desk/items", "desk-publish-coming")
    assert f"{day.month}月{day.day}日" in publisher.text()
    publisher.open(f"/desk/items/{FUND}", "desk-publish-history")

    anybody = stage.stranger(AWAY, "founder")
    anybody.open(f"/services/{AWAY}/{FUND}", "guide-coming")
    assert "起有变化" in anybody.text() and f"{day.month}月{day.day}日" in anybody.text()
    assert NEWS not in anybody.page.content(), "until that day the guide is as it was"
    row = publisher.open("/desk/items").locator("tr").filter(has_text=f"{day.month}月{day.day}日")
    publisher.go(row.locator("button").first)
    anybody.open(f"/services/{AWAY}/{FUND}")
    assert "起有变化" not in anybody.text(), "taken back in time"


def test_a_table_of_the_national_exchange_becomes_drafts_that_another_clerk_publishes(stage: Stage, live: Path, tmp_path: Path) -> None:
    table = tmp_path / "elements.json"
    assert tongban(live, "catalog", "export", str(table)).returncode == 0
    rows = {row["local_code"]: row for row in json.loads(table.read_text("utf-8"))["items"]}
    changed, wrong = {**rows["road-occupation"], "promise_day": 7}, {**rows[FUND], "use_level": "9"}
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in (changed, wrong))
    table.write_text(f'{{"items": [\n{lines}\n]}}\n', "utf-8")

    editor, publisher = stage.officer(AWAY, "hz-editor"), stage.officer(AWAY, "hz-publisher")
    editor.open("/desk/items")
    editor.press("成批导入、导出（国家平台要素表）", "desk-table")
    editor.page.set_input_files('main [name="table"]', table)
    editor.press("上传并检查", "desk-table-taken")
    assert "第 3 行" in editor.text() and "use_level" in editor.text()
    editor.press("临时占用城市道路审批", "desk-table-draft")
    assert "8 个工作日 → 7 个工作日" in editor.text()
    and_asked(editor, "按国家平台要素表更新")
    publisher.open(editor.page.url)
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=20)
    beside(publisher, "on", day.isoformat())
    publisher.press("批准并发布", within="aside")
    row = publisher.open("/desk/items").locator("tr").filter(has_text=f"{day.month}月{day.day}日")
    publisher.go(row.locator("button").first)


def tongban(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A word of the command at one node, as its operator says it."""
    environment = {name: value for name, value in os.environ.items() if name not in ("TONGBAN_HOME", "DATABASE_URL")}
    command = [sys.executable, "-m", "tongban.wiring.command", *words, "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=REPOSITORY, check=False)


@pytest.fixture
def live(var: Path) -> Path:
    """The home of the node that people use."""
    return var / "nodes" / AWAY


# -- a newcomer, by docs/how-to/new-service.md


def by_five_questions(tmp_path: Path, answers: str) -> Path:
    """Given a new item's folder, made by five questions, as the how-to says; gives its ZIP."""
    services = tmp_path / "services"
    shutil.copytree(REPOSITORY / "services", services)
    command = [sys.executable, "-m", "tongban.wiring.command", "items"]
    made = subprocess.run([*command, "new", "--services", str(services)], input=answers, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    folder = Path(made.stdout.rsplit(": ", 2)[-2].strip())
    item = folder / "item.yaml"
    item.write_text(item.read_text("utf-8") + "says: {zh: [演示淘沙子, 演示采砂], en: [demo sand]}\n", "utf-8")
    checked = subprocess.run(
        [*command, "check", folder.name, "--services", str(services)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    return Path(shutil.make_archive(str(tmp_path / folder.name), "zip", folder.parent, folder.name))


def test_a_newcomers_service_is_published_found_and_applied_for(stage: Stage, live: Path, tmp_path: Path) -> None:
    folder = by_five_questions(tmp_path, "演示河道采砂备案/Demo river sand filing\nwater\n10\n1 2\nfiling\n")
    editor, publisher = stage.officer(AWAY, "hz-editor"), stage.officer(AWAY, "hz-publisher")
    editor.open("/desk/items")
    editor.page.set_input_files('main [name="folder"]', folder)
    editor.press("上传并检查", "desk-publish-new")
    assert "这是一个新事项" in editor.text()
    and_asked(editor, "新增事项")
    publisher.open(editor.page.url)
    publisher.press("批准并发布", within="aside")
    her = stage.person(AWAY, "founder")
    her.open("/search?q=演示淘沙子")
    her.press("演示河道采砂备案", "guide-new")
    her.begin()
    assert "/drafts/" in her.page.url
    gone = tongban(live, "retire", folder.stem, "--successor", FUND)
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert her.open(f"/services/{AWAY}/{folder.stem}", "guide-gone") and "由下面的事项代替" in her.text()


# -- between two nodes


@pytest.fixture
def test_node(tmp_path: Path):
    """Given a test node of the same city, with keys and a database of its own; gone afterwards."""
    home = tmp_path / "test-node"
    home.mkdir()
    home.chmod(0o755)
    for folder in home.parents:
        if folder.is_relative_to(tmp_path.parent.parent):
            folder.chmod(0o755)
    node = Node(home.resolve())
    node.write(adcode=AWAY, demo=True, synthetic={"people": 600, "firms": 40, "places": 300}, cluster=str(home / "pg"))
    made = tongban(home, "node", "create", "--city", AWAY, "--demo")
    assert made.returncode == 0, made.stdout + made.stderr
    yield home
    tongban(home, "db", "stop")


def of_a_new_text(tmp_path: Path, code: str, says: str) -> Path:
    """Given a newer version of an item's folder, with another description."""
    (found,) = (REPOSITORY / "services" / "items").glob(f"*/{code}")
    folder = tmp_path / "new" / found.parent.name / code
    shutil.copytree(found, folder)
    text = (folder / "item.yaml").read_text("utf-8")
    (folder / "item.yaml").write_text(
        re.sub(r"(?m)^summary: .*$", f"summary: {{zh: {says}, en: New words}}", text), "utf-8"
    )
    return folder


def trusts(one: Path, other: Path, name: str, tmp_path: Path) -> None:
    """Given that one node's operator has put the other's key on the city's own trust list."""
    key = tmp_path / f"{name}.jwk"
    key.write_text(tongban(other, "partner", "key").stdout)
    added = tongban(one, "partner", "add", name, "--key", str(key), "--zh", "演示测试节点", "--en", "Test node (demo)")
    assert added.returncode == 0, added.stdout + added.stderr


def test_a_catalogue_moves_from_a_test_node_to_the_live_one_and_back(
    stage: Stage, live: Path, test_node: Path, tmp_path: Path
) -> None:
    says = "演示目录迁移后的说明"
    bundle, back = tmp_path / "catalogue.zip", tmp_path / "back.zip"
    assert tongban(test_node, "publish", str(of_a_new_text(tmp_path, FUND, says))).returncode == 0
    assert tongban(test_node, "catalog", "export", str(bundle)).returncode == 0

    stranger = tongban(live, "catalog", "import", str(bundle))
    assert stranger.returncode == 1 and "trust list" in stranger.stdout
    trusts(live, test_node, "test", tmp_path)
    unsaid = tongban(live, "catalog", "import", str(bundle))
    assert unsaid.returncode == 1 and f"--from {AWAY}:test" in unsaid.stdout
    cut = tmp_path / "cut.zip"
    cut.write_bytes(bundle.read_bytes()[:-2000])
    assert "cut short" in tongban(live, "catalog", "import", str(cut), "--from", f"{AWAY}:test").stdout

    taken = tongban(live, "catalog", "import", str(bundle), "--from", f"{AWAY}:test")
    assert taken.returncode == 0 and "1 changed" in taken.stdout, taken.stdout + taken.stderr
    anybody: Person = stage.stranger(AWAY, "founder")
    anybody.open(f"/services/{AWAY}/{FUND}")
    assert says in anybody.text()
    twice = tongban(live, "catalog", "import", str(bundle), "--from", f"{AWAY}:test")
    assert twice.returncode == 1 and "taken before" in twice.stdout

    trusts(test_node, live, "live", tmp_path)
    assert tongban(live, "catalog", "export", str(back)).returncode == 0
    returned = tongban(test_node, "catalog", "import", str(back), "--from", f"{AWAY}:live")
    assert returned.returncode == 0 and " 0 new, 0 changed" in returned.stdout, returned.stdout + returned.stderr

    old = tongban(live, "publish", str(next((REPOSITORY / "services" / "items").glob(f"*/{FUND}"))))
    assert old.returncode == 0, "put back for the stories that follow"
    table = tmp_path / "elements.json"
    assert tongban(live, "catalog", "export", str(table)).returncode == 0
    rows = json.loads(table.read_text("utf-8"))["items"]
    assert {"task_name", "catalog_code", "promise_day"} <= set(rows[0])
    same = tongban(live, "catalog", "import", str(table))
    assert same.returncode == 0 and same.stdout.startswith("0 drafts"), same.stdout
