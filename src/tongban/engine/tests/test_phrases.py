"""Phrases of officers: read strictly, with their articles in words, and only where they fit."""

import pytest

from tongban.base.words import Words
from tongban.engine.check import check
from tongban.engine.items import Use, load_phrases
from tongban.engine.tests.services import files

LAWS = {"licensing-law": Words(zh="行政许可法", en="Licensing Law")}
GOOD = "- {key: blurred, use: supplement, text: {zh: 不清晰, en: It is blurred}, cites: [licensing-law#32.1.4]}\n"


def read(text, items=None):
    return load_phrases({"phrases/some.yaml": text.encode()}, LAWS, items)


def test_a_phrase_is_read_with_its_articles_in_words():
    found, wrong = read(GOOD)
    assert wrong == ()
    assert found["blurred"].use is Use.SUPPLEMENT
    assert found["blurred"].cites[0].zh == "《行政许可法》第三十二条第一款第四项"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + GOOD, "there twice"),
        (GOOD.replace("supplement", "not-accept").replace(", cites: [licensing-law#32.1.4]", ""), "names no article"),
        (GOOD.replace("licensing-law", "no-law"), "cites nothing"),
        (GOOD.replace("#32.1.4", "#x"), "cites nothing"),
        (GOOD.replace("It is blurred", '" "'), "empty in a language"),
        (GOOD.replace("supplement", "praise"), "Invalid enum value"),
        (GOOD.replace("use:", "usage:"), "unknown field"),
        ("- [", "yaml"),
    ],
)
def test_what_is_wrong_with_a_phrase_is_said_with_file_and_line(text, says):
    _, wrong = read(text)
    assert wrong and any(says in str(each) for each in wrong), wrong
    assert all(each.file == "services/phrases/some.yaml" and each.fix for each in wrong)


def test_a_phrase_of_an_item_or_paper_that_is_not_there_is_found():
    _, wrong = read(GOOD.replace("use:", "items: [no-such-item], use:"), {})
    assert "there is no item 'no-such-item'" in str(wrong[0])
    _, wrong = read(GOOD.replace("use:", "material: no-such-paper, use:"), {})
    assert "no item asks for the paper 'no-such-paper'" in str(wrong[0])


def test_one_broken_phrase_leaves_the_others():
    found, wrong = read(GOOD + GOOD.replace("blurred,", "other,").replace("licensing-law", "no-law"))
    assert set(found) == {"blurred"} and len(wrong) == 1


def test_the_check_of_all_services_reads_the_phrases():
    report = check({**files(), "phrases/some.yaml": GOOD.replace("licensing-law", "no-law").encode()})
    assert any(each.rule == "phrases" for each in report.errors)
