"""Answers as people read them."""

from types import SimpleNamespace

import msgspec
import pytest
from django.template import engines

from tongban.engine.compose.materials import LATER, NO_BASIS, UPLOAD
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


def drawn(template, **context):
    return engines["jinja2"].from_string(template).render(context)


def paper(verdict, reason, blob):
    told = {"title": {"zh": "平面图", "en": "Plan"}, "reason": msgspec.to_builtins(reason), "source": ""}
    return SimpleNamespace(verdict=verdict, blob_id=blob, **told)


@pytest.mark.parametrize("asks", [UPLOAD, LATER])
def test_a_paper_that_was_given_is_said_to_be_given_and_not_asked_for(asks):
    papers = [paper("upload", asks, "1"), paper("upload", asks, None), paper("cancelled", NO_BASIS, None)]
    page = drawn("{{ ui.material_list(m) }}", m=shown.materials(SimpleNamespace(materials=papers), lambda m: None))
    assert "已提交" in page and "未提交" in page and "请上传" not in page
    assert NO_BASIS.zh in page, "why another is not needed stays"
    draft = {"title": "平面图", "verdict": "upload", "state": "done", "reason": shown.reason(asks, asked=False)}
    assert "已上传" in (page := drawn("{{ ui.material_list([m]) }}", m=draft)) and "请上传" not in page
    still = {**draft, "state": None, "reason": shown.reason(asks, asked=True)}
    assert "请上传" in drawn("{{ ui.material_list([m]) }}", m=still)


def test_what_is_over_has_no_bar_and_no_last_day():
    over = drawn('{{ ui.clock(3, 20, state="done", due="11月30日") }}')
    assert "用时 3 分钟 / 承诺 20 分钟" in over and "<svg" not in over and "11月30日" not in over
    assert "11月30日" in (open_ := drawn('{{ ui.clock(3, 20, due="11月30日") }}')) and "<svg" in open_
