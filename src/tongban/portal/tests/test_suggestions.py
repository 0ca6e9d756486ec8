"""Services worth a look: by what registries say, with the reason, on the record, and off when somebody turns them off."""

from __future__ import annotations

import re

import pytest

from tongban.identity.models import Account
from tongban.portal.tests.conftest import ALLOWANCE, begin
from tongban.trail.models import Read

pytestmark = pytest.mark.django_db
LOOKS = {"purpose": "recommend"}


def suggested(text):
    found = re.search(r'<ul class="suggested".*?</ul>', text, re.S)
    return re.findall(r'href="/services/\d{6}/([\w-]+)"', found[0]) if found else []


def test_an_elder_sees_what_their_age_makes_worth_a_look_and_why(enter):
    elder = enter("elder", level=1)
    text = elder.open("/")
    assert ALLOWANCE in suggested(text) and "因为：</span>人口库记载您已满 80 周岁" in text
    assert ALLOWANCE in suggested(elder.open("/space"))


def test_the_look_is_on_the_record_once_a_day_as_the_persons_own(enter):
    elder = enter("elder", level=1)
    elder.open("/")
    looks = Read.objects.filter(**LOOKS).count()
    assert looks and set(Read.objects.filter(**LOOKS).values_list("actor_kind", flat=True)) == {"person"}
    elder.open("/space")
    elder.open("/")
    assert Read.objects.filter(**LOOKS).count() == looks
    assert "为您推荐服务" in elder.open("/space/access?who=me")


def test_turned_off_nothing_is_looked_at_and_it_stays_so_with_the_account(enter):
    elder = enter("elder", level=1)
    elder.send("/space/suggestions", {"on": "0", "back": "home"})
    assert elder.at == "/" and suggested(elder.text) == []
    again = enter("elder", level=1)
    before = Read.objects.filter(**LOOKS).count()
    text = again.open("/space")
    assert suggested(text) == [] and "您已关闭推荐" in text
    assert Read.objects.filter(**LOOKS).count() == before
    again.send("/space/suggestions", {"on": "1"})
    assert again.at == "/space" and ALLOWANCE in suggested(again.text)


def test_what_is_begun_already_is_not_suggested(enter):
    elder = enter("elder")
    begin(elder, ALLOWANCE)
    assert ALLOWANCE not in suggested(elder.open("/"))


def test_nobody_unproven_and_no_officer_is_suggested_anything(visitor, enter):
    assert suggested(visitor.open("/")) == []
    newcomer = enter("founder", level=0)
    assert suggested(newcomer.open("/")) == [] and newcomer.open("/space").count("suggested") == 0
    assert not Read.objects.filter(**LOOKS).exists()


def test_nothing_is_suggested_while_acting_for_a_firm(enter, people):
    boss = enter("representative")
    boss.open("/")
    before = Read.objects.filter(**LOOKS).count()
    boss.send("/space/acting", {"mandate": "own:" + people["representative"]["firm"]["uscc"]})
    text = boss.open("/space")
    assert "的空间" in boss.heading and "suggested" not in text
    assert Read.objects.filter(**LOOKS).count() == before


def test_nothing_of_it_lies_in_the_session_but_keys_of_rules(enter):
    elder = enter("elder", level=1)
    elder.open("/")
    kept = elder.session["suggested"]
    assert set(kept) == {"day", "keys"} and all(re.fullmatch(r"[a-z0-9-]+", key) for key in kept["keys"])


@pytest.mark.parametrize("told", ["", "x", "2" * 5000])
def test_the_switch_takes_only_on_for_on(enter, told):
    elder = enter("elder", level=1)
    elder.send("/space/suggestions", {"on": told})
    assert elder.at == "/space" and not Account.objects.get(pk=elder.session["who"]).suggests
