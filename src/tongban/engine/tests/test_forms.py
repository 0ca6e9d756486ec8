"""Answers: what is taken, what is refused, and that nothing is changed in silence."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.engine.forms import WIDGETS, Invalid, lookups, schema, validate
from tongban.engine.plan import Question
from tongban.engine.tests.services import words

PERSON = "11010519491231002X"


def question(widget: str, narrowed: dict[str, Any] | None = None, options: tuple[str, ...] = ()) -> Question:
    return Question(
        key="k", element="e.e", widget=widget, ask=words("?"), schema=schema(widget, narrowed or {}, options)
    )


@pytest.mark.parametrize(
    ("widget", "raw", "value"),
    [
        ("money", "100,000.50", 10_000_050),
        ("money", 5, 5),
        ("number", " 12 ", 12),
        ("name", "阿依古丽•买买提", "阿依古丽·买买提"),
        ("name", "𠮷䶮", "𠮷䶮"),
        ("text", "<script>alert(1)</script>' OR 1=1 --", "<script>alert(1)</script>' OR 1=1 --"),
        ("mobile", "138-0000 0000", "13800000000"),
        ("date", "2024-02-29", "2024-02-29"),
        ("slot", "2026-03-01T09:30", "2026-03-01T09:30"),
        ("confirm", "on", True),
        ("person", {"name": "演示", "id": "11010519491231002x"}, {"name": "演示", "id": PERSON}),
        (
            "bank-account",
            {"bank": "演示银行", "number": "6222 0000 0000 0001"},
            {"bank": "演示银行", "number": "6222000000000001"},
        ),
        ("long-text", "一\r\n二", "一\n二"),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(widget: str, raw: Any, value: Any) -> None:
    assert validate(question(widget), raw) == value


@pytest.mark.parametrize(
    ("widget", "raw"),
    [
        ("money", "-1"), ("money", "1.005"), ("money", 10**30), ("money", "1" + "0" * 30), ("money", "NaN"),
        ("money", "1e99999999"), ("money", True), ("number", "1.5"), ("number", "１２x"),
        ("name", "<b>"), ("name", "x" * 51), ("name", "a1"), ("text", "a\x00b"), ("text", "a\u202eb"), ("text", "\ud800"),
        ("text", "x" * 201), ("text", ["a"]), ("date", "2026-02-30"), ("date", "20260301"),
        ("date", "2026-W01-1"), ("date", "２０２６-03-01"), ("slot", "2026-W01-1T09:00"), ("slot", "２０２６-03-01T09:00"),
        ("slot", "2026-03-01T24:00"),
        ("mobile", "12800000000"), ("confirm", "no"), ("person", {"name": "演示", "id": "110105194912310021"}),
        ("person", {"name": "演示", "id": PERSON, "more": 1}), ("holders", []), ("people", [{}] * 501),
        ("place", {"code": ""}), ("choice", {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_both_languages(widget: str, raw: Any) -> None:
    with pytest.raises(Invalid) as no:
        validate(question(widget), raw)
    assert no.value.field and no.value.field.startswith("k")
    assert all(each.says.zh and each.says.en for each in no.value.errors)


def test_all_errors_are_told_at_once_with_their_path() -> None:
    holders = [
        {"type": "firm", "name": "甲", "id": "1", "amount": "3"},
        {"type": "person", "name": "<b>", "id": PERSON, "amount": "0"},
    ]
    with pytest.raises(Invalid) as no:
        validate(question("holders"), holders)
    assert {each.path for each in no.value.errors} == {"0.id", "1.name", "1.amount"}


def test_only_what_is_listed_can_be_chosen() -> None:
    assert validate(question("choice", options=("a", "b")), "a") == "a"
    assert validate(question("choices", options=("a", "b")), "a") == ["a"]
    for widget, raw in (("choice", "c"), ("choices", ["a", "c"]), ("choices", ["a", "a"])):
        with pytest.raises(Invalid):
            validate(question(widget, options=("a", "b")), raw)


def test_an_answer_says_what_is_to_be_looked_up() -> None:
    holders = [{"type": "person", "id": "1"}, {"type": "firm", "id": "2"}]
    assert lookups("holders", holders) == ("person:1", "firm:2")
    assert lookups("firm-name", "甲") == ("name-check:甲",)
    assert lookups("place", {"code": "p"}) == ("place:p",)
    assert lookups("text", "甲") == lookups("holders", "nonsense") == lookups("place", None) == ()


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(WIDGETS)), json)
def test_nothing_does_anything_but_be_taken_or_refused(widget: str, raw: Any) -> None:
    asked = question(widget, options=("a",) if widget in ("choice", "choices", "industry") else ())
    try:
        value = validate(asked, raw)
    except Invalid as no:
        assert no.errors
    else:
        assert validate(asked, value) == value
        lookups(widget, value)


@pytest.mark.parametrize(
    ("widget", "raw", "says"),
    [
        ("money", "一百万", [("", "请用数字填写金额，例如 1000000，最多两位小数")]),
        ("money", "1,000,000.555", [("", "请用数字填写金额，例如 1000000，最多两位小数")]),
        ("number", "3.5", [("", "请填写整数，例如 3，不带小数和单位")]),
        ("mobile", "1", [("", "手机号是 11 位数字，请核对")]),
        ("choice", "", [("", "请选择“所问”")]),
        ("text", "", [("", "请填写“所问”")]),
        ("pick", {"name": "", "id": ""}, [("", "请选择一位，或填写由谁担任")]),
        ("person", {"name": "", "id": ""}, [("name", "请填写姓名"), ("id", "请填写身份证号码")]),
        ("bank-account", {"bank": "", "number": "12"}, [("bank", "请填写开户银行"), ("number", "账号是 12 到 19 位数字，请核对")]),
        ("place", {"code": ""}, [("code", "请先查找地址，再从结果中选一个")]),
    ],
)
def test_a_wrong_answer_is_told_what_is_wanted(widget: str, raw: Any, says: list[tuple[str, str]]) -> None:
    asked = msgspec.structs.replace(question(widget, options=("a",) if widget == "choice" else ()), title=words("所问"))
    with pytest.raises(Invalid) as no:
        validate(asked, raw)
    assert [(each.path, each.says.zh) for each in no.value.errors] == says


def test_what_is_written_in_a_form_of_its_own_is_told_the_note_of_its_question() -> None:
    asked = msgspec.structs.replace(question("text", {"pattern": "^JY[0-9]{14}$"}), help=words("JY 开头"))
    with pytest.raises(Invalid) as no:
        validate(asked, "x")
    assert no.value.errors[0].says.zh == "请按说明填写：JY 开头"
