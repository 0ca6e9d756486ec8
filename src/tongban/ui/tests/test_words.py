"""Words, dates, money and durations in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.words import Words
from tongban.ui import colour, words

MONDAY = date(2026, 11, 23)


def both(call, *args, **kwargs):
    return call(*args, language="zh", **kwargs), call(*args, language="en", **kwargs)


def test_dates_read_as_people_say_them():
    assert both(words.day, MONDAY) == ("11月23日 周一", "Mon 23 Nov")
    assert both(words.day, MONDAY, year=True) == ("2026年11月23日 周一", "Mon 23 Nov 2026")


def test_moments_are_shown_in_shanghai():
    late = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
    assert both(words.moment, late) == ("11月23日 周一 01:05", "Mon 23 Nov 01:05")


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [(0, "0 元", "CNY 0"), (123450, "1,234.50 元", "CNY 1,234.50"), (50000000, "500,000 元", "CNY 500,000"),
     (-5, "-0.05 元", "CNY -0.05")],
)
def test_money_is_fen_shown_as_yuan(fen, zh, en):
    assert both(words.money, fen) == (zh, en)


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [(0, "不到 1 分钟", "under 1 min"), (6, "6 分钟", "6 min"), (80, "1 小时 20 分钟", "1 h 20 min"), (1440, "1 天", "1 day"),
     (timedelta(days=2, hours=3, minutes=9), "2 天 3 小时", "2 days 3 h")],
)
def test_durations_use_the_two_largest_units(span, zh, en):
    assert both(words.duration, span) == (zh, en)


def test_a_promise_names_its_clock():
    assert both(words.promise, office_minutes=20) == ("20 分钟（办公时间）", "20 min of office time")
    assert both(words.promise, working_days=1) == ("1 个工作日", "1 working day")
    assert both(words.promise) == ("即时办结", "at once")
    assert both(words.used_of, 6, 20) == ("用时 6 分钟 / 承诺 20 分钟", "6 min used of 20 min promised")


def test_chinese_and_latin_keep_a_thin_space_and_html_is_left_alone():
    assert words.spaced("共3份PDF材料") == "共\u20093\u2009份\u2009PDF\u2009材料"
    assert words.spaced("用时 6 分钟") == "用时 6 分钟"


@given(st.text())
def test_thin_spaces_are_all_that_spacing_changes(text):
    assert words.spaced(text).replace("\u2009", "") == text.replace("\u2009", "")
    assert words.spaced(words.spaced(text)) == words.spaced(text)


def test_names_keep_one_middle_dot_and_strangers_see_one_character():
    assert words.person_name(" 阿依古丽 • 买买提 ") == "阿依古丽·买买提"
    assert words.masked("李小明") == "李**"
    assert words.masked("阿依古丽・买买提") == "阿***·***"
    assert words.masked("") == ""


def test_data_in_chinese_is_marked_on_an_english_page_and_our_own_words_are_not():
    with words.speaking("en"):
        assert words.said("Read and sign: 何婷（演示）") == 'Read and sign: <span lang="zh-Hans">何婷（演示）</span>'
        assert words.said("西湖区 3 号 808 室") == '<span lang="zh-Hans">西湖区 3 号 808 室</span>'
        assert words.said("<b>何</b>") == '&lt;b&gt;<span lang="zh-Hans">何</span>&lt;/b&gt;'
        assert words.said(Words(zh="甲", en="untranslated 甲")) == "untranslated 甲"
        assert words.said("no Chinese") == "no Chinese" and words.said(None) == ""
    assert words.said("何婷") == "何婷"


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "zh"), ("en", "en"), ("en-GB,en;q=0.9,zh;q=0.8", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
     ("fr,en;q=0.5", "en"), ("en;q=0,zh;q=0.1", "zh"), ("de", "zh"), ("en;q=0.1,zh;q=0.9", "zh"), (";;q=,,=", "zh")],
)
def test_the_browser_is_asked_for_its_language(header, language):
    assert words.negotiate(header) == language


@given(st.text())
def test_any_language_header_gives_one_of_ours(header):
    assert words.negotiate(header) in words.LANGUAGES


def test_a_language_ends_with_its_page():
    text = Words(zh="好", en="good")
    with words.speaking("en"):
        assert (words.t("好", "good"), words.w(text)) == ("good", "good")
    assert (words.t("好", "good"), words.w(text), words.w(None)) == ("好", "好", "")


hexes = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(hexes)
def test_text_in_and_on_any_citys_accent_can_be_read(chosen):
    sheet = dict(part.split(":", 1) for part in colour.accent_css(chosen)[6:-2].split(";"))
    assert colour.contrast(sheet["--accent"], "#ffffff") >= 4.5
    assert colour.contrast(sheet["--accent"], sheet["--accent-wash"]) >= 4.5
    assert colour.contrast(sheet["--accent-deep"], "#ffffff") >= 4.5


def test_a_colour_that_is_none_is_refused():
    with pytest.raises(ValueError):
        colour.accent_css("red;}body{display:none")


def test_a_case_number_is_broken_only_between_what_it_is_made_of():
    runs = words.runs("11330100000000000X30000000000012026112333010000017")
    assert runs == ["11330100000000000X", "3000000000001", "20261123", "33010000017"]
    assert words.runs("330100-2026-000017") == ["330100-2026-000017"]
