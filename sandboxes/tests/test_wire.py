"""What must hold of every signed call to a sandbox, whichever it is."""

import ast
import json
import subprocess
import sys
import uuid
from pathlib import Path

import httpx
import pytest
from http_message_signatures import InvalidSignature
from joserfc.jwk import OKPKey

from .conftest import COVERED, Node, trust

ROOT = Path(__file__).parents[2]
ORDER = {
    "contents": "营业执照正本一份",
    "recipient": {"name": "演示收件人", "mobile": "13800000000", "address": "上海市松江区演示路 1 号"},
}


@pytest.fixture(scope="module")
def courier(launch):
    return launch("courier")


@pytest.fixture(autouse=True)
def fine(courier):
    yield
    courier.control(weather="fine")


@pytest.fixture
def order(node):
    return {**ORDER, "parcel": str(uuid.uuid4()), "callback_url": f"{node.url}/api/courier/events"}


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def send(courier, node, order, path="/orders", headers=None, body=None, **how):
    content = json.dumps(order).encode()
    signed = node.sign("POST", courier.url + "/orders", content, purpose="delivery", **how)
    headers = [*signed.items(), *(headers or [])]
    return httpx.post(courier.url + path, content=content if body is None else body, headers=headers)


def test_a_signed_order_is_taken_and_its_answer_is_bound_to_it(courier, node, order):
    answer = node.call(courier, "POST", "/orders", order)
    assert answer.status_code == 201
    assert answer.json()["parcel"] == order["parcel"]


def test_an_answer_to_one_request_does_not_fit_another(courier, node, order):
    courier.control(weather="other-request")
    with pytest.raises(InvalidSignature):
        node.call(courier, "POST", "/orders", order)


def test_the_same_request_twice_is_a_replay_even_after_a_restart(courier, node, order):
    content = json.dumps(order).encode()
    headers = node.sign("POST", courier.url + "/orders", content, purpose="delivery")
    assert httpx.post(courier.url + "/orders", content=content, headers=headers).status_code == 201
    refused(httpx.post(courier.url + "/orders", content=content, headers=headers), 401, "replay")
    courier.kill()
    courier.start()
    refused(httpx.post(courier.url + "/orders", content=content, headers=headers), 401, "replay")


def test_stripped_signature_headers_are_refused(courier, order):
    refused(httpx.post(courier.url + "/orders", json=order), 401, "header-not-single")


@pytest.mark.parametrize("missing", COVERED)
def test_a_signature_that_leaves_out_a_component_is_refused(courier, node, order, missing):
    covered = tuple(name for name in COVERED if name != missing)
    refused(send(courier, node, order, covered=covered), 401, "signature-invalid")


def test_a_changed_body_is_refused(courier, node, order):
    refused(send(courier, node, order, body=b'{"parcel":"other"}'), 401, "signature-invalid")


@pytest.mark.parametrize("name", ["Tongban-Purpose", "Tongban-Case", "Signature", "Signature-Input", "Content-Digest"])
def test_a_doubled_security_header_is_refused(courier, node, order, name):
    refused(send(courier, node, order, headers=[(name, "x")]), 401, "header-not-single")


def test_two_signatures_in_one_header_are_refused(courier, node, order):
    content = json.dumps(order).encode()
    headers = node.sign("POST", courier.url + "/orders", content, purpose="delivery")
    for name in ("Signature", "Signature-Input"):
        headers[name] += ", " + headers[name].replace("tongban=", "second=", 1)
    answer = httpx.post(courier.url + "/orders", content=content, headers=headers)
    refused(answer, 401, "signature-not-single")


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"ago": 600}, "signature-invalid"),
        ({"ago": -600}, "signature-invalid"),
        ({"life": 3600}, "signature-too-long"),
        ({"nonce": ""}, "nonce-missing"),
        ({"nonce": "short"}, "nonce-missing"),
        ({"tag": "other"}, "signature-invalid"),
        ({"sender": "310117"}, "sender-not-key"),
        ({"key": OKPKey.generate_key("Ed25519")}, "signature-invalid"),
    ],
)
def test_a_wrong_signature_parameter_is_refused(courier, node, order, how, code):
    refused(send(courier, node, order, **how), 401, code)


@pytest.mark.parametrize("ago", [25, -25])
def test_clocks_may_differ_by_half_a_minute(courier, node, order, ago):
    assert send(courier, node, order, ago=ago).status_code == 201


@pytest.mark.parametrize("alg", ["none", "hmac-sha256", "rsa-v1_5-sha256", "ecdsa-p256-sha256"])
def test_the_key_pins_its_algorithm(courier, node, order, alg):
    content = json.dumps(order).encode()
    headers = node.sign("POST", courier.url + "/orders", content, purpose="delivery")
    headers["Signature-Input"] = headers["Signature-Input"].replace('alg="ed25519"', f'alg="{alg}"')
    refused(httpx.post(courier.url + "/orders", content=content, headers=headers), 401, "signature-invalid")


def test_a_request_to_one_sandbox_relayed_to_another_is_refused(courier, launch, node, order):
    other = launch("tax", "--district", "330100")
    content = json.dumps(order).encode()
    headers = node.sign("POST", courier.url + "/orders", content, purpose="delivery")
    headers["Host"] = courier.url.removeprefix("http://")
    refused(httpx.post(other.url + "/tasks", content=content, headers=headers), 401, "signature-invalid")


def test_a_stranger_is_refused_until_the_trust_file_names_it(courier, node, order, home):
    stranger = Node("310117")
    stranger.trusts(courier)
    wish = {**order, "callback_url": f"{stranger.url}/api/courier/events"}
    refused(stranger.call(courier, "POST", "/orders", wish), 401, "signature-invalid")
    trust(home, node, stranger)
    assert stranger.call(courier, "POST", "/orders", wish).status_code == 201
    refused(stranger.call(courier, "GET", "/orders/p-2"), 404, "parcel-unknown")


def test_a_half_written_trust_file_does_not_lock_out_those_trusted_before(courier, node, order, home):
    node.call(courier, "POST", "/orders", order)
    (home / "trust.json").write_text('{"parties": [')
    assert node.call(courier, "POST", "/orders", order).status_code == 200
    trust(home, node)


def test_another_purpose_is_refused(courier, node, order):
    refused(node.call(courier, "POST", "/orders", order, purpose="identity-proof"), 403, "purpose")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"a":NaN}', b'{"a":1,"a":2}', b"[" * 100_000])
def test_what_is_not_a_json_object_is_refused(courier, node, body):
    answer = node.call(courier, "POST", "/orders", body)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_more_than_a_megabyte_is_refused(courier):
    refused(httpx.post(courier.url + "/orders", content=b" " * (1024 * 1024 + 1)), 413, "too-large")


def test_unknown_addresses_and_methods_are_refused(courier):
    refused(httpx.get(courier.url + "/nothing"), 404, "not-found")
    refused(httpx.get(courier.url + "/orders"), 405, "method-not-allowed")


def test_health_names_the_sandbox(courier):
    body = httpx.get(courier.url + "/health").json()
    assert (body["ok"], body["name"], body["sandbox"]) == (True, "courier", True)


def test_control_and_operator_need_the_token(courier):
    refused(httpx.post(courier.url + "/control", json={}), 401, "control-token")
    refused(httpx.get(courier.url + "/operator"), 401, "operator")
    assert httpx.post(courier.url + "/operator/enter", data={"token": "wrong"}).status_code == 422


def test_an_operator_form_from_elsewhere_is_refused(courier):
    answer = courier.operator().post("/operator/advance", data={"tracking": "x", "to": "collected"})
    refused(answer, 403, "form-key")


def test_secrets_in_the_home_are_for_their_owner_only(courier):
    for name in ("private.jwk", "control.token"):
        assert (courier.home / name).stat().st_mode & 0o777 == 0o600
    assert "d" not in json.loads((courier.home / "public.jwk").read_text())


def test_it_keeps_its_key_and_orders_over_a_restart_and_ends_cleanly(courier, node, order):
    first = node.call(courier, "POST", "/orders", order).json()
    assert courier.stop() == 0
    courier.start()
    again = node.call(courier, "POST", "/orders", order)
    assert (again.status_code, again.json()) == (200, first)


@pytest.mark.parametrize("weather", ["busy", "nonsense", "down", "unsigned"])
def test_bad_weather_is_seen_and_passes(courier, node, order, weather):
    courier.control(weather=weather)
    with pytest.raises(Exception):  # noqa: B017 - whichever way the node notices
        node.call(courier, "POST", "/orders", order)
    assert httpx.get(courier.url + "/health").status_code == 200
    courier.control(weather="fine")
    assert node.call(courier, "POST", "/orders", order).status_code in (200, 201)


def test_slow_weather_takes_its_time(courier, node, order):
    courier.control(weather="slow", seconds=0.5)
    assert node.call(courier, "POST", "/orders", order).elapsed.total_seconds() >= 0.5


def test_its_key_can_be_made_before_it_runs(courier, home):
    command = [sys.executable, "-m", "sandboxes.tax", "--home", str(home / "later"), "--district", "330100", "--init"]
    printed = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)
    assert printed == json.loads((home / "later" / "public.jwk").read_text())
    assert printed["kid"] == OKPKey.import_key(printed).thumbprint()


def test_nothing_in_here_imports_tongban():
    found = [path for path in (ROOT / "sandboxes").rglob("*.py") if "tongban" in _imports(path)]
    assert found == []


def _imports(path):
    tree = ast.parse(path.read_text())
    named = [alias.name for one in ast.walk(tree) if isinstance(one, ast.Import) for alias in one.names]
    named += [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    return {name.split(".")[0] for name in named}
