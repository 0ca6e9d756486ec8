"""What a newer version changes for people, said in words."""

from __future__ import annotations

import msgspec
import pytest

from tongban.base.words import Words
from tongban.engine.items import About, Item, changes
from tongban.engine.items.model import Check, Faq, Tariff
from tongban.engine.plan import Promise
from tongban.engine.tests import services

replace = msgspec.structs.replace


@pytest.fixture(scope="module")
def item() -> Item:
    return services.repository().items["company-registration"]


def said(old: Item, new: Item) -> list[tuple[str, str, bool | None]]:
    return [(change.about.value, change.says.en, change.harder) for change in changes(old, new)]


def test_the_same_item_changes_nothing(item: Item) -> None:
    assert changes(item, item) == ()


def test_a_shorter_promise_eases_and_a_longer_one_burdens(item: Item) -> None:
    few, many = (replace(item, promise=Promise(working_days=days)) for days in (2, 9))
    assert said(many, few) == [("days", "Promised within: 9 working days → 2 working days", False)]
    assert said(few, many)[0][2] is True


def test_a_fee_that_comes_goes_or_grows_is_told_with_its_amount(item: Item) -> None:
    fee = Tariff(key="fee", title=Words(zh="工本费", en="Printing"), payee="tax", fen=500)
    free, dear = replace(item, fees=()), replace(item, fees=(replace(fee, fen=1000),))
    cheap = replace(item, fees=(fee,))
    assert said(free, cheap) == [("fees", "A new fee: Printing, CNY 5.00", True)]
    assert said(cheap, dear) == [("fees", "Printing: CNY 5.00 → CNY 10.00", True)]
    assert said(dear, cheap)[0][2] is False
    assert said(cheap, free) == [("fees", "No longer charged: Printing", False)]
    assert said(cheap, replace(item, fees=(replace(fee, payer="seller"),))) == [("fees", "Printing: owed by another party now", None)]


def test_papers_are_told_by_their_names(item: Item) -> None:
    first, *rest = item.materials
    fewer = replace(item, materials=tuple(rest))
    assert said(item, fewer) == [("papers", f"No longer asked for: {first.title.en}", False)]
    assert said(fewer, item)[0][1] == f"A new paper: {first.title.en}"
    check = Check(by="a-new-source", when="true", reason=Words(zh="联网核验", en="Checked online"))
    spared = replace(item, materials=(replace(first, verified=(*first.verified, check)), *rest))
    assert said(item, spared) == [("papers", f"{first.title.en}: more ways to be spared it", False)]
    assert said(spared, item)[0][2] is True


def test_conditions_and_questions_that_come_or_go(item: Item) -> None:
    fewer = replace(item, rules=item.rules[1:], form=item.form[:-1])
    abouts = [change.about for change in changes(item, fewer)]
    assert abouts == [About.CONDITIONS, About.QUESTIONS]
    assert [change.harder for change in changes(item, fewer)] == [False, False]


def test_other_words_are_neither_harder_nor_easier(item: Item) -> None:
    faq = (*item.faq, Faq(question=Words(zh="问", en="Q"), answer=Words(zh="答", en="A")))
    told = said(item, replace(item, title=Words(zh="新名", en="New name"), faq=faq))
    assert [(about, harder) for about, _, harder in told] == [("words", None), ("words", None)]


def test_every_change_is_said_in_both_languages(item: Item) -> None:
    other = services.repository().items["old-age-allowance"]
    found = changes(item, other)
    assert {change.about for change in found} >= {
        About.WHO,
        About.DAYS,
        About.PAPERS,
        About.CONDITIONS,
        About.QUESTIONS,
    }
    assert all(change.says.zh and change.says.en and "{" not in change.says.zh for change in found)
