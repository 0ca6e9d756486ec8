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
