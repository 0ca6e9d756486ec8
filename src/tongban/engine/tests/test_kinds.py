"""Kinds of matters: what an item takes over, who is left out, where a fault stands, which kind a name shows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tongban.engine.check import Around, findings
from tongban.engine.items import Broken, Item, body, kinds, load_shared, parse
from tongban.engine.items.body import canonical
from tongban.engine.items.loading import read_item
from tongban.engine.tests.services import repository

ITEM = """
kind: licence-change
title: {{zh: 演示许可证变更, en: Change of a demo licence}}
catalog_code: "000118000001"
type: "{type}"
audience: {audience}
subjects: {subjects}
office: transport
"""
FIRMS = '{firms: ["090"]}'
SHARED = repository().shared


def made(
    *, type: str = "01", audience: str = '["2"]', subjects: str = FIRMS, more: str = "", **sections: str
) -> tuple[Item, dict[str, Any]]:
    text = ITEM.format(type=type, audience=audience, subjects=subjects) + more
    folder = {"item.yaml": text.encode(), **{f"{name}.yaml": each.encode() for name, each in sections.items()}}
    return read_item(folder, SHARED, at="services/items/transport/demo-change")


def test_ten_lines_are_a_whole_application_with_its_flow_papers_outcome_and_examples() -> None:
    item, _ = made()
    assert [field.key for field in item.form][:3] == ["licence_number", "change_what", "change_from"]
    assert {paper.type for paper in item.materials} >= {"licence-held", "facts-proof", "business-licence"}
    assert [step.office for step in item.steps] == ["window", "transport", "transport", "transport", "supervision"]
    assert item.outcome.certificate == "matter-change" and item.examples and item.kind == "licence-change"
    assert item.summary.zh == "选证照、写明从什么变成什么，电子证照同步更新" and item.title.zh == "演示许可证变更"
    assert item.contact.consult == "12328"


def test_the_body_alone_is_enough_for_any_node() -> None:
    item, _ = made()
    assert parse(body(item)) == item


def test_the_general_law_of_the_type_is_cited_and_no_article_where_none_is_certain() -> None:
    permit, service = made()[0], made(type="20")[0]
    assert permit.legal.working_days == 20 and "第四十二条" in permit.legal_cites[0]
    assert service.legal.working_days is None and not service.legal_cites and service.to_confirm
    paper = {m.type: m for m in permit.materials}["licence-held"]
    assert "行政许可法" in paper.cites[0] and "第三十一条" in paper.cites[0]


def test_rules_and_parties_are_those_of_whom_it_serves() -> None:
    both = made(audience='["1", "2"]', subjects='{persons: ["095"], firms: ["090"]}')[0]
    persons = made(audience='["1"]', subjects='{persons: ["095"]}')[0]
    assert [rule.key for rule in made()[0].rules] == ["acts-for-an-organisation", "firm-in-being"]
    assert [rule.key for rule in persons.rules] == ["in-own-name"]
    assert [rule.key for rule in both.rules] == ["firm-in-being"]
    assert [party.key for party in persons.parties] == ["applicant"]
    assert {example.facts["firm.uscc"] is None for example in both.examples} == {True, False}


def test_what_an_item_says_itself_stands_before_its_kind() -> None:
    item, _ = made(more="promise: {working_days: 1}\n", form="- {element: change.to}\n")
    assert item.promise.working_days == 1
    assert [field.key for field in item.form] == ["change_to"]


def test_a_fault_stands_where_it_is_written_in_the_kind_or_in_the_item() -> None:
    item, sources = made()
    twice = msgspec.structs.replace(item, materials=(*item.materials, item.materials[-1]))
    late = msgspec.structs.replace(item, promise=msgspec.structs.replace(item.promise, working_days=30))
    found = [
        each
        for wrong in (twice, late)
        for each in findings(wrong, Around(), "services/items/transport/demo-change", {}, sources)
        if each.rule in ("keys-once", "promise-within-law")
    ]
    assert [each.file for each in found] == ["services/kinds/licence-change.yaml"] * 2
    assert all(each.line > 1 and each.fix for each in found)
    own, sources = made(more="promise: {working_days: 30}\n")
    late = [each for each in findings(own, Around(), "x", {}, sources) if each.rule == "promise-within-law"]
    assert [each.file for each in late] == ["services/items/transport/demo-change/item.yaml"]


@pytest.mark.parametrize(
    ("more", "says"),
    [("kind: nothing\n", "twice"), ("paper: x\n", "unknown field")],
)
def test_nonsense_is_refused_with_its_line(more: str, says: str) -> None:
    with pytest.raises(Broken) as no:
        made(more=more)
    assert says in str(no.value)


def test_an_unknown_kind_paper_or_cast_is_named() -> None:
    for section, text, says in (
        ("materials", "- {paper: nothing}\n", "nothing"),
        ("examples", "- {cast: nobody, title: {zh: a, en: a}, today: '2026-03-02', expect: {}}\n", "nobody"),
    ):
        with pytest.raises(Broken) as no:
            made(**{section: text})
        assert says in str(no.value)
    with pytest.raises(Broken, match="there is no kind 'other'"):
        text = ITEM.format(type="01", audience='["2"]', subjects=FIRMS).replace("licence-change", "other")
        read_item({"item.yaml": text.encode()}, SHARED, at="a/b")


def test_kinds_that_are_like_each_other_in_a_circle_are_refused() -> None:
    circle = {
        "kinds/a.yaml": b"title: {zh: a, en: a}\nlike: b\n",
        "kinds/b.yaml": b"title: {zh: b, en: b}\nlike: a\n",
    }
    with pytest.raises(Broken, match="like"):
        kinds.inherited("a", load_shared(circle), ["1"])


@pytest.mark.parametrize(
    ("name", "type", "kind"),
    [
        ("客运车辆道路运输证（注销）", "01", "vehicle-cancellation"),
        ("燃气经营许可证（变更）", "01", "licence-change"),
        ("公共场所卫生许可延续", "01", "licence-renewal"),
        ("医师执业证书遗失补办", "01", "licence-reissue"),
        ("社会团体注销登记", "01", "licence-cancellation"),
        ("医师首次执业注册", "01", "practice"),
        ("学生资助政策咨询", "20", "consultation"),
        ("个人权益记录查询打印", "20", "query-insurance"),
        ("城乡居民基本养老保险参保登记", "20", "insurance-enrolment"),
        ("企业职工基本养老保险关系转移接续", "20", "insurance-transfer"),
        ("就业见习补贴申领", "20", "benefit"),
        ("代开增值税专用发票", "10", "invoice"),
        ("古树名木认定", "07", "recognition"),
        ("水事纠纷处理", "09", "dispute"),
        ("举办营业性演出审批", "01", "event"),
        ("建设工程设计方案审定", "10", "project"),
        ("雷电防护装置竣工验收", "01", "project-acceptance"),
        ("采矿权变更登记", "01", "licence-change"),
        ("民用爆炸物品运输许可", "01", "goods"),
        ("幼儿园设立审批", "01", "school"),
        ("股权出质变更登记", "07", "pledge"),
    ],
)
def test_a_name_shows_its_kind(name: str, type: str, kind: str) -> None:
    assert kinds.guess(name, type, SHARED.kinds)[0] == kind


def test_a_name_that_shows_nothing_is_of_no_kind() -> None:
    assert kinds.guess("", "01", SHARED.kinds) == []
    assert kinds.guess("某某", "01", SHARED.kinds) == []


def test_every_kind_has_items_and_every_shared_paper_is_asked_for() -> None:
    assert repository().findings == ()
    used = {paper.type for item in repository().items.values() for paper in item.materials}
    assert set(SHARED.papers) <= used


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(VALUES)
def test_the_quick_way_to_the_canonical_form_writes_what_rfc_8785_writes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)
