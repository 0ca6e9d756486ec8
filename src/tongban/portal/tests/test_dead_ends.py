"""Who does not qualify reads so first, is led nowhere that cannot help, and is shown what would."""

import re

import pytest

from tongban.portal.tests.conftest import ALLOWANCE, CITY, FIRM, begin, firm_answers, version_of

pytestmark = pytest.mark.django_db
GUIDE = f"/services/{CITY}/{ALLOWANCE}"
REFUSED = "您现在不符合办理条件"
WHY = "高龄津贴发给年满 80 周岁的老人"
ACT = f"/space/acting?next={GUIDE.replace('/', '%2F')}"


@pytest.fixture
def too_young(enter):
    browser = enter("founder")
    return browser, begin(browser, ALLOWANCE)


def main(text):
    return text[text.index("<main") : text.index("</main>")]


def test_the_guide_says_so_before_anything_else_and_beginning_is_not_what_it_urges(enter):
    text = main(enter("founder").open(GUIDE))
    assert text.index(REFUSED) < text.index(WHY) < text.index('id="sums"')
    assert "您的情况不符合这一条" not in text and "button primary" not in text
    assert ACT.replace("&", "&amp;") in text


def test_the_guide_of_who_qualifies_urges_to_begin(enter):
    text = main(enter("elder").open(GUIDE))
    assert REFUSED not in text and "button primary" in text


@pytest.mark.parametrize("page", ["", "/q/person_bank_account", "/review"])
def test_every_page_of_the_draft_says_so_and_offers_to_act_for_another(too_young, page):
    browser, draft = too_young
    text = main(browser.open(draft + page))
    assert REFUSED in text and WHY in text and "年满 80 周岁当月起即可申请" in text and ACT in text


def test_the_review_leads_to_no_question_that_is_not_asked(too_young):
    browser, draft = too_young
    text = main(browser.open(f"{draft}/review"))
    assert "继续补齐" not in text and "person_birth" not in text
    for address in set(re.findall(r'href="([^"#]+)"', text)):
        browser.open(address.replace("&amp;", "&"))
        assert browser.last.status_code == 200, address


def test_what_another_answer_mends_is_still_led_to(enter, people):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    answers = firm_answers(people)
    for key in ("shareholders", "capital"):
        told = answers[key] if key == "shareholders" else {"value": "5"}
        founder.open(f"{draft}/q/{key}")
        founder.send(f"{draft}/q/{key}", {"version": version_of(founder), "do": "save", **told})
    text = main(founder.open(f"{draft}/review"))
    assert f'{draft}/q/capital?back=review">修改这一项' in text and "继续补齐" in text and REFUSED not in text


def test_it_is_said_in_english_too(too_young):
    browser, draft = too_young
    browser.cookies["lang"] = "en"
    text = main(browser.open(f"{draft}/review"))
    assert "you do not qualify now" in text and "Act for somebody else" in text
