"""Codes by text message and officers' sign-in: what works once works once, and every no is alike."""

from datetime import datetime, timedelta

import pyotp
import pytest

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.identity import actions, limits, officers
from tongban.identity.models import Account, Attempt, Office, OneTimeCode
from tongban.identity.refusals import WrongCode, WrongSignIn

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
MOBILE, SECRET, PASSWORD = "13900000001", "JBSWY3DPEHPK3PXP" * 2, "演示-correct horse"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def use(code, now=NOW, mobile=MOBILE):
    return actions.use_code(mobile=mobile, code=code, now=now)


def test_a_code_signs_in_once():
    code = actions.new_code(mobile=MOBILE, now=NOW)
    assert use(code).level == 0
    with pytest.raises(WrongCode):
        use(code)


def test_a_code_that_is_wrong_late_replaced_or_anothers_is_refused_alike():
    first = actions.new_code(mobile=MOBILE, now=NOW)
    code = actions.new_code(mobile=MOBILE, now=NOW)
    tries = [
        (wrong(code), NOW, MOBILE),
        (first if first != code else wrong(code), NOW, MOBILE),
        (code, NOW + timedelta(minutes=6), MOBILE),
        (code, NOW, "13900000002"),
        ("", NOW, MOBILE),
        ("０" * 6, NOW, MOBILE),
    ]
    said = set()
    for text, at, mobile in tries:
        with pytest.raises(WrongCode) as no:
            use(text, at, mobile)
        said.add((no.value.code, no.value.status, no.value.brief.zh))
    assert len(said) == 1 and not Account.objects.exists()


def test_five_wrong_tries_end_a_code():
    code = actions.new_code(mobile=MOBILE, now=NOW)
    for _ in range(actions.CODE_TRIES):
        with pytest.raises(WrongCode):
            use(wrong(code))
    with pytest.raises(WrongCode):
        use(code)


def test_a_door_that_is_tried_too_often_shuts_for_that_one_only():
    for _ in range(limits.LIMITS["code-try"][0]):
        limits.count(door="code-try", who=MOBILE, now=NOW)
    with pytest.raises(limits.TooOften):
        limits.count(door="code-try", who=MOBILE, now=NOW)
    limits.count(door="code-try", who="13900000002", now=NOW)
    limits.count(door="code-try", who=MOBILE, now=NOW + timedelta(minutes=16))


# -- officers


@pytest.fixture
def officer():
    office = Office.objects.create(
        key="window", name={"zh": "演示", "en": "demo"}, uscc="", level=1, roles=["window"], by="desk"
    )
    return officers.create(
        username="w", name="演示", office=office, powers=["accept"], password=PASSWORD, secret=SECRET, by=SYSTEM, now=NOW
    )


def totp(now=NOW) -> str:
    return pyotp.TOTP(SECRET).at(now)


def sign_in(*, username="w", password=PASSWORD, code=None, now=NOW):
    return officers.sign_in(username=username, password=password, code=totp(now) if code is None else code, now=now)


def test_an_officer_signs_in_with_password_and_present_code(officer):
    assert sign_in() == officer


def test_a_time_based_code_works_once_and_none_before_it_after(officer):
    sign_in()
    for code in (totp(), totp(NOW - timedelta(seconds=30))):
        with pytest.raises(WrongSignIn):
            sign_in(code=code)
    assert sign_in(now=NOW + timedelta(seconds=60))


def test_every_wrong_sign_in_is_answered_alike(officer):
    said = set()
    for wrong_one in ({"username": "nobody"}, {"password": "x"}, {"code": "000000"}, {"code": ""}, {"username": ""}):
        with pytest.raises(WrongSignIn) as no:
            sign_in(**wrong_one)
        said.add((no.value.code, no.value.status, no.value.brief.zh, no.value.field))
    assert len(said) == 1


def test_five_failures_lock_an_account_for_a_while_even_for_the_right_password(officer):
    for _ in range(officers.FAILURES):
        with pytest.raises(WrongSignIn):
            sign_in(password="x")
    with pytest.raises(WrongSignIn):
        sign_in()
    assert sign_in(now=NOW + officers.LOCKED_FOR + timedelta(minutes=1))


def test_an_officer_who_left_signs_in_no_more(officer):
    officer.active = False
    officer.save()
    with pytest.raises(WrongSignIn):
        sign_in()


def test_a_proof_is_answered_once_and_not_late():
    account = use(actions.new_code(mobile=MOBILE, now=NOW))
    proof = actions.ask_proof(account=account, method="face", purpose="sign", now=NOW)
    told = {"proof": proof, "reason": "other-person", "evidence": "x", "by": SYSTEM}
    for passed, at in ((True, NOW + timedelta(minutes=16)), (False, NOW), (True, NOW)):
        with pytest.raises(Refusal, match="proof_failed"):
            actions.answer_proof(**told, passed=passed, now=at)
    assert Account.objects.get().level == 0


def test_tries_and_codes_are_forgotten_once_they_count_no_more():
    code = actions.new_code(mobile=MOBILE, now=NOW)
    limits.count(door="code-try", who=MOBILE, now=NOW)
    limits.count(door="person-match", who="1", now=NOW + timedelta(hours=1))
    soon = NOW + timedelta(minutes=4)
    assert actions.forget_codes(now=soon) == 0 and limits.forget(now=soon) == 0
    assert use(code, now=soon).level == 0, "what still works is kept"
    later = NOW + timedelta(hours=24)
    assert actions.forget_codes(now=later) == 1 and limits.forget(now=later) == 1
    assert [row.door for row in Attempt.objects.all()] == ["person-match"] and not OneTimeCode.objects.exists()


def test_no_limit_is_longer_than_tries_are_kept():
    assert all(within <= limits.KEPT for _, within in limits.LIMITS.values())
