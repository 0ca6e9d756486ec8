"""Answers as people read them."""

from types import SimpleNamespace

import pytest

from tongban.ui import shown, words


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("330106", "浙江省杭州市西湖区", "Xihu District, Hangzhou"),
        ("310117", "上海市松江区", "Songjiang District, Shanghai"),
        ("999999", "999999", "999999"),
    ],
)  # fmt: skip
def test_a_division_is_read_by_its_name(code, zh, en):
    field = SimpleNamespace(widget="division", options=())
    with words.speaking("zh"):
        assert shown.value(field, code) == zh
    with words.speaking("en"):
        assert shown.value(field, code).startswith(en)


@pytest.mark.parametrize(
    ("widget", "raw", "zh", "en"),
    [
        ("date", "2026-11-19", "2026年11月19日", "19 Nov 2026"),
        ("date", "soon", "soon", "soon"),
        ("slot", "2026-12-07T10:00", "2026年12月7日 周一 10:00", "Mon 7 Dec 2026 10:00"),
        ("slot", "2026-13-07T10:00", "2026-13-07T10:00", "2026-13-07T10:00"),
    ],
)
def test_a_day_is_read_as_one(widget, raw, zh, en):
    field = SimpleNamespace(widget=widget, options=())
    for language, said in (("zh", zh), ("en", en)):
        with words.speaking(language):
            assert shown.value(field, raw) == said
