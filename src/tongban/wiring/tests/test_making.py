"""``tongban items new`` and ``items diff``, as a clerk types them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongban.wiring import making
from tongban.wiring.command import main
from tongban.wiring.node import REPOSITORY

HEAD = "name\ten\tfolder\tslug\toffice\ttype\taudience\tsays_zh\n"
GOOD = "演示许可证变更\tChange of a demo licence\ttransport\tdemo-change\ttransport\t01\t1 2\t改证;换证\n"


@pytest.fixture
def services(tmp_path) -> Path:
    """What items share, and two items."""
    found = tmp_path / "services"
    skip = shutil.ignore_patterns("items")
    shutil.copytree(REPOSITORY / "services", found, ignore=skip)
    for item in ("urban/road-occupation", "civil/old-age-allowance"):
        shutil.copytree(REPOSITORY / "services" / "items" / item, found / "items" / item)
    return found


def said(capsys, services: Path, *words: str) -> tuple[int, str]:
    status = main(["items", *words, "--services", str(services), "--cities", str(services / "none")])
    return status, capsys.readouterr().out


def test_five_questions_make_a_folder_that_passes_the_check(services, capsys, monkeypatch):
    answers = iter(["演示场所备案 / Filing of demo premises", "transport", "10", "1 2", ""])
    monkeypatch.setattr("builtins.input", lambda ask: next(answers))
    status, text = said(capsys, services, "new")
    assert status == 0 and next(answers, None) is None, text
    folder = services / "items" / "transport" / "filing-of-demo-premises"
    assert (folder / "item.yaml").read_text("utf-8").startswith("kind: filing-premises\n")
    assert said(capsys, services, "check", str(folder))[0] == 0


def test_a_broken_row_is_named_with_its_line_and_the_rest_goes_in(services, tmp_path, capsys):
    rows = tmp_path / "rows.tsv"
    rows.write_text(
        HEAD
        + GOOD.replace("transport\t01", "nobody\t01")
        + GOOD
        + GOOD.replace("demo-change", "other-change")  # a name that there is by now
        + GOOD.replace("demo-change", "=transport/demo-change")
        + GOOD.replace("演示许可证变更", "某某").replace("demo-change", "nothing-shown")
        + GOOD.replace("demo-change", "Not A Code").replace("演示", "另一")
        + "\t\t\tlost\t\t\t\t\n",
        "utf-8",
    )
    status, text = said(capsys, services, "new", "--table", str(rows))
    assert status == 1
    lines = text.splitlines()
    assert [line.split(":")[1] for line in lines[:-1]] == ["2", "6", "7", "8"]
    assert all("→" in line for line in lines[:-1])
    assert lines[-1] == "written 1 · left out 2 · broken 4"
    assert [p.name for p in (services / "items" / "transport").iterdir()] == ["demo-change"]


def test_a_table_without_its_columns_is_refused_whole(services, tmp_path, capsys):
    rows = tmp_path / "rows.tsv"
    rows.write_text("name\ten\n演示\tdemo\n", "utf-8")
    status, text = said(capsys, services, "new", "--table", str(rows))
    assert status == 1 and "the header lacks folder" in text
    assert said(capsys, services, "new", "--table", str(tmp_path / "none.tsv"))[0] == 1


def test_catalogue_codes_stay_when_rows_are_added(services, tmp_path):
    shop = making.Workshop(services)
    row = making.row_of(dict(zip(HEAD.rstrip("\n").split("\t"), GOOD.rstrip("\n").split("\t"), strict=True)))
    alone = making.making.catalog_code(row, shop.shared, shop.codes)
    assert alone == making.making.catalog_code(row, shop.shared, shop.codes | {"000118999999"})
    assert alone != making.making.catalog_code(row, shop.shared, {alone})
    assert len(alone) == 12 and alone.startswith("000118")


def test_what_a_change_means_for_people_is_told_in_words(services, tmp_path, capsys):
    old = services / "items" / "urban" / "road-occupation"
    new = tmp_path / "urban" / "road-occupation"
    shutil.copytree(old, new)
    file = new / "item.yaml"
    file.write_text(file.read_text("utf-8").replace("promise: {working_days: 8}", "promise: {working_days: 5}"), "utf-8")
    status, text = said(capsys, services, "diff", str(old), str(new))
    assert status == 0
    assert "8 个工作日 → 5 个工作日" in text and "8 working days → 5 working days" in text and "easier" in text
    assert "nothing changes for people" in said(capsys, services, "diff", str(old), str(old))[1]


def test_a_folder_that_cannot_be_read_is_named(services, tmp_path, capsys):
    old = services / "items" / "urban" / "road-occupation"
    (tmp_path / "empty").mkdir()
    assert "there is no item.yaml" in said(capsys, services, "diff", str(old), str(tmp_path / "empty"))[1]
    wrong = tmp_path / "urban" / "broken"
    wrong.mkdir(parents=True)
    (wrong / "item.yaml").write_text("title: [", "utf-8")
    status, text = said(capsys, services, "diff", str(old), str(wrong))
    assert status == 1 and "item.yaml" in text
