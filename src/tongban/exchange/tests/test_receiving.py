"""A node that receives: replay, identity, target, trust and clocks, on the real database as the app's role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory

from tongban.base.cryptography import keys
from tongban.exchange import actions, events, queries
from tongban.exchange import signatures as wire
from tongban.exchange.models import Evidence
from tongban.exchange.refusals import WireRefusal
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import EVENTS, HERE, NOW, TAX, TAX_KEY, THERE, THERE_KEY, from_there

pytestmark = pytest.mark.django_db


def refused(request: wire.Request, now=NOW) -> str:
    with pytest.raises(WireRefusal) as no:
        actions.receive(request=request, now=now)
    return no.value.code


def test_a_request_is_received_with_what_it_says_and_is_on_record():
    parties.trust()
    request = from_there(case="310117-1", consent="c-7")
    verified = actions.receive(request=request, now=NOW)
    assert (verified.sender, verified.purpose, verified.case, verified.consent) == (
        THERE,
        "hand-over",
        "310117-1",
        "c-7",
    )
    row = Evidence.objects.get(id=verified.evidence)
    assert (row.way, row.part, row.peer, row.outcome) == ("in", "request", THERE, "ok")
    THERE_KEY.public.verify(row.base.encode(), bytes(row.signature))


def test_the_same_request_twice_is_a_replay_and_both_are_on_record():
    parties.trust()
    request = from_there()
    actions.receive(request=request, now=NOW)
    assert refused(request) == "replay"
    assert list(Evidence.objects.order_by("at", "id").values_list("outcome", flat=True)) == ["ok", "replay"]


def test_a_clock_that_was_ahead_and_is_set_back_does_not_make_an_old_request_new():
    parties.trust()
    request = from_there()
    actions.receive(request=request, now=NOW)
    ahead = NOW + timedelta(hours=3)
    assert actions.forget_nonces(now=ahead) == 0
    assert refused(request, now=NOW) == "replay"
    assert actions.forget_nonces(now=NOW + timedelta(days=2)) == 1


def test_an_answer_leaves_signed_and_bound_to_its_request_and_on_record():
    parties.trust()
    request = from_there()
    verified = actions.receive(request=request, now=NOW)
    answer = actions.respond(verified=verified, status=200, data={"ok": True}, now=NOW)
    ring = queries.keyring(queries.peer(HERE, now=NOW), at=NOW)
    wire.check_response(answer, request, ring, now=NOW)
    row = Evidence.objects.get(about=verified.evidence)
    assert (row.way, row.part, row.status) == ("out", "response", 200)


def test_a_request_for_another_node_relayed_here_is_refused():
    parties.trust()
    assert refused(from_there(url="http://node-c.example/wire/v1/events")) == "wrong_target"
    relayed = parties.changed(from_there(url="http://node-c.example/wire/v1/events"), url=EVENTS)
    assert refused(relayed) == "bad_signature"


@pytest.mark.parametrize("path", ["/wire/v1/query/a%2Fb", "/wire/v1/x/%2e%2e/events", "/wire/v1/%65vents"])
def test_a_path_has_one_spelling_when_it_comes_through_a_door(path):
    parties.trust()
    sly = from_there(url=parties.OURS + path)
    headers = {name: value for name, value in sly.headers if name != "Content-Type"}
    http = RequestFactory().post(path, sly.body, content_type=wire.one(sly.headers, "content-type"), headers=headers)
    assert refused(actions.request_of(http)) == "bad_signature"


def test_a_request_comes_through_a_door_as_it_was_sent():
    parties.trust()
    sent = from_there(url=EVENTS + "?since=2")
    headers = {name: value for name, value in sent.headers if name != "Content-Type"}
    http = RequestFactory().post(
        "/wire/v1/events?since=2", sent.body, content_type=wire.one(sent.headers, "content-type"), headers=headers
    )
    assert actions.receive(request=actions.request_of(http), now=NOW).sender == THERE


def test_a_body_beyond_the_wire_s_bound_is_refused_and_one_beyond_a_form_s_is_not(monkeypatch):
    monkeypatch.setattr(events, "LARGEST", 3_000_000)
    post = RequestFactory().post
    assert len(actions.request_of(post("/x", b"a" * 3_000_000, content_type="application/json")).body) == 3_000_000
    with pytest.raises(WireRefusal) as no:
        actions.request_of(post("/x", b"a" * 3_000_001, content_type="application/json"))
    assert (no.value.code, no.value.status) == ("too_large", 413)


def test_a_department_is_received_where_there_is_no_federation():
    parties.trust_tax()
    assert actions.receive(request=from_there(key=TAX_KEY, sender=TAX), now=NOW).sender == TAX


def test_a_caller_that_names_another_city_is_refused():
    parties.trust()
    parties.trust_tax()
    assert refused(from_there(key=TAX_KEY, sender=THERE)) == "wrong_sender"
    assert refused(from_there(sender=HERE)) == "wrong_sender"


def test_a_department_with_a_p256_key_of_its_own_is_received_under_its_own_name():
    parties.trust()
    parties.trust_tax()
    assert actions.receive(request=from_there(key=TAX_KEY, sender=TAX), now=NOW).kind == "agency"


def test_an_unknown_key_is_refused_and_nothing_it_says_is_recorded_as_true():
    parties.trust()
    assert refused(from_there(key=keys.new_ed25519())) == "unknown_key"
    assert Evidence.objects.get().peer == ""


def test_keys_are_rotated_with_nothing_lost_then_the_revoked_one_is_refused_and_old_evidence_still_verifies():
    parties.trust()
    old = actions.receive(request=from_there(), now=NOW)
    new = keys.new_ed25519()
    both = parties.nodes(parties.row(THERE_KEY), parties.row(new))
    parties.trust(parties.trust_list(2, peers=both))
    for key in (THERE_KEY, new):
        actions.receive(request=from_there(key=key), now=NOW)
    later = NOW + timedelta(hours=1)
    ended = parties.nodes(parties.row(THERE_KEY, revoked=NOW + timedelta(minutes=30)), parties.row(new))
    parties.trust(parties.trust_list(3, peers=ended))
    assert refused(from_there(now=later), now=later) == "key_not_valid"
    actions.receive(request=from_there(key=new, now=later), now=later)
    row = Evidence.objects.get(id=old.evidence)
    ring = queries.keyring(queries.peer(THERE, now=later), at=row.at)
    ring[row.key_id].verify(row.base.encode(), bytes(row.signature))


def test_an_expired_trust_list_closes_the_door():
    parties.trust(parties.trust_list(expires=NOW + timedelta(hours=1)))
    later = NOW + timedelta(hours=2)
    assert refused(from_there(now=later), now=later) == "untrusted"


def test_a_peer_that_a_newer_list_leaves_out_is_refused():
    parties.trust()
    parties.trust(parties.trust_list(2, peers=parties.nodes()[:1]))
    assert refused(from_there()) == "unknown_key"


@pytest.mark.parametrize(("name", "value"), [("purpose", "x y"), ("case", "a/b"), ("consent", "a b"), ("purpose", "-")])
def test_named_headers_of_another_shape_are_refused(name, value):
    parties.trust()
    assert refused(from_there(**{name: value})) == "malformed"


def test_the_app_can_neither_change_nor_remove_evidence():
    parties.trust()
    actions.receive(request=from_there(), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('exchange_evidence', p) FROM unnest(ARRAY['UPDATE','DELETE','TRUNCATE']) p"
        )
        assert cursor.fetchall() == [(False,)] * 3
