"""Folders become items, items bytes, bytes items; what is wrong is named with its file and line."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.base.words import Words
from tongban.engine.items import Broken, Item, body, library, load, load_shared, overlay, parse, sha256
from tongban.engine.items.laws import cite, numeral
from tongban.engine.items.marked import read
from tongban.engine.plan import Promise
from tongban.engine.tests.services import CHINESE, files, item, made_items, replaced, repository

LAWS = {"vocab/laws.yaml": "law: {zh: 某法, en: Some Law}".encode()}
ELEMENTS = {"elements/a.yaml": b"- {key: person.name, title: {zh: a, en: b}, widget: name}"}
ITEM = """
title: {zh: 事项, en: Item}
summary: {zh: 事项, en: Item}
catalog_code: "000131127004"
type: "20"
level: "3"
audience: ["1"]
subjects: {persons: ["999"]}
office: window
promise: {working_days: 1}
legal: {working_days: 2}
contact: {consult: "1", complaint: "2"}
outcome: {title: {zh: 完, en: done}}
""".encode()
SHARED = load_shared({**LAWS, **ELEMENTS})


def broken(**changed: bytes) -> Broken:
    """What is said of a folder with these files (``form`` for form.yaml)."""
    folder = {"item.yaml": ITEM, **{f"{name}.yaml": content for name, content in changed.items()}}
    with pytest.raises(Broken) as no:
        load(folder, SHARED, at="services/items/x/code")
    return no.value


@pytest.mark.parametrize(
    ("name", "content", "line", "says"),
    [
        ("rules", b"- key: a\n  holds: 'true'\n  says: {zh: a}\n", 3, "`en`"),
        ("rules", b"- key: a\n  hold: 'true'\n  says: {zh: a, en: a}\n", 1, "unknown field"),
        ("rules", b"- key: a\n  key: b\n", 2, "twice"),
        ("rules", b"- key: a\n holds: b\n", 2, ""),
        ("materials", b"- type: a\n  title: {zh: a, en: a}\n  cites:\n    - nolaw#1\n", 4, "nolaw"),
        ("materials", b"- type: a\n  title: {zh: a, en: a}\n  cites: [law#x]\n", 3, "invalid literal"),
        ("form", b"- {element: person.name}\n- {element: person.nobody}\n", 2, "person.nobody"),
        ("form", b"- {part: nothing}\n", 1, "nothing"),
        ("form", b"- &a {element: person.name}\n- *a\n", 1, "anchor"),
        ("form", b"- !!python/object:os.system {}\n", 1, "tag"),
        ("form", b"key: value\n", 1, "a list"),
        ("form", b"\xff\xfe\x00", 0, "utf-8"),
        ("form", b"[" * 5000, 1, "deeper"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_a_fix(name: str, content: bytes, line: int, says: str) -> None:
    found = broken(**{name: content}).findings[0]
    assert (found.file, found.line) == (f"services/items/x/code/{name}.yaml", line)
    assert says in found.what.en and CHINESE.search(found.what.zh) and CHINESE.search(found.fix.zh)


def test_a_broken_folder_never_breaks_the_others() -> None:
    found = library(
        {
            **LAWS,
            **ELEMENTS,
            "items/x/good/item.yaml": ITEM,
            "items/x/bad/item.yaml": b"title: [",
            "items/y/good/item.yaml": ITEM,
            "elements/b.yaml": b"- {key: 1}",
        }
    )
    assert list(found.items) == ["good"]
    assert {each.file for each in found.findings} == {
        "services/items/x/bad/item.yaml",
        "services/items/y/good/item.yaml",
        "services/elements/b.yaml",
    }


def test_a_text_in_one_language_only_is_named() -> None:
    with pytest.raises(Broken, match="has no en"):
        load({"item.yaml": ITEM, "texts/guide.zh.md": b"x"}, SHARED, at="code")


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(Broken, match="bytes"):
        read("x.yaml", b"a" * 300_000)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(alphabet="-{}[]:,&*!|>'\"#% \nab1", max_size=80).map(str.encode)))
def test_no_bytes_do_anything_but_read_or_refuse(content: bytes) -> None:
    try:
        read("x.yaml", content)
    except Broken as no:
        assert no.findings[0].fix


def test_yes_no_and_dates_stay_text() -> None:
    found = read("x.yaml", b"a: no\nb: 2026-03-01\nc: 012\nd: 12\ne: true\nf: 'true'\ng:\n").data
    assert found == {"a": "no", "b": "2026-03-01", "c": "012", "d": 12, "e": True, "f": "true", "g": None}


def test_citations_read_as_the_law_writes_them() -> None:
    numbers = [numeral(n) for n in (1, 10, 11, 20, 24, 100, 105, 110, 115, 1001, 1010, 1049)]
    assert numbers == [
        "一",
        "十",
        "十一",
        "二十",
        "二十四",
        "一百",
        "一百零五",
        "一百一十",
        "一百一十五",
        "一千零一",
        "一千零一十",
        "一千零四十九",
    ]
    law = {"law": Words(zh="某法", en="Some Law")}
    assert cite("law#16.1.3", law) == Words(zh="《某法》第十六条第一款第三项", en="Some Law, art. 16(1)(3)")
    assert cite("law", law).zh == "《某法》"


@settings(max_examples=25, deadline=None)
@given(made_items())
def test_a_body_alone_gives_the_item_back_and_equal_items_equal_bytes(items: list[Item]) -> None:
    for each in items:
        content = body(each)
        assert parse(content) == each and body(parse(content)) == content and len(sha256(content)) == 64


def test_every_service_of_the_repository_reads_and_comes_back_from_its_body() -> None:
    found = repository()
    assert found.findings == ()
    for each in found.items.values():
        assert parse(body(each)) == each


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"code":1}', b"[" * 100_000, b"x" * 2_000_000])
def test_bytes_that_are_no_body_are_refused(content: bytes) -> None:
    with pytest.raises(Broken):
        parse(content)


def test_the_services_are_read_quickly() -> None:
    some = {path: content for path, content in files().items() if not path.startswith(("items/t", "items/c", "items/e"))}
    begun = time.perf_counter()
    count = len(library(some).items)
    assert count > 500 and (time.perf_counter() - begun) / count < 0.05


# Overlays


def overlaid(text: str) -> Item:
    code = "road-occupation"
    return overlay(repository().items[code], text.encode(), repository().shared, file="overlay.yaml")


def test_an_overlay_eases_days_papers_and_says_so_in_the_body() -> None:
    eased = overlaid("city: '1'\npromise: {working_days: 2}\nwaive:\n  site-plan: {zh: 免交, en: Waived}\n")
    assert eased.promise == Promise(working_days=2)
    assert next(each for each in eased.materials if each.type == "site-plan").waived == Words(zh="免交", en="Waived")
    assert eased.overlay == "1" and body(eased) != body(repository().items["road-occupation"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("city: '1'\npromise: {working_days: 9}\n", 2),
        ("city: '1'\npromise: {office_minutes: 9999}\n", 2),
        ("city: '1'\npromise: {working_days: 0}\n", 2),
        ("city: '1'\nfees:\n  occupation-fee: 100\n", 3),
        ("city: '1'\nfees:\n  occupation-fee: -1\n", 3),
        ("city: '1'\nwaive:\n  no-such-paper: {zh: a, en: b}\n", 3),
        ("city: '1'\nrules: []\n", 1),
        ("city: '1'\nmaterials: []\n", 1),
        ("city: '1'\ncontact: {consult: '1', complaint: '1'}\n", 2),
    ],
)
def test_an_overlay_that_burdens_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Broken) as no:
        overlaid(text)
    assert no.value.findings[0].line == line


def test_a_fee_may_only_fall() -> None:
    from tongban.engine.items import Tariff

    charged: Any = replaced(item("x"), fees=(Tariff(key="f", title=Words(zh="f", en="f"), payee="p", fen=100),))
    assert overlay(charged, b"city: '1'\nfees: {f: 99}\n").fees[0].fen == 99
    with pytest.raises(Broken):
        overlay(charged, b"city: '1'\nfees: {f: 101}\n")
