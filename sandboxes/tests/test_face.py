"""The face port says yes only to who is on its list and was chosen; everything else is a no that is signed."""

import json
import time
import uuid
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from sandboxes.face.people import number_holds
from sandboxes.face.provider import subject_of

from .conftest import Node, trust

# joserfc warns of the older name of the algorithm, which is the one that verifiers know.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

PERSON = {"name": "演示甲", "id_number": "11010519491231002X"}


@pytest.fixture(scope="module")
def face(launch, home):
    (home / "people.csv").write_text(f"id_number,name\n{PERSON['id_number']},{PERSON['name']}\n")
    return launch("face", "--people", str(home / "people.csv"), "--people", str(home / "later.csv"))


@pytest.fixture(autouse=True)
def willing(face):
    face.control(refuse=False)


def open_session(face, node, **more):
    wish = {
        **PERSON,
        "purpose": "签署设立登记材料",
        "return_url": f"{node.url}/prove/back?step=2",
        "state": "s-1",
        **more,
    }
    return node.call(face, "POST", "/sessions", wish)


def choose(session, choice="match"):
    answer = httpx.post(session["url"], data={"choice": choice})
    assert answer.status_code == 303
    return answer.headers["location"]


def fetch(face, node, session):
    return node.call(face, "POST", f"/sessions/{session['session']}/result", {})


def read(face, result):
    """The claims, after the signature held against the key that the home folder publishes."""
    key = OKPKey.import_key(json.loads((face.home / "public.jwk").read_text()))
    token = jws.deserialize_compact(result, key, algorithms=["EdDSA"])
    assert token.headers()["kid"] == key.thumbprint()
    return json.loads(token.payload)


def outcome(face, node, choice="match", **more):
    session = open_session(face, node, **more).json()
    choose(session, choice)
    return read(face, fetch(face, node, session).json()["result"])


def test_a_match_of_a_listed_person_is_a_signed_yes(face, node):
    session = open_session(face, node).json()
    back = choose(session)
    assert back.startswith(f"{node.url}/prove/back?step=2&")
    assert parse_qs(urlsplit(back).query) == {"step": ["2"], "state": ["s-1"], "session": [session["session"]]}
    claims = read(face, fetch(face, node, session).json()["result"])
    assert (claims["outcome"], claims["level"], claims["sandbox"]) == ("passed", 2, True)
    assert (claims["iss"], claims["aud"], claims["state"]) == ("330100:face", "330100", "s-1")
    assert claims["subject"] == subject_of(PERSON["name"], PERSON["id_number"], session["session"])
    assert claims["exp"] > time.time()
    assert PERSON["id_number"] not in json.dumps(claims)


@pytest.mark.parametrize(
    ("choice", "more", "said"),
    [
        ("other", {}, "not_same_person"),
        ("leave", {}, "left"),
        ("match", {"name": "演示乙"}, "name_mismatch"),
        ("match", {"id_number": "310117199001010018"}, "unknown_person"),
        ("other", {"name": "演示乙"}, "not_same_person"),
    ],
)
def test_it_says_no(face, node, choice, more, said):
    number = more.get("id_number", "")
    if number:
        more = {"id_number": number[:17] + next(c for c in "0123456789X" if number_holds(number[:17] + c))}
    claims = outcome(face, node, choice, **more)
    assert (claims["outcome"], claims["level"]) == (said, 0)


def test_it_refuses_everybody_when_told_to(face, node):
    face.control(refuse=True)
    assert outcome(face, node)["outcome"] == "refused"


def test_a_list_that_grows_is_read_again(face, node, home):
    stem = "31011720000101002"
    number = stem + next(c for c in "0123456789X" if number_holds(stem + c))
    assert outcome(face, node, name="演示丙", id_number=number)["outcome"] == "unknown_person"
    (home / "later.csv").write_text(f"id_number,name\n{number},演示丙\n")
    assert outcome(face, node, name="演示丙", id_number=number)["outcome"] == "passed"


def test_control_can_add_a_person(face, node):
    stem = "33010620010101004"
    number = stem + next(c for c in "0123456789X" if number_holds(stem + c))
    face.control(people=[{"id_number": number, "name": "演示丁"}])
    assert outcome(face, node, name="演示丁", id_number=number)["outcome"] == "passed"


def test_a_result_is_given_once_and_what_was_asked_is_erased(face, node):
    session = open_session(face, node).json()
    choose(session)
    assert fetch(face, node, session).status_code == 200
    again = fetch(face, node, session)
    assert (again.status_code, again.json()["code"]) == (410, "already-fetched")
    for file in face.home.glob("face.sqlite3*"):
        assert PERSON["id_number"].encode() not in file.read_bytes()


def test_a_result_before_the_answer_is_pending(face, node):
    answer = fetch(face, node, open_session(face, node).json())
    assert (answer.status_code, answer.json()["code"]) == (409, "pending")


def test_only_the_asker_gets_the_result(face, node, home):
    session = open_session(face, node).json()
    choose(session)
    stranger = Node("310117")
    stranger.trusts(face)
    trust(home, node, stranger)
    assert fetch(face, stranger, session).status_code == 404
    assert fetch(face, node, session).status_code == 200
    assert node.call(face, "POST", f"/sessions/{uuid.uuid4()}/result", {}).status_code == 404


def test_an_expired_session_takes_no_answer_and_says_so(face, node):
    session = open_session(face, node).json()
    face.control(expire=session["session"])
    assert httpx.get(session["url"]).status_code == 410
    choose(session)
    assert read(face, fetch(face, node, session).json()["result"])["outcome"] == "expired"


def test_the_first_answer_stays(face, node):
    session = open_session(face, node).json()
    choose(session, "other")
    choose(session, "match")
    assert read(face, fetch(face, node, session).json()["result"])["outcome"] == "not_same_person"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"id_number": ""}, "id_number"),
        ({"return_url": "https://evil.example/x"}, "return_url"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"name": "x" * 101}, "name"),
        ({"state": ""}, "state"),
        ({"state": 7}, "state"),
        ({"purpose": "a\r\nb"}, "purpose"),
    ],
)
def test_a_wrong_session_is_refused_with_its_field(face, node, wrong, field):
    answer = open_session(face, node, **wrong)
    assert (answer.status_code, answer.json().get("field")) == (422, field)


def test_the_page_shows_little_of_the_person_and_all_of_what_it_is(face, node):
    answer = httpx.get(open_session(face, node, purpose="<script>alert(1)</script>").json()["url"])
    assert "演示 · Sandbox" in answer.text
    assert "110***********002X" in answer.text
    assert PERSON["id_number"] not in answer.text
    assert "<script>" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"form-action 'self' {node.url}" in policy


def test_an_unknown_page_is_refused_in_words(face):
    answer = httpx.get(f"{face.url}/s/nothing", headers={"Accept": "text/html"})
    assert (answer.status_code, "没有办成" in answer.text) == (404, True)


def test_a_choice_that_is_none_is_refused(face, node):
    assert httpx.post(open_session(face, node).json()["url"], data={"choice": "yes"}).status_code == 422


def test_it_can_be_told_to_lie_about_a_result(face, node):
    face.control(face_lie="forged-result")
    with pytest.raises(Exception, match="bad_signature"):
        outcome(face, node)
    face.control(face_lie="other-session")
    session = open_session(face, node).json()
    choose(session)
    assert read(face, fetch(face, node, session).json()["result"])["session"] != session["session"]
    face.control(face_lie="expired-result")
    assert outcome(face, node)["exp"] < time.time()
    face.control(face_lie="other-subject")
    claims = outcome(face, node)
    assert claims["subject"] != subject_of(PERSON["name"], PERSON["id_number"], claims["session"])
