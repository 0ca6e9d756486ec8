"""A tax office that checks for itself, answers for itself, and can be asked what is true."""

import json
import uuid
from pathlib import Path

import pytest

from sandboxes.tax import checks

from .conftest import until

FACTS = {
    "firm.proposed-name": "杭州演示信息技术有限公司",
    "firm.place.address": "浙江省杭州市西湖区演示路 1 号",
    "firm.place.division": "330106",
    "firm.capital": 100_000_000,
    "firm.scope": ["6513"],
    "firm.representative.id_number": "11010519491231002X",
}


@pytest.fixture(scope="module")
def tax(launch):
    return launch("tax", "--district", "330100", "--auto")


@pytest.fixture(scope="module")
def by_hand(launch):
    return launch("tax", "--district", "330100", folder="tax-by-hand")


@pytest.fixture(autouse=True)
def quiet(node, tax):
    node.heard.clear()
    node.answer = lambda body: (200, {})
    yield
    tax.control(honest=True, weather="fine")


def task(node, case=None, **facts):
    case = case or f"CASE{uuid.uuid4().hex[:12]}"
    name = f"杭州演示{uuid.uuid4().hex[:8]}有限公司"
    return {
        "step": "tax-registration",
        "case": case,
        "callback_url": f"{node.url}/api/agency/steps/{case}/tax-registration",
        "facts": {**FACTS, "firm.proposed-name": name, **facts},
    }


def push(tax, node, wish):
    return node.call(tax, "POST", "/tasks", wish, case=wish["case"])


def answers(node, wish):
    return [heard.body for heard in node.heard if heard.held and heard.body["case"] == wish["case"]]


def changes(tax, node, since=0):
    return node.call(tax, "GET", f"/tasks?since={since}").json()


def test_a_firm_that_passes_every_check_is_registered_and_answered(tax, node):
    wish = task(node)
    receipt = push(tax, node, wish)
    assert (receipt.status_code, receipt.json()["case"]) == (202, wish["case"])
    answer = until(lambda: answers(node, wish))[0]
    assert (answer["outcome"], answer["step"]) == ("answered", "tax-registration")
    assert answer["reference"].startswith("330100-")
    assert answer["result"]["authority"]["name"] == "国家税务总局杭州市西湖区税务局"
    assert answer["result"]["taxpayer_kind"] == "small-scale"


@pytest.mark.parametrize(
    ("capital", "industry", "kind"),
    [
        (499_999_999, "5111", "small-scale"),
        (500_000_000, "5111", "general"),
        (500_000_000, "6513", "small-scale"),
        (500_000_000, "C1512", "general"),
    ],
)
def test_the_kind_of_taxpayer_follows_capital_and_industry(capital, industry, kind):
    firm = checks.read({**FACTS, "firm.capital": capital, "firm.scope": [industry]}, contract())
    assert checks.assign(firm)["taxpayer_kind"] == kind


def test_a_maker_of_spirits_pays_consumption_tax():
    firm = checks.read({**FACTS, "firm.scope": ["C1512"]}, contract())
    assert "消费税" in [tax["name"] for tax in checks.assign(firm)["taxes"]]


def test_facts_may_come_as_objects_and_by_their_older_names():
    facts = {
        "firm.name": "杭州演示有限公司",
        "firm.place": {"address": "浙江省杭州市西湖区演示路 1 号", "division": "330106001000"},
        "firm.capital": 1,
        "firm.scope": "6513",
    }
    firm = checks.read(facts, contract())
    assert (firm.name, firm.division, firm.industries) == ("杭州演示有限公司", "330106001000", ("6513",))


def contract():
    return json.loads((Path(checks.__file__).parent / "contract.json").read_text())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"firm.proposed-name": ""}, "firm.proposed-name"),
        ({"firm.proposed-name": None}, "firm.proposed-name"),
        ({"firm.place.division": "33"}, "firm.place.division"),
        ({"firm.place.division": 330106}, "firm.place.division"),
        ({"firm.capital": 0}, "firm.capital"),
        ({"firm.capital": -1}, "firm.capital"),
        ({"firm.capital": 10**30}, "firm.capital"),
        ({"firm.capital": 1.5}, "firm.capital"),
        ({"firm.capital": True}, "firm.capital"),
        ({"firm.scope": []}, "firm.scope"),
        ({"firm.scope": ["软件"]}, "firm.scope"),
        ({"firm.place.address": "a\u0000b"}, "firm.place.address"),
    ],
)
def test_malformed_facts_are_refused_at_once_with_the_field(tax, node, facts, field):
    answer = push(tax, node, task(node, **facts))
    assert (answer.status_code, answer.json()["code"]) == (422, "facts-malformed")
    assert [fault["field"] for fault in answer.json()["faults"]] == [field]


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        ({"firm.place.division": "310117"}, "district"),
        ({"firm.place.division": "330199"}, "district"),
        ({"firm.uscc": "91330106MA2H12345X"}, "uscc"),
        ({"firm.scope": ["9999"]}, "industries"),
    ],
)
def test_what_fails_a_check_waits_for_an_officer_who_cannot_register_it(tax, node, facts, check):
    wish = task(node, **facts)
    assert push(tax, node, wish).status_code == 202
    one = next(task for task in tax.control()["tasks"] if task["case"] == wish["case"])
    assert one["status"] == "open"
    page = tax.operator()
    decide(page, one["task"], "register")
    assert not answers(node, wish)
    decide(page, one["task"], "refuse", f"检查未通过：{check}")
    answer = until(lambda: answers(node, wish))[0]
    assert (answer["outcome"], answer["note"]) == ("refused", f"检查未通过：{check}")


def decide(page, task, decision, note=""):
    key = page.get("/operator").text.split('name="key" value="')[1].split('"')[0]
    return page.post(f"/operator/tasks/{task}", data={"key": key, "decision": decision, "note": note})


def test_a_right_uscc_is_taken():
    assert checks.uscc_holds("91350211M000100Y43") is checks.uscc_holds("91350211M000100Y43")
    stem = "91330106MA2H12345"
    (last,) = [c for c in checks.ALPHABET if checks.uscc_holds(stem + c)]
    firm = checks.read({**FACTS, "firm.uscc": stem + last}, contract())
    assert all(one.ok for one in checks.examine(firm, district="330100", same_name=None, abnormal=False))


def test_a_firm_of_a_registered_name_is_not_registered_again(tax, node):
    first = task(node)
    push(tax, node, first)
    until(lambda: answers(node, first))
    second = task(node, **{"firm.proposed-name": first["facts"]["firm.proposed-name"]})
    push(tax, node, second)
    assert next(one for one in tax.control()["tasks"] if one["case"] == second["case"])["status"] == "open"


def test_a_representative_with_an_abnormal_record_waits_for_an_officer(tax, node):
    tax.control(abnormal=["310117199901010011"])
    wish = task(node, **{"firm.representative.id_number": "310117199901010011"})
    push(tax, node, wish)
    assert next(one for one in tax.control()["tasks"] if one["case"] == wish["case"])["status"] == "open"


def test_the_same_task_again_gets_the_same_receipt_and_other_content_a_conflict(tax, node):
    wish = task(node)
    first, again = push(tax, node, wish), push(tax, node, wish)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    other = push(tax, node, {**wish, "facts": {**wish["facts"], "firm.capital": 1}})
    assert (other.status_code, other.json()["code"]) == (409, "other-content")
    until(lambda: answers(node, wish))
    assert len(answers(node, wish)) == 1


def test_the_header_must_name_the_case(tax, node):
    wish = task(node)
    assert node.call(tax, "POST", "/tasks", wish, case="OTHER").json()["code"] == "case"


def test_the_callback_must_be_this_step_at_the_callers_own_address(tax, node):
    for wrong in ("http://169.254.169.254/", f"{node.url}/api/agency/steps/OTHER/tax-registration", "x"):
        answer = push(tax, node, {**task(node), "callback_url": wrong})
        assert (answer.status_code, answer.json()["field"]) == (422, "callback_url")


def test_without_auto_nothing_moves_until_an_officer_decides(by_hand, node):
    wish = task(node)
    push(by_hand, node, wish)
    page = by_hand.operator()
    one = by_hand.control()["tasks"][0]
    assert (one["status"], wish["facts"]["firm.proposed-name"] in page.get("/operator").text) == ("open", True)
    assert decide(page, one["task"], "refuse").status_code == 422
    decide(page, one["task"], "register", "核验无误，准予登记")
    answer = until(lambda: answers(node, wish))[0]
    assert (answer["outcome"], answer["note"]) == ("answered", "核验无误，准予登记")
    assert decide_status(by_hand, one["task"]) == "answered"


def decide_status(tax, task):
    return next(one["status"] for one in tax.control()["tasks"] if one["task"] == task)


def test_it_answers_again_until_the_node_takes_it_and_the_node_can_reconcile_meanwhile(tax, node):
    since = changes(tax, node)["next"]
    node.answer = lambda body: (503, {})
    wish = task(node)
    push(tax, node, wish)
    until(lambda: len(node.heard) >= 2)
    (found,) = changes(tax, node, since)["tasks"]
    assert (found["case"], found["status"], found["answer"]["outcome"]) == (wish["case"], "answered", "answered")
    assert changes(tax, node, found["changed"])["tasks"] == []
    node.answer = lambda body: (200, {})
    until(lambda: node.heard[-1].status == 200)


def test_reconciling_takes_a_number(tax, node):
    for wrong in ("x", "-1", "9" * 16):
        assert node.call(tax, "GET", f"/tasks?since={wrong}").status_code == 422


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        ("forged-signature", [False, True]),
        ("tampered", [False, True]),
        ("stale", [False, True]),
        ("replay", [True, False]),
        ("double", [True, True]),
        ("delay", [True]),
    ],
)
def test_it_lies_when_told_to(tax, node, kind, held):
    tax.control(lie={"kind": kind, "seconds": 0.3})
    push(tax, node, task(node))
    until(lambda: [heard.held for heard in node.heard] == held)


def test_a_lost_answer_is_found_by_reconciling_and_sent_again_on_request(tax, node):
    tax.control(lie="lose")
    wish = task(node)
    receipt = push(tax, node, wish).json()
    until(lambda: tax.control()["messages"][0]["state"] == "lost")
    assert not node.heard
    tax.control(resend={"topic": receipt["task"]})
    until(lambda: answers(node, wish))


def test_an_answer_for_another_case_is_rightly_signed(tax, node):
    push(tax, node, task(node))
    until(lambda: node.heard)
    node.heard.clear()
    tax.control(lie="wrong-subject")
    wish = task(node)
    push(tax, node, wish)
    until(lambda: answers(node, wish))
    assert [heard.held for heard in node.heard] == [True, True]
    assert node.heard[0].body["case"] != wish["case"]


def ahead(node, **facts):
    case = f"CASE{uuid.uuid4().hex[:12]}"
    return {
        "step": "tax-registration",
        "case": case,
        "missing_url": f"{node.url}/api/agency/missing/{case}/tax-registration",
        "answer_by": "2026-12-01",
        "facts": {**FACTS, **facts},
    }


def shown(tax, node, wish, **changed):
    return node.call(tax, "POST", "/cases", {**wish, **changed}, case=wish["case"])


def test_what_is_wrong_with_a_case_is_said_once_before_it_is_accepted(tax, node):
    wish = ahead(node, **{"firm.place.division": "310117"})
    assert shown(tax, node, wish).status_code == 202
    (said,) = until(lambda: answers(node, wish))
    assert (said["lines"], said["step"]) == (["form"], "tax-registration") and "辖区" in said["note"]
    assert shown(tax, node, wish).status_code == 202
    broken = ahead(node, **{"firm.capital": "much"})
    shown(tax, node, broken)
    assert "firm.capital" in until(lambda: answers(node, broken))[0]["note"]
    assert len(answers(node, wish)) == 1, "shown again it says nothing new"


def test_of_a_case_that_is_right_nothing_is_said_and_a_foreign_address_is_refused(tax, node):
    wish = ahead(node)
    assert shown(tax, node, wish).status_code == 202
    for wrong in ("http://169.254.169.254/", f"{node.url}/api/agency/steps/{wish['case']}/tax-registration"):
        assert shown(tax, node, wish, missing_url=wrong).status_code == 422
    assert shown(tax, node, wish, facts=7).status_code == 422
    assert answers(node, wish) == []
