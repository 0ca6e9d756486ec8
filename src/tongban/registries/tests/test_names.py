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
