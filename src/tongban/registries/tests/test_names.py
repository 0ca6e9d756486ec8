"""Judging firm names: pure functions against pairs that people judged before the code was written."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.errors import Refusal
from tongban.registries import names

JUDGED = yaml.safe_load(Path(__file__).with_name("judged_names.yaml").read_text("utf-8"))
PLACES = names.Places.of(JUDGED["city"])
SONGJIANG = names.Places.of("310117")
HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)
TRADES = st.sampled_from(["科技", "餐饮", "商贸", "酒业", "物流", "实业"])


def verdict_on(asked: str, existing: str | None) -> names.NameVerdict:
    there = [names.Existing.of(names.parse(existing, PLACES))] if existing else []
    return names.judge(asked, PLACES, there)


@pytest.mark.parametrize("pair", JUDGED["pairs"], ids=lambda pair: f"{pair['kind']}: {pair['asked']}"[:60])
def test_the_check_agrees_with_every_judged_pair(pair):
    assert (verdict_on(pair["asked"], pair.get("existing")).code or "ok") == pair["verdict"], pair["why"]


def test_at_least_two_hundred_pairs_are_judged_and_of_every_kind():
    kinds = Counter(pair["kind"] for pair in JUDGED["pairs"])
    assert sum(kinds.values()) >= 200
    assert set(kinds) == {"homophone", "order", "trade", "shape", "addition", "same", "free", "rule"}
    assert min(kinds.values()) >= 10


def test_of_what_the_rules_forbid_at_least_as_many_honest_names_that_look_alike_are_judged():
    """A list of words is easily too long: whoever adds a word judges a name that it must not catch."""
    rules = [p for p in JUDGED["pairs"] if not p.get("existing") and p["asked"]]
    refused = [p for p in rules if p["verdict"] in ("forbidden", "malformed")]
    assert len(refused) >= 110
    assert len([p for p in rules if p["verdict"] == "ok"]) >= 105


@pytest.mark.parametrize("pair", [p for p in JUDGED["pairs"] if p["verdict"] == "forbidden"], ids=lambda p: p["asked"])
def test_a_forbidden_name_cites_the_paragraph_that_forbids_it_and_names_the_word(pair):
    verdict = verdict_on(pair["asked"], None)
    assert verdict.cites == (f"《企业名称登记管理规定》{pair['why'].split('：')[0]}",)
    word = verdict.says.zh.split("“")[1].split("”")[0]
    assert word in names.normalised(pair["asked"]).replace("（杭州）", "")
    assert verdict.next_step is not None and word in verdict.next_step.en


@pytest.mark.parametrize("name", ["上海军辉机械有限公司", "上海关爱家政有限公司", "上海松江军辉机械有限公司"])
def test_the_place_and_the_first_character_of_the_core_make_no_word_together(name):
    assert names.judge(name, SONGJIANG, ()).ok


@pytest.mark.parametrize("name", ["杭州（星云软件有限公司", "星云（杭州）软件（浙江）有限公司", "星云（软件）有限公司"])
def test_a_bracket_that_may_not_be_says_where_one_may(name):
    verdict = names.judge(name, PLACES, ())
    assert verdict.code == "malformed" and "第七条" in verdict.cites[0]
    assert verdict.next_step is not None and "（杭州）" in verdict.next_step.zh


@pytest.mark.parametrize(("city", "way"), [("330100", "杭州"), ("310117", "上海松江"), ("330122", "桐庐县")])
def test_a_name_that_begins_elsewhere_is_told_how_the_place_itself_is_written(city, way):
    verdict = names.judge("北京云栖科技有限公司", names.Places.of(city), ())
    assert verdict.next_step is not None and verdict.next_step.zh == f"以“{way}”开头"


@given(st.text(alphabet="（）()杭州星云软件", min_size=1, max_size=16))
def test_a_name_that_is_free_keeps_no_bracket_but_a_partnerships(text):
    verdict = names.judge(f"{text}有限公司", PLACES, ())
    assert not verdict.ok or not set("（）") & set(verdict.parsed.name)


def test_a_refused_name_says_against_which_under_which_article_and_what_is_free():
    verdict = verdict_on("杭州宏图科技有限公司", "杭州弘图科技有限公司")
    assert verdict.against == "杭州弘图科技有限公司"
    assert verdict.likeness == "sound"
    assert "第十七条" in verdict.cites[0]
    assert len(verdict.suggestions) == 3
    there = [names.Existing.of(names.parse("杭州弘图科技有限公司", PLACES))]
    assert all(names.judge(free, PLACES, there).ok for free in verdict.suggestions)


def test_a_reserved_name_is_told_from_a_registered_one():
    there = [names.Existing.of(names.parse("杭州云栖科技有限公司", PLACES), reserved=True)]
    assert names.judge("杭州云栖科技有限公司", PLACES, there).code == "reserved"


def test_a_firm_with_a_tie_of_investment_may_be_alike_but_not_the_same():
    there = [names.Existing.of(names.parse("杭州云栖科技有限公司", PLACES))]
    tied = {"杭州云栖科技有限公司"}
    assert names.judge("杭州云栖软件有限公司", PLACES, there, related=tied).ok
    assert names.judge("杭州云栖科技有限公司", PLACES, there, related=tied).code == "taken"


@pytest.mark.parametrize("name", ["上海松江云栖科技有限公司", "上海市松江区云栖科技有限公司", "上海云栖科技有限公司"])
def test_a_district_is_written_after_its_city(name):
    assert names.judge(name, SONGJIANG, ()).ok


@pytest.mark.parametrize("name", ["松江区云栖科技有限公司", "杭州云栖科技有限公司", "浦东云栖科技有限公司"])
def test_a_district_alone_or_another_place_is_refused(name):
    assert names.judge(name, SONGJIANG, ()).code == "malformed"


@given(st.text(max_size=80))
def test_any_text_gets_a_verdict_and_never_an_error(text):
    verdict = names.judge(text, PLACES, ())
    assert verdict.ok is (verdict.code is None)
    assert verdict.says.zh and verdict.says.en
    assert verdict.ok or verdict.next_step


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text):
    once = names.normalised(text)
    assert names.normalised(once) == once


@given(HAN, HAN, TRADES, TRADES)
def test_likeness_is_mutual(one, other, trade, another):
    try:
        a = names.parse(f"杭州{one}{trade}有限公司", PLACES)
        b = names.parse(f"杭州{other}{another}有限公司", PLACES)
    except Refusal:
        return
    forth = names.judge(a.name, PLACES, [names.Existing.of(b)], suggest=0)
    back = names.judge(b.name, PLACES, [names.Existing.of(a)], suggest=0)
    if {forth.code, back.code} <= {None, "taken", "too_similar"}:
        assert forth.ok == back.ok


@given(HAN, HAN)
def test_names_are_alike_only_where_they_share_a_stored_key(one, other):
    from tongban.registries.names.keys import alike

    assert (alike(one, other) is not None) == bool(set(names.keys(one)) & set(names.keys(other)))
