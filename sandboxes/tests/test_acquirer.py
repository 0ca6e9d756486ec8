"""An order is paid once by who presses the button, told in order, given back no further than it was paid."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from .conftest import until


@pytest.fixture(scope="module")
def till(launch):
    return launch("acquirer")


@pytest.fixture
def ear(till, node):
    """The node with an empty ear; afterwards the till is honest again and has told everything."""
    node.heard.clear()
    node.answer = lambda body: (200, {})
    yield node
    till.control(honest=True, mislead="other-order", statement="honest", fail_refund=False)
    node.answer = lambda body: (200, {})
    until(lambda: all(one["state"] != "pending" for one in till.control()["messages"]))


def order(node, **more):
    shares = [{"payee": "tax", "name": "演示税务局", "fen": 30_000}, {"payee": "land", "name": "演示登记中心", "fen": 8_000}]
    at = (datetime.now(UTC) + timedelta(minutes=30)).isoformat()
    return {
        "order": str(uuid.uuid4()), "fen": 38_000, "currency": "CNY", "title": "演示事项", "shares": shares,
        "expires_at": at, "callback_url": f"{node.url}/api/payments/reports", "return_url": f"{node.url}/cases/1/pay", **more,
    }  # fmt: skip


def placed(till, node, **more):
    wanted = order(node, **more)
    answer = node.call(till, "POST", "/orders", wanted, case="C-1")
    assert answer.status_code == 201, answer.text
    return wanted, answer.json()


def press(url, choice="pay"):
    return httpx.post(url, data={"choice": choice})


def told(node, kind):
    return [one.body for one in node.heard if one.held and one.status == 200 and one.body["kind"] == kind]


def paid(till, node):
    wanted, standing = placed(till, node)
    press(standing["url"])
    return wanted, until(lambda: told(node, "paid"))[0]


def test_who_pays_sees_who_gets_what_and_confirms_once(till, ear):
    wanted, standing = placed(till, ear)
    text = httpx.get(standing["url"]).text
    assert "380.00" in text and "演示税务局" in text and "300.00" in text and "80.00" in text
    answer = press(standing["url"])
    assert (answer.status_code, answer.headers["location"]) == (303, wanted["return_url"])
    press(standing["url"])
    (event,) = until(lambda: told(ear, "paid"))
    assert (event["order"], event["fen"], event["currency"], event["sequence"]) == (wanted["order"], 38_000, "CNY", 1)
    assert httpx.get(standing["url"]).status_code == 410
    seen = ear.call(till, "GET", f"/orders/{wanted['order']}").json()
    assert seen["state"] == "paid" and [e["number"] for e in seen["events"]] == [event["number"]]


def test_the_same_order_again_is_the_same_and_another_content_is_refused(till, ear):
    wanted, standing = placed(till, ear)
    again = ear.call(till, "POST", "/orders", wanted, case="C-1")
    assert (again.status_code, again.json()["url"]) == (200, standing["url"])
    assert ear.call(till, "POST", "/orders", {**wanted, "title": "别的"}, case="C-1").status_code == 409


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"fen": 38_001}, "shares"), ({"fen": 380.0}, "fen"), ({"fen": 0}, "fen"), ({"fen": -1}, "fen"),
        ({"currency": "USD"}, "currency"), ({"shares": []}, "shares"), ({"expires_at": "soon"}, "expires_at"),
        ({"callback_url": "http://127.0.0.1:1/x"}, "callback_url"), ({"return_url": "https://example.org/"}, "return_url"),
    ],
)  # fmt: skip
def test_an_order_that_does_not_hold_together_is_refused(till, ear, changed, field):
    answer = ear.call(till, "POST", "/orders", order(ear, **changed))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_who_leaves_pays_nothing_and_can_come_back(till, ear):
    _, standing = placed(till, ear)
    assert press(standing["url"], "leave").status_code == 303
    assert httpx.get(standing["url"]).status_code == 200
    assert press(standing["url"], "steal").status_code == 422
    assert ear.heard == []


def test_what_is_closed_or_too_late_is_not_paid_and_what_is_paid_is_not_closed(till, ear):
    wanted, standing = placed(till, ear)
    assert ear.call(till, "POST", f"/orders/{wanted['order']}/close", {}).json()["state"] == "closed"
    assert press(standing["url"]).status_code == 303
    late, late_standing = placed(till, ear, expires_at=(datetime.now(UTC) - timedelta(seconds=1)).isoformat())
    assert httpx.get(late_standing["url"]).status_code == 410
    done, _ = paid(till, ear)
    answer = ear.call(till, "POST", f"/orders/{done['order']}/close", {})
    assert (answer.status_code, answer.json()["state"]) == (409, "paid")
    assert {one["order"] for one in told(ear, "closed")} <= {wanted["order"], late["order"]}
    assert [one["order"] for one in told(ear, "paid")] == [done["order"]]


def test_a_part_goes_back_once_and_never_more_than_was_paid(till, ear):
    wanted, event = paid(till, ear)
    back = {"refund": str(uuid.uuid4()), "order": wanted["order"], "number": event["number"], "fen": 8_000,
            "currency": "CNY", "why": "refused"}  # fmt: skip
    assert ear.call(till, "POST", "/refunds", back).status_code == 202
    assert ear.call(till, "POST", "/refunds", back).status_code == 200
    assert ear.call(till, "POST", "/refunds", {**back, "fen": 1}).status_code == 409
    (gone,) = until(lambda: told(ear, "refunded"))
    assert (gone["refund"], gone["number"], gone["fen"], gone["sequence"]) == (back["refund"], event["number"], 8_000, 2)
    more = {**back, "refund": str(uuid.uuid4()), "fen": 30_001}
    assert ear.call(till, "POST", "/refunds", more).json()["code"] == "refund-too-much"
    assert ear.call(till, "POST", "/refunds", {**more, "number": "SBN0"}).status_code == 404
    assert ear.call(till, "POST", "/refunds", {**more, "fen": 1, "currency": "USD"}).status_code == 422


def test_a_refund_can_fail_and_is_told(till, ear):
    wanted, event = paid(till, ear)
    till.control(fail_refund=True)
    back = {"refund": str(uuid.uuid4()), "order": wanted["order"], "number": event["number"], "fen": 8_000,
            "currency": "CNY", "why": "refused"}  # fmt: skip
    ear.call(till, "POST", "/refunds", back)
    assert until(lambda: told(ear, "refund_failed"))[0]["refund"] == back["refund"]


def test_the_statement_of_a_day_has_every_line_until_the_till_lies(till, ear):
    wanted, event = paid(till, ear)
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    lines = ear.call(till, "GET", f"/statements/{day}").json()["lines"]
    assert {"kind": "paid", "number": event["number"], "refund": "", "fen": 38_000, "currency": "CNY",
            "at": event["at"], "order": wanted["order"]} in lines  # fmt: skip
    assert ear.call(till, "GET", "/statements/2020-01-01").json()["lines"] == []
    till.control(statement="omit")
    assert len(ear.call(till, "GET", f"/statements/{day}").json()["lines"]) == len(lines) - 1
    till.control(statement="invent")
    assert len(ear.call(till, "GET", f"/statements/{day}").json()["lines"]) == len(lines) + 1


@pytest.mark.parametrize(("how", "field"), [("other-amount", "fen"), ("other-currency", "currency"), ("other-order", "order")])
def test_told_so_it_signs_what_is_not_true_and_then_the_truth(till, ear, how, field):
    ear.answer = lambda body: (200, {}) if (body["fen"], body["currency"]) == (38_000, "CNY") else (422, {})
    till.control(mislead=how, lie="wrong-subject")
    wanted, standing = placed(till, ear)
    press(standing["url"])
    until(lambda: len(ear.heard) > 1)
    false, true = ear.heard[0].body, ear.heard[1].body
    assert ear.heard[0].held and false[field] != true[field] and true["order"] == wanted["order"]


@pytest.mark.parametrize("kind", ["forged-signature", "tampered", "stale", "replay"])
def test_a_lie_about_the_signature_does_not_hold(till, ear, kind):
    till.control(lie=kind)
    _, standing = placed(till, ear)
    press(standing["url"])
    until(lambda: len(ear.heard) > 1)
    assert [one.held for one in ear.heard].count(False) >= 1 and len(told(ear, "paid")) == 1


def test_somebody_can_pay_twice_by_mistake(till, ear):
    wanted, _ = paid(till, ear)
    till.control(pay_again={"order": wanted["order"]})
    until(lambda: len(told(ear, "paid")) == 2)
    assert len({one["number"] for one in told(ear, "paid")}) == 2


def test_the_operators_page_shows_what_was_told(till, ear):
    wanted, _ = paid(till, ear)
    page = till.operator().get("/operator").text
    assert wanted["order"] in page and "380.00" in page and re.search(r"#1 paid", page)


def payout(node, fen, **more):
    account = {"name": "演示税务局（演示户）", "bank": "演示银行", "number": "9900330100000004"}
    return {"payout": str(uuid.uuid4()), "day": "2026-11-23", "payee": "tax", "account": account, "fen": fen,
            "currency": "CNY", "callback_url": f"{node.url}/api/payments/payouts", **more}  # fmt: skip


def test_what_is_held_is_paid_out_once_and_no_more_than_that(till, ear):
    paid(till, ear)
    held = payout(ear, 30_000)
    assert ear.call(till, "POST", "/payouts", held).status_code == 202
    assert ear.call(till, "POST", "/payouts", held).status_code == 200
    assert ear.call(till, "POST", "/payouts", {**held, "fen": 1}).json()["code"] == "other-content"
    (gone,) = until(lambda: told(ear, "paid_out"))
    assert (gone["payout"], gone["fen"], gone["sequence"]) == (held["payout"], 30_000, 1)
    standing = ear.call(till, "GET", f"/payouts/{held['payout']}").json()
    assert (standing["state"], standing["events"][0]["number"]) == ("done", gone["number"])
    assert ear.call(till, "GET", f"/payouts/{uuid.uuid4()}").status_code == 404
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    lines = [one for one in ear.call(till, "GET", f"/statements/{day}").json()["lines"] if one["kind"] == "paid_out"]
    assert [(one["payout"], one["fen"]) for one in lines] == [(held["payout"], 30_000)]
    assert ear.call(till, "POST", "/payouts", payout(ear, 10**14)).json()["code"] == "not-held"
    assert "30,000" not in till.operator().get("/operator").text and "300.00" in till.operator().get("/operator").text


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"fen": 0}, "field-invalid"), ({"fen": 1.0}, "field-invalid"), ({"currency": "USD"}, "field-invalid"),
        ({"account": {}}, "field-invalid"), ({"account": None}, "field-invalid"),
        ({"account": {"name": "x", "bank": "x", "number": "12x"}}, "account-refused"),
        ({"callback_url": "http://127.0.0.1:1/x"}, "field-invalid"),
    ],
)  # fmt: skip
def test_a_payout_that_does_not_hold_together_is_refused(till, ear, changed, code):
    answer = ear.call(till, "POST", "/payouts", {**payout(ear, 1), **changed})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_payout_can_fail_and_is_told(till, ear):
    paid(till, ear)
    till.control(fail_payout=True)
    wanted = payout(ear, 100)
    ear.call(till, "POST", "/payouts", wanted)
    (told_,) = until(lambda: told(ear, "payout_failed"))
    assert (told_["payout"], told_["why"]) == (wanted["payout"], "account-closed")
