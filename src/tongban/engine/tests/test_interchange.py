"""Items in the national exchange's element names: out and back with nothing lost, and each broken row named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engine.items import interchange, tables
from tongban.engine.items.interchange import COLUMNS, Wrong, row, taken
from tongban.engine.tests import services

ITEMS = services.repository().items
ROAD = ITEMS["road-occupation"]


def told(code: str = "road-occupation") -> dict:
    return row(ITEMS[code], dept_name="演示部门", uscc="113301000024986543", version=3, depth="no-visit")


def through(rows: list[dict], kind: str) -> list[dict]:
    content = tables.to_json(rows) if kind == ".json" else tables.to_csv(rows)
    lines = list(tables.read(content, kind))
    assert [line.wrong for line in lines if line.wrong] == []
    return [line.row for line in lines]


@pytest.mark.parametrize("kind", [".json", ".csv"])
def test_every_item_comes_back_as_it_went(kind: str) -> None:
    codes = sorted(ITEMS)[:80]
    back = through([told(code) for code in codes], kind)
    assert [each["local_code"] for each in back] == codes
    for code, each in zip(codes, back, strict=True):
        assert set(each) == set(COLUMNS)
        assert taken(each, ITEMS[code]) == ITEMS[code]


@pytest.mark.parametrize("kind", [".json", ".csv"])
def test_a_new_item_comes_with_all_that_the_elements_carry(kind: str) -> None:
    (back,) = through([told()], kind)
    item = taken(back, None)
    again = row(item, dept_name="演示部门", uscc="113301000024986543", version=3, depth="no-visit")
    computed = {
        "special_procedure", "accept_condition", "handle_flow", "fees", "is_pay_online", "limit_scene_num",
        "limit_explain", "result_type", "result_sample", "is_express", "abstract", "abstract_en", "materials",
    }  # fmt: skip
    differs = {name for name in COLUMNS if again[name] != back[name]}
    assert differs <= computed, differs - computed
    assert [m.title.zh for m in item.materials] == [m.title.zh for m in ROAD.materials]
    assert item.summary.zh == ROAD.summary.zh
    assert any("办理条件" in each.zh for each in item.to_confirm)


def test_what_the_row_changes_is_taken_and_the_rest_stays() -> None:
    changed = told() | {"promise_day": "5", "task_name": "临时占道审批", "link_way": "12319"}
    item = taken(changed, ROAD)
    assert (item.promise.working_days, item.title.zh, item.contact.consult) == (5, "临时占道审批", "12319")
    assert (item.form, item.rules, item.steps, item.checklist) == (ROAD.form, ROAD.rules, ROAD.steps, ROAD.checklist)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("task_name", ""),
        ("promise_day", "soon"),
        ("promise_type", "fortnights"),
        ("materials", [{"material_name": ""}]),
        ("materials", [{"material_name": "a", "page_num": "x"}]),
        ("materials", "none"),
        ("materials", [{"material_name": {"zh": "a"}}]),
        ("faq", [{"question": "a", "answer": ""}]),
        ("server_type", [1, 2]),
        ("abstract", "x" * 4001),
        ("link_way", ["1"]),
    ],
)
def test_a_broken_element_is_named_by_its_column(column: str, value: object) -> None:
    with pytest.raises(Wrong) as wrong:
        taken(told() | {column: value}, ROAD)
    assert wrong.value.column == column and wrong.value.why.zh and wrong.value.why.en


def test_a_new_item_needs_a_code_of_its_own() -> None:
    with pytest.raises(Wrong) as wrong:
        taken(told() | {"local_code": "临时占道"}, None)
    assert wrong.value.column == "local_code"


def test_a_broken_row_of_json_is_named_and_the_rest_goes_in() -> None:
    good = json.dumps(told(), ensure_ascii=False)
    text = '{"items": [\n' + good + ',\n{"task_name": "broken,\n' + good + ",\n[1],\n" + good + "\n]}\n"
    lines = list(tables.read(text.encode(), ".json"))
    assert [bool(line.row) for line in lines] == [True, False, True, False, True]
    assert [line.number for line in lines] == [2, 3, 4, 5, 6]


def test_a_broken_row_of_csv_is_named_and_the_rest_goes_in() -> None:
    whole = tables.to_csv([told(), told(), told()]).decode("utf-8-sig").split("\r\n")
    whole[2] = '"one","two"'
    lines = list(tables.read("\r\n".join(whole).encode(), ".csv"))
    assert [bool(line.row) for line in lines] == [True, False, True]
    assert lines[1].number == 3 and "cells" in lines[1].wrong.why.en


def test_a_list_that_is_no_json_is_named_by_its_column() -> None:
    text = "task_name,materials\n占道,[oops\n"
    (line,) = tables.read(text.encode(), ".csv")
    assert (line.number, line.wrong.column) == (2, "materials")


def test_an_unknown_element_is_said_and_the_rows_go_in() -> None:
    lines = list(tables.read("task_name,shoe_size\n占道,43\n".encode(), ".csv"))
    assert lines[0].wrong.column == "shoe_size" and lines[1].row == {"task_name": "占道"}


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"\xff\xfe\x00", ".json", "table_encoding"),
        (b"", ".json", "table_empty"),
        (b"hello", ".csv", "table_heading"),
        (b"x", ".xlsx", "table_kind"),
        (b"x" * (tables.LARGEST + 1), ".json", "table_too_large"),
        (b"[" + b"{}," * (tables.MOST + 1), ".json", "table_too_large"),
    ],
)
def test_a_file_without_rows_is_refused(content: bytes, kind: str, code: str) -> None:
    with pytest.raises(tables.NoTable) as no:
        list(tables.read(content, kind))
    assert no.value.code == code


def test_json_as_deep_as_a_well_ends_in_a_named_row() -> None:
    lines = list(tables.read(b"[" + b"[" * 200_000, ".json"))
    assert len(lines) == 1 and lines[0].wrong


@given(st.text(max_size=300), st.sampled_from([".json", ".csv"]))
def test_no_text_breaks_the_reader(text: str, kind: str) -> None:
    try:
        for line in tables.read(f'[\n{{"task_name": "a"}},\n{text}'.encode("utf-8", "replace"), kind):
            if line.row is not None:
                taken(line.row, ROAD)
    except (Wrong, tables.NoTable):
        pass


def test_nothing_of_the_elements_is_unknown_here() -> None:
    assert set(told()) == set(COLUMNS) and set(interchange.NEEDED) <= set(COLUMNS)
