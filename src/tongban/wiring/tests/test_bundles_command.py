"""``tongban bundles check``, as a clerk types it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongban.wiring.command import main
from tongban.wiring.node import REPOSITORY

CODE, ITEMS = "flexible-work", ("employment-registration", "flexible-employment-insurance", "flexible-work-insurance-subsidy")


@pytest.fixture
def services(tmp_path) -> Path:
    """What items share, one bundle, and its items."""
    found = tmp_path / "services"
    shutil.copytree(REPOSITORY / "services", found, ignore=shutil.ignore_patterns("items", "bundles"))
    shutil.copytree(REPOSITORY / "services" / "bundles" / CODE, found / "bundles" / CODE)
    for item in ITEMS:
        (folder,) = (REPOSITORY / "services" / "items").glob(f"*/{item}")
        shutil.copytree(folder, found / "items" / folder.parent.name / item)
    return found


def said(capsys, services: Path, *codes: str) -> tuple[int, str]:
    status = main(["bundles", "check", *codes, "--services", str(services)])
    return status, capsys.readouterr().out


def put(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_sound_bundle_is_told_with_what_it_saves(services, capsys):
    assert said(capsys, services) == (
        0,
        "flexible-work: items 3 → 1 · places 2 → 0 · papers 14 → 0 · days 12 → 11\nbundles 1 · errors 0 · warnings 0\n",
    )


def test_items_that_wait_for_each_other_are_named_with_the_loop_and_the_line(services, capsys):
    for one, other in (ITEMS[:2], ITEMS[1::-1]):
        (item,) = services.glob(f"items/*/{one}/item.yaml")
        item.write_text(f"requires: [{other}]\n" + item.read_text("utf-8"), "utf-8")
    status, text = said(capsys, services, CODE)
    assert status == 1 and f"{ITEMS[0]} → {ITEMS[1]} → {ITEMS[0]}" in text
    assert f"services/bundles/{CODE}/bundle.yaml:" in text and "请修改事项，或者不要放在一起办" in text


def test_what_is_stated_of_before_and_is_not_so_is_a_warning(services, capsys):
    put(services / "bundles" / CODE / "bundle.yaml", "papers: 14", "papers: 40")
    status, text = said(capsys, services)
    assert status == 0 and "warnings 1" in text and "items: 3, visits: 2, papers: 14, days: 12" in text


def test_a_member_that_there_is_not_and_a_bundle_that_there_is_not_are_errors(services, capsys):
    put(services / "bundles" / CODE / "bundle.yaml", "item: employment-registration", "item: nowhere")
    status, text = said(capsys, services)
    assert status == 1 and "there is no item 'nowhere'" in text
    status, text = said(capsys, services, "nothing")
    assert status == 1 and "nothing: 没有这件事" in text


def test_broken_yaml_is_named_with_its_line(services, capsys):
    (services / "bundles" / CODE / "bundle.yaml").write_text("title: {zh: a, en: b}\nmembers: [\n", "utf-8")
    status, text = said(capsys, services)
    assert status == 1 and f"services/bundles/{CODE}/bundle.yaml:" in text
