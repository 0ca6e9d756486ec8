"""The desk in a client: sign in, queue, accept, examine, another decides; what is not theirs stays shut."""

import pyotp
import pytest
from django.test import Client

from tongban.journeys.tests.conftest import *  # noqa: F403
from tongban.journeys.tests.test_licence import ITEM, agency, filled, submitted  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(society, db):
    """A browser in which an officer has signed in."""

    def enter(username):
        account = next(o for o in society["officers"] if o["username"] == username)
        client = Client(headers={"accept-language": "zh"})
        code = pyotp.TOTP(account["totp_secret"]).now()
        answer = client.post("/desk/sign-in", {"username": username, "password": account["password"], "code": code})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return client

    return enter


def test_a_wrong_code_is_refused_without_saying_what_was_wrong(society, db):
    account = society["officers"][0]
    answer = Client().post(
        "/desk/sign-in", {"username": account["username"], "password": account["password"], "code": "000000"}
    )
    assert answer.status_code == 403


def test_a_case_goes_through_the_desk(submitted, desk, clock):  # noqa: F811
    _, number = submitted
    window = desk("hz-window-1")
    assert number[-11:] in window.get("/desk/").content.decode()
    page = window.get(f"/desk/cases/{number}")
    assert page.status_code == 200 and "受理" in page.content.decode()
    assert window.post(f"/desk/cases/{number}/accept").status_code == 302
    assert window.post(f"/desk/cases/{number}/accept").status_code in (409, 422)
    agency(number, f"{ITEM}.tax", clock)
    examiner = desk("hz-market-1")
    done = examiner.post(
        f"/desk/cases/{number}/finish", {"step": f"{ITEM}.examine", "outcome": "passed", "note": "合格"}
    )
    assert done.status_code == 302
    assert examiner.post(f"/desk/cases/{number}/decide", {"granted": "yes"}).status_code in (403, 409, 422)


def test_a_case_of_another_office_opens_only_with_a_reason(submitted, desk):  # noqa: F811
    _, number = submitted
    other = desk("hz-civil-1")
    assert other.get(f"/desk/cases/{number}").status_code == 403
    assert other.post(f"/desk/cases/{number}", {"reason": "短"}).status_code == 403
    assert other.post(f"/desk/cases/{number}", {"reason": "当事人到窗口求助，需核对办理进度"}).status_code == 200
