"""An item as a plain form and back: nothing is lost, and what cannot be taken is said by its field."""

from __future__ import annotations

import pytest

from tongban.base.words import Words
from tongban.engine.items import Item
from tongban.engine.items.plain import Unfit, fields, filled
from tongban.engine.plan import Promise
from tongban.engine.tests import services

ITEMS = services.repository().items


@pytest.mark.parametrize("code", sorted(ITEMS)[:60])
def test_the_form_as_it_is_shown_gives_the_same_item(code: str) -> None:
    assert filled(ITEMS[code], fields(ITEMS[code])) == ITEMS[code]


def changed(item: Item, **values: str) -> Item:
    return filled(item, {**fields(item), **{name.replace("__", "."): value for name, value in values.items()}})


@pytest.fixture
def item() -> Item:
    return ITEMS["company-registration"]


def test_days_texts_questions_and_papers_are_taken(item: Item) -> None:
    new = len(item.faq)
    typed = {
        "promise__unit": "days",
        "promise__number": "2",
        "summary__zh": " 新说明 ",
        "summary__en": "New\r\nwords",
        f"faq__{new}__question__zh": "问",
        f"faq__{new}__question__en": "Q",
        f"faq__{new}__answer__zh": "答",
        f"faq__{new}__answer__en": "A",
    }
    paper = item.materials[0].type
    after = filled(
        item,
        {**fields(item), **{k.replace("__", "."): v for k, v in typed.items()}, f"materials.{paper}.title.zh": "新名"},
    )
    assert after.promise == Promise(working_days=2)
    assert after.summary == Words(zh="新说明", en="New\nwords")
    assert (after.faq[-1].question.en, len(after.faq)) == ("Q", new + 1)
    assert after.materials[0].title.zh == "新名"
    assert after.form == item.form


def test_an_emptied_question_is_taken_out(item: Item) -> None:
    empty = {f"faq.0.{part}.{language}": "" for part in ("question", "answer") for language in ("zh", "en")}
    assert filled(item, {**fields(item), **empty}).faq == item.faq[1:]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("promise.number", "0"),
        ("promise.number", "-3"),
        ("promise.number", "一"),
        ("title.zh", ""),
        ("title.en", ""),
        ("summary.zh", "x" * 4001),
        ("summary.zh", "a\x00b"),
        ("contact.consult", "call us"),
        ("faq.0.answer.en", ""),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(item: Item, name: str, value: str) -> None:
    with pytest.raises(Unfit) as no:
        filled(item, {**fields(item), name: value})
    assert name in no.value.wrong
    assert all(says.zh and says.en for says in no.value.wrong.values())


@pytest.mark.parametrize(("typed", "fen"), [("0", 0), ("12", 1200), ("12.5", 1250), ("0.05", 5)])
def test_money_is_read_as_yuan_and_kept_as_fen(typed: str, fen: int) -> None:
    priced = services.item("x", fees=(services.Tariff(key="fee", title=services.words("费"), payee="tax", fen=500),))
    assert filled(priced, {**fields(priced), "fees.fee.yuan": typed}).fees[0].fen == fen
    with pytest.raises(Unfit):
        filled(priced, {**fields(priced), "fees.fee.yuan": "1,2"})
