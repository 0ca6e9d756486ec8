"""A parcel moves only when the operator says so, and the node hears of it in order, until it is told to lie."""

import uuid

import httpx
import pytest

from .conftest import until


@pytest.fixture(scope="module")
def courier(launch):
    return launch("courier")


@pytest.fixture
def parcel(courier, node):
    """An ordered parcel; the node begins with an empty ear."""
    node.heard.clear()
    node.answer = lambda body: (200, {})
    parcel = str(uuid.uuid4())
    answer = node.call(courier, "POST", "/orders", order(node, parcel), case="C-1")
    assert answer.status_code == 201
    yield parcel
    courier.control(honest=True)
    node.answer = lambda body: (200, {})
    until(lambda: all(one["state"] != "pending" for one in courier.control()["messages"]))


def order(node, parcel, **more):
    recipient = {"name": "演示收件人", "mobile": "13800000000", "address": "上海市松江区演示路 1 号"}
    callback = f"{node.url}/api/courier/events"
    return {"parcel": parcel, "contents": "营业执照正本", "recipient": recipient, "callback_url": callback, **more}


def move(courier, parcel, *steps):
    for step in steps:
        courier.control(advance={"parcel": parcel, "to": step})


def taken(node):
    """Status of each event that the node took as true, in the order it came."""
    return [heard.body["status"] for heard in node.heard if heard.held and heard.status == 200]


def told(courier, kind):
    return [one for one in courier.control()["told"] if one["kind"] == kind]


def in_order():
    """A node that insists on numbered events: the next, or the one it has (again); else 409 with what it expects."""
    have = 0

    def answer(body):
        nonlocal have
        if body["number"] > have + 1:
            return 409, {"expected": have + 1}
        have = max(have, body["number"])
        return 200, {}

    return answer


def test_a_parcel_moves_by_the_operators_word_and_each_move_is_told_once(courier, node, parcel):
    move(courier, parcel, "collected", "on_the_way", "delivered")
    until(lambda: len(node.heard) == 3)
    assert taken(node) == ["collected", "on_the_way", "delivered"]
    assert [heard.body["number"] for heard in node.heard] == [1, 2, 3]
    assert {heard.body["parcel"] for heard in node.heard} == {parcel}


def test_who_is_not_the_operator_is_led_to_the_door(courier):
    answer = httpx.get(f"{courier.url}/operator", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/operator/enter")


def test_the_operator_moves_parcels_on_the_page(courier, node, parcel):
    page = courier.operator()
    board = page.get("/operator").text
    tracking = node.call(courier, "GET", f"/orders/{parcel}").json()["tracking"]
    key = board.split('name="key" value="')[1].split('"')[0]
    assert tracking in board
    answer = page.post("/operator/advance", data={"key": key, "tracking": tracking, "to": "collected"})
    assert answer.status_code == 200
    until(lambda: taken(node) == ["collected"])


@pytest.mark.parametrize("steps", [["delivered"], ["on_the_way"], ["collected", "lost", "delivered"], ["elsewhere"]])
def test_an_impossible_move_is_refused(courier, parcel, steps):
    move(courier, parcel, *steps[:-1])
    headers = {"Authorization": f"Bearer {courier.token}"}
    wish = {"advance": {"parcel": parcel, "to": steps[-1]}}
    assert httpx.post(f"{courier.url}/control", json=wish, headers=headers).json()["code"] == "move-impossible"


def test_the_same_order_again_is_the_same_parcel_and_other_content_a_conflict(courier, node, parcel):
    same = node.call(courier, "POST", "/orders", order(node, parcel), case="C-1")
    other = node.call(courier, "POST", "/orders", order(node, parcel, contents="别的"), case="C-1")
    assert (same.status_code, other.status_code, other.json()["code"]) == (200, 409, "other-content")


@pytest.mark.parametrize(
    "wrong",
    [
        {"callback_url": "http://169.254.169.254/latest"},
        {"callback_url": "http://127.0.0.1:1/other"},
        {"callback_url": "ftp://127.0.0.1/"},
        {"recipient": {}},
        {"recipient": "x"},
        {"sender": {}},
        {"sender": "x"},
        {"contents": ""},
        {"contents": "x" * 501},
        {"contents": "a\nb"},
        {"parcel": 7},
    ],
)
def test_a_wrong_order_is_refused_with_its_field(courier, node, wrong):
    answer = node.call(courier, "POST", "/orders", {**order(node, str(uuid.uuid4())), **wrong})
    assert answer.status_code == 422
    assert answer.json()["field"]


def test_what_is_fetched_from_a_door_says_whose(courier, node):
    sender = {"name": "演示寄件人", "mobile": "13900000000", "address": "杭州市西湖区演示路 9 号"}
    answer = node.call(courier, "POST", "/orders", order(node, str(uuid.uuid4()), sender=sender), case="C-2")
    board = courier.operator().get("/operator").text
    assert answer.status_code == 201 and "上门取件" in board and sender["address"] in board


@pytest.mark.parametrize(("signs", "said"), [(True, "200 signed by 330100"), (False, "200 not signed")])
def test_it_knows_whether_the_nodes_answer_was_signed(courier, node, parcel, signs, said):
    node.signs = signs
    move(courier, parcel, "collected")
    until(lambda: taken(node) == ["collected"])
    until(lambda: courier.control()["messages"][0]["answer"].startswith(said))
    node.signs = True


def test_a_node_that_never_agrees_is_not_run_down(courier, node, parcel):
    node.answer = lambda body: (409, {"expected": 1}) if body["number"] > 1 else (200, {})
    move(courier, parcel, "collected", "on_the_way")
    until(lambda: len(node.heard) >= 6)
    assert len(node.heard) < 12
    node.answer = lambda body: (200, {})


def test_it_tells_again_until_the_node_answers_2xx(courier, node, parcel):
    node.answer = lambda body: (503, {})
    move(courier, parcel, "collected", "on_the_way")
    until(lambda: len(node.heard) >= 3)
    assert {heard.body["number"] for heard in node.heard} == {1}
    node.answer = lambda body: (200, {})
    until(lambda: taken(node) == ["collected", "on_the_way"])


def test_what_was_not_told_is_told_after_it_was_killed(courier, node, parcel):
    node.answer = lambda body: (503, {})
    move(courier, parcel, "collected")
    until(lambda: node.heard)
    courier.kill()
    node.answer = lambda body: (200, {})
    courier.start()
    until(lambda: taken(node) == ["collected"])


@pytest.mark.parametrize("kind", ["forged-signature", "tampered", "stale"])
def test_a_false_signature_is_heard_and_the_truth_comes_after_it(courier, node, parcel, kind):
    courier.control(lie=kind)
    move(courier, parcel, "collected")
    until(lambda: taken(node) == ["collected"])
    assert [heard.held for heard in node.heard] == [False, True]
    assert told(courier, kind)[-1]["answer"] == "401"


def test_a_replay_is_the_very_same_request(courier, node, parcel):
    courier.control(lie="replay")
    move(courier, parcel, "collected")
    until(lambda: len(node.heard) == 2)
    assert [heard.held for heard in node.heard] == [True, False]
    assert node.heard[0].signature == node.heard[1].signature


def test_a_double_is_the_same_event_signed_anew(courier, node, parcel):
    courier.control(lie="double")
    move(courier, parcel, "collected")
    until(lambda: len(node.heard) == 2)
    assert [heard.held for heard in node.heard] == [True, True]
    assert node.heard[0].body == node.heard[1].body


def test_reordered_events_come_right_with_a_node_that_says_what_it_expects(courier, node, parcel):
    node.answer = in_order()
    courier.control(lie="reorder")
    move(courier, parcel, "collected", "on_the_way")
    until(lambda: taken(node) == ["collected", "on_the_way"])
    assert [heard.body["number"] for heard in node.heard][:2] == [2, 1]


def test_a_delay_holds_an_event_back(courier, node, parcel):
    courier.control(lie={"kind": "delay", "seconds": 0.6})
    move(courier, parcel, "collected")
    until(lambda: told(courier, "delay"))
    assert node.heard == []
    until(lambda: taken(node) == ["collected"])


def test_a_lost_event_is_told_when_the_node_says_what_it_expects(courier, node, parcel):
    node.answer = in_order()
    courier.control(lie="lose")
    move(courier, parcel, "collected")
    until(lambda: told(courier, "lose"))
    assert node.heard == []
    move(courier, parcel, "on_the_way")
    until(lambda: taken(node) == ["collected", "on_the_way"])


def test_a_wrong_parcel_is_rightly_signed(courier, node, parcel):
    node.answer = lambda body: (200, {}) if body["parcel"] == parcel else (404, {})
    courier.control(lie="wrong-subject")
    move(courier, parcel, "collected")
    until(lambda: taken(node) == ["collected"])
    assert [heard.held for heard in node.heard] == [True, True]
    assert node.heard[0].body["parcel"] != parcel


def test_the_node_can_ask_what_is_true(courier, node, parcel):
    courier.control(lie={"kind": "lose", "times": 2})
    move(courier, parcel, "collected", "on_the_way")
    truth = node.call(courier, "GET", f"/orders/{parcel}").json()
    assert truth["status"] == "on_the_way"
    assert [(event["number"], event["status"]) for event in truth["events"]] == [(1, "collected"), (2, "on_the_way")]


def test_a_parcel_on_its_way_goes_to_another_address_and_one_that_arrived_does_not(courier, node, parcel):
    elsewhere = {"recipient": {"name": "演示收件人", "mobile": "13800000001", "address": "上海市松江区演示路 2 号"}}
    assert node.call(courier, "POST", f"/orders/{parcel}/recipient", elsewhere).json()["status"] == "ordered"
    assert node.call(courier, "POST", f"/orders/{uuid.uuid4()}/recipient", elsewhere).status_code == 404
    assert node.call(courier, "POST", f"/orders/{parcel}/recipient", {"recipient": "there"}).status_code == 422
    move(courier, parcel, "collected", "on_the_way", "delivered")
    assert node.call(courier, "POST", f"/orders/{parcel}/recipient", elsewhere).status_code == 409
    assert "演示路 2 号" in courier.operator().get("/operator").text


@pytest.mark.parametrize("trace", ["fewer", "other-note", "other-parcel", "delivered", "nonsense", "forget"])
def test_it_can_be_told_to_lie_when_it_is_asked(courier, node, parcel, trace):
    move(courier, parcel, "collected")
    truth = node.call(courier, "GET", f"/orders/{parcel}").json()
    courier.control(trace=trace)
    answer = node.call(courier, "GET", f"/orders/{parcel}")
    courier.control(trace="honest")
    assert answer.json() != truth and answer.status_code == (404 if trace == "forget" else 200)
    assert node.call(courier, "GET", f"/orders/{parcel}").json() == truth


def test_an_unknown_lie_is_refused(courier):
    headers = {"Authorization": f"Bearer {courier.token}"}
    assert httpx.post(f"{courier.url}/control", json={"lie": "fly"}, headers=headers).status_code == 422
    assert httpx.post(f"{courier.url}/control", json={"trace": "fly"}, headers=headers).status_code == 422
