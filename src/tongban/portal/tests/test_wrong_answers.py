"""A wrong answer: the head of the page leads to the field, which says what is wrong and what would be right."""

import re

import msgspec
import pytest

from tongban.base.words import Words
from tongban.engine import forms
from tongban.engine.plan import Option, Question
from tongban.journeys import draft as drafting
from tongban.portal.tests.conftest import ALLOWANCE, FIRM, begin, version_of

pytestmark = pytest.mark.django_db
OPTIONS = ("a", "b")
FEW, MANY = OPTIONS, tuple(f"o{n}" for n in range(40))
NOTHING = {"do": "save"}
WRONG = {
    "do": "save", "value": "<" * 5000, "name": "<b>", "id": "1", "bank": "x", "number": "1", "day": "2026-99-99", "time": "9",
    "type-0": "person", "name-0": "<b>", "id-0": "1", "amount-0": "一百万", "type-1": "firm", "name-1": "", "id-1": "1", "amount-1": "",
}  # fmt: skip


def links(text):
    return re.findall(r'<li><a href="#([^"]+)">(.*?)</a>', text[text.index('class="errors"') : text.index('id="ask"')])


def asked_of(widget, options):
    return Question(
        key="k", element="e.e", widget=widget, ask=Words(zh="问什么？", en="What?"), title=Words(zh="这一项", en="This"),
        schema=forms.schema(widget, {}, options), options=tuple(Option(value=o, label=Words(zh=o, en=o)) for o in options),
    )  # fmt: skip


@pytest.fixture
def ask(enter, monkeypatch):
    """Sends an answer to a question of any widget, as a page of a draft that asks only that."""
    browser = enter("founder")
    draft, read = begin(browser, ALLOWANCE), drafting.sheet

    def sent(widget, data, options=()):
        def only(*args, **more):
            sheet = read(*args, **more)
            sheet.plan = msgspec.structs.replace(sheet.plan, questions=(asked_of(widget, options),))
            return sheet

        with monkeypatch.context() as patched:
            patched.setattr(drafting, "sheet", only)
            text = browser.send(f"{draft}/q/k", data)
        assert browser.last.status_code == 422, widget
        return text

    return sent


def test_every_link_of_every_widget_leads_to_a_field_that_says_the_same(ask):
    for widget in sorted(forms.WIDGETS):
        choosing = widget in ("choice", "choices", "industry")
        for options in (FEW, MANY) if choosing else ((),):
            for data in (NOTHING, WRONG):
                text = ask(widget, data, options)
                told = links(text)
                assert told, widget
                form = text[text.index('id="ask"') :]
                for id, says in told:
                    assert f'id="{id}"' in form, (widget, data, id)
                    said = re.search(rf'id="{id}-error">.*?</p>', form, re.S)
                    assert said and says.split("：")[-1] in said[0], (widget, id, says)
                assert len({says for _, says in told}) == len(told), (widget, told)


def test_errors_of_rows_stand_in_the_order_of_the_fields_and_say_of_which_row(ask):
    told = links(ask("holders", WRONG))
    assert [id for id, _ in told] == ["f-name-0", "f-id-0", "f-amount-0", "f-name-1", "f-id-1", "f-amount-1"]
    assert told[0][1].startswith("第 1 位：") and told[3][1] == "第 2 位：请填写姓名或企业名称"


@pytest.mark.parametrize("key", ["place", "shareholders"])
def test_nothing_given_leads_to_the_field(enter, key):
    founder = enter("founder")
    page = f"{begin(founder, FIRM)}/q/{key}"
    founder.open(page)
    text = founder.send(page, {"version": version_of(founder), "do": "save"})
    assert [id for id, _ in links(text)] == ["f-value"]
    assert 'id="f-value"' in text and 'id="f-value-error"' in text


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("capital", "一百万", "请用数字填写金额，例如 1000000，最多两位小数"),
        ("capital", "1,000,000.555", "请用数字填写金额，例如 1000000，最多两位小数"),
        ("capital", "", "请用数字填写“注册资本”，例如 1000000"),
        ("employees", "3.5", "请填写整数，例如 3，不带小数和单位"),
        ("person_mobile", "1", "手机号是 11 位数字，请核对"),
        ("term", "", "请选择“营业期限”"),
    ],
)
def test_the_words_say_what_is_wanted(enter, key, typed, says):
    founder = enter("founder")
    page = f"{begin(founder, FIRM)}/q/{key}"
    founder.open(page)
    assert says in founder.send(page, {"version": version_of(founder), "do": "save", "value": typed})


def test_a_search_for_a_trade_that_finds_nothing_says_so_and_nothing_is_offered_above_nothing(enter):
    founder = enter("founder")
    page = f"{begin(founder, FIRM)}/q/scope"
    assert "可以选的" not in founder.open(page)
    text = founder.send(page, {"do": "find", "find": "外星旅行"})
    assert '没有找到“<bdi class="typed">外星旅行</bdi>”，换个说法试试' in text and "可以选的" not in text
    text = founder.send(page, {"do": "find", "find": "软件"})
    assert "可以选的" in text and "没有找到" not in text
    told = links(founder.send(page, {"do": "save"}))
    assert [id for id, _ in told] == ["f-find"]
