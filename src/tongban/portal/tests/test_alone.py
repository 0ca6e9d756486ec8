"""Closed for maintenance, offline, lost, and what a phone installs."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.conf import settings
from PIL import Image

from tongban.ui import colour, install, maintenance
from tongban.wiring import command
from tongban.wiring.testing import HOME

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "TONGBAN_HOME", tmp_path)
    return tmp_path


def close(home, **told) -> None:
    (home / "maintenance.json").write_text(json.dumps(told))


@pytest.mark.parametrize(("language", "said", "heading"), [("zh", "换硬盘", "正在维护"), ("en", "New disks", "Closed for")])
def test_a_closed_node_says_why_and_until_when_in_both_languages(visitor, home, language, said, heading):
    close(home, zh="换硬盘", en="New disks", until="2026-11-28T06:00:00+08:00")
    answer = visitor.get("/", headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "Fri, 27 Nov 2026 22:00:00 GMT")
    text = answer.content.decode()
    assert said in text and heading in text and "06:00" in text and "12345" in text
    assert "Content-Security-Policy" in answer.headers


def test_large_text_stays_while_closed(visitor, home):
    close(home)
    visitor.cookies["elder"] = "1"
    assert b"data-elder" in visitor.get("/desk/").content


def test_machines_are_told_as_machines(visitor, home):
    close(home, until=None)
    answer = visitor.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "maintenance", "600")


def test_nothing_but_health_and_sheets_is_open_and_no_form_is_taken(visitor, home):
    close(home)
    assert visitor.get("/health").status_code != 503
    assert visitor.get("/ui/city.css").status_code == 200
    assert visitor.post("/sign-in", {"mobile": "13800000000"}).status_code == 503


@pytest.mark.parametrize("text", ["", "{", "[]", '{"until": "tomorrow"}', '"x"'])
def test_a_file_that_cannot_be_read_closes_the_node_all_the_same(visitor, home, text):
    (home / "maintenance.json").write_text(text)
    assert visitor.get("/").status_code == 503


def test_open_again_without_the_file(home):
    assert maintenance.closed() is None


def test_the_operator_closes_and_opens(capsys):
    try:
        assert command.main(["maintenance", "on", "升级", "--en", "Upgrade", "--until", "2026-11-28T06:00", "--home", str(HOME)]) == 0
        told = json.loads((HOME / "maintenance.json").read_text())
        assert told == {"zh": "升级", "en": "Upgrade", "until": "2026-11-28T06:00:00+08:00"}
        assert command.main(["maintenance", "status", "--home", str(HOME)]) == 1
    finally:
        assert command.main(["maintenance", "off", "--home", str(HOME)]) == 0
    assert command.main(["maintenance", "status", "--home", str(HOME)]) == 0
    with pytest.raises(SystemExit) as no:
        command.main(["maintenance", "on", "--until", "soon", "--home", str(HOME)])
    assert no.value.code == 2


def test_the_manifest_names_the_city_and_icons_that_are_there(visitor):
    told = json.loads(visitor.get("/manifest.webmanifest").content)
    assert told["display"] == "standalone" and told["start_url"] == "/" and "杭州" in told["name"]
    assert colour.contrast(told["theme_color"], "#ffffff") >= 4.5
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        answer = visitor.get(icon["src"])
        assert answer.headers["Content-Type"] == icon["type"]
        if icon["type"] == "image/png":
            size = Image.open(io.BytesIO(answer.content)).size
            assert f"{size[0]}x{size[1]}" == icon["sizes"]
    assert visitor.get("/ui/other.png").status_code == 404


def test_the_mark_is_drawn_and_not_a_hole():
    one, other = (install.icon("icon-192", mark, "#0b5c8a") for mark in ("松", "杭"))
    assert one != other


def test_the_worker_keeps_only_files_and_only_receipts_and_certificates_of_ones_own(visitor):
    answer = visitor.get("/worker.js")
    source = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-cache"
    files = json.loads(re.search(r"const FILES = (\[.*\]);", source)[1])  # type: ignore[index]
    assert files and all(each.startswith(("/static/ui/", "/ui/city.css?v=")) for each in files)
    kept = re.search(r"const KEPT = \[(.*)\];", source)[1]  # type: ignore[index]
    assert kept.count("/^") == 2 and "receipt" in kept and "certificates" in kept


def test_another_sheet_is_another_worker():
    assert install.worker("a") != install.worker("b")


@pytest.mark.parametrize(("language", "words"), [("zh", "没有网络"), ("en", "no connection")])
def test_the_offline_page_holds_nothing_of_anybody(visitor, language, words):
    text = visitor.get("/offline", headers={"Accept-Language": language}).content.decode()
    assert words in text and "12345" in text and "csrf" not in text.lower()


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("/services/310117/company-registratoin", True),
        ("/company-registration", True),
        ("/bundles/310117/zzz", False),
        ("/nothing", False),
        ("/start", False),
        ("/wp-login.php", False),
    ],
)
def test_a_mistyped_address_is_offered_a_service_only_where_it_names_one(visitor, address, offered):
    answer = visitor.get(address, headers={"Accept-Language": "zh"})
    assert answer.status_code == 404 and ("也许是这些" in answer.content.decode()) is offered


def test_a_lost_visitor_gets_a_search(visitor):
    answer = visitor.get("/services-and-more/公司")
    assert answer.status_code == 404 and b'role="search"' in answer.content
