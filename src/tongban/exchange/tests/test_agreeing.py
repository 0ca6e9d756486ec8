"""Trust lists and contracts: rolled back, expired, forged, too few signatures; the last good one holds."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest

from tongban.base.actors import SYSTEM, Actor, Channel, Kind
from tongban.base.cryptography import keys
from tongban.base.cryptography.keys import b64, unb64
from tongban.base.errors import Denied
from tongban.exchange import actions, documents, queries
from tongban.exchange.models import Contract, Peer, TrustList
from tongban.exchange.refusals import DocumentRefused, WireRefusal
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import ANCHORS, HERE, NOW, THERE, THERE_KEY
from tongban.trail import queries as trail

pytestmark = pytest.mark.django_db


def refused(load, *args, **more) -> str:
    with pytest.raises(DocumentRefused) as no:
        load(*args, **more)
    return no.value.code


def test_a_list_that_most_anchors_signed_is_taken_and_names_the_peers():
    parties.trust(parties.trust_list(signers=ANCHORS[:2]))
    assert queries.peer(THERE, now=NOW).endpoint == "http://127.0.0.1:9"


def test_the_same_list_again_is_no_error_and_no_second_row():
    document = parties.trust_list()
    parties.trust(document)
    parties.trust(document)
    assert TrustList.objects.count() == 1


def test_a_list_with_too_few_signatures_is_refused_until_another_anchor_signs():
    document = parties.trust_list(signers=ANCHORS[:1])
    assert refused(parties.trust, document) == "trust_quorum"
    assert refused(parties.trust, documents.countersign(document, keys.new_ed25519())) == "trust_quorum"
    assert refused(parties.trust, documents.countersign(document, ANCHORS[0])) == "trust_quorum"
    parties.trust(documents.countersign(document, ANCHORS[1]))


def test_a_forged_list_is_refused_whatever_else_it_carries():
    document = json.loads(parties.trust_list())
    body = unb64(document["payload"]).replace(b"127.0.0.1:9", b"127.0.0.1:7")
    forged = json.dumps({**document, "payload": b64(body)}).encode()
    assert refused(parties.trust, forged) == "trust_forged"
    assert refused(parties.trust, b"{}") == "trust_forged"
    assert refused(parties.trust, b"\xff" * 20) == "trust_forged"


@pytest.mark.parametrize("number", [1, 2])
def test_a_list_that_is_rolled_back_or_forked_is_refused_and_the_last_good_one_holds(number):
    parties.trust(parties.trust_list(2))
    assert refused(parties.trust, parties.trust_list(number, peers=parties.nodes()[:1])) == "trust_rollback"
    assert queries.peer(THERE, now=NOW).listed


def test_an_expired_list_is_refused_and_the_last_good_one_holds_until_its_own_end():
    parties.trust(parties.trust_list(expires=NOW + timedelta(days=2)))
    assert refused(parties.trust, parties.trust_list(2, expires=NOW)) == "trust_expired"
    assert queries.peer(THERE, now=NOW + timedelta(days=1))
    with pytest.raises(WireRefusal) as no:
        queries.peer(THERE, now=NOW + timedelta(days=2))
    assert no.value.code == "untrusted"


def test_a_city_s_own_list_may_not_speak_of_nodes_nor_the_federation_s_of_its_partners():
    for scope, who, kind in [
        (HERE, THERE, "node"),
        (HERE, "310117:tax", "agency"),
        ("federation", "330100:tax", "agency"),
    ]:
        rows = [parties.listed(who, "http://127.0.0.1:8", parties.row(keys.new_ed25519()), kind=kind)]
        document = documents.make_trust_list(rows, 1, NOW + parties.YEAR, ANCHORS, scope)
        assert refused(parties.trust, document) == "trust_malformed"
    assert not Peer.objects.exists()


def test_another_city_s_own_list_is_refused():
    rows = [parties.listed("310117:tax", "http://127.0.0.1:8", parties.row(keys.new_ed25519()), kind="agency")]
    assert (
        refused(parties.trust, documents.make_trust_list(rows, 1, NOW + parties.YEAR, ANCHORS, THERE))
        == "trust_foreign"
    )


def test_two_peers_may_not_share_a_key():
    rows = parties.nodes(parties.row(keys.new_ed25519()))
    shared = [rows[0], parties.listed(THERE, "http://127.0.0.1:9", *rows[0].keys)]
    assert refused(parties.trust, parties.trust_list(peers=shared)) == "trust_malformed"


def granted(now=NOW, **changes) -> documents.Grant:
    asked = {"provider": HERE, "consumer": THERE, "resource": "firm", "purpose": "examine", **changes}
    return queries.grant(now=now, **asked)


def test_a_contract_that_both_signed_grants_its_fields_for_its_purposes_while_it_lasts():
    parties.trust()
    document = parties.contract(resource="firm", fields=("name", "uscc"), purposes=("examine",))
    actions.load_contract(document=document, by=SYSTEM, now=NOW)
    assert granted().filter({"name": "a", "uscc": "b", "phone": "c"}) == {"name": "a", "uscc": "b"}
    for wrong in (
        {"purpose": "market"},
        {"resource": "person"},
        {"consumer": "320100"},
        {"now": NOW + 2 * parties.YEAR},
    ):
        with pytest.raises(Denied):
            granted(**wrong)


def test_a_contract_with_one_signature_or_a_stranger_s_is_refused():
    parties.trust()
    one = documents.make_contract(
        id=uuid.uuid4(), grants=parties.grants(), since=NOW, until=NOW + parties.YEAR, key=THERE_KEY
    )
    assert refused(actions.load_contract, document=one, by=SYSTEM, now=NOW) == "contract_signatures"
    strange = documents.countersign(one, keys.new_ed25519())
    assert refused(actions.load_contract, document=strange, by=SYSTEM, now=NOW) == "contract_signatures"


def test_a_changed_contract_is_refused():
    parties.trust()
    document = json.loads(parties.contract(fields=("name",)))
    body = unb64(document["payload"]).replace(b'"name"', b'"mail"')
    assert (
        refused(actions.load_contract, document=json.dumps({**document, "payload": b64(body)}).encode(), by=SYSTEM, now=NOW)
        == "contract_forged"
    )


def test_a_newer_contract_of_the_same_id_replaces_the_older_and_a_revoked_one_grants_nothing():
    parties.trust()
    id = uuid.uuid4()
    actions.load_contract(document=parties.contract(id, resource="firm", purposes=("examine",)), by=SYSTEM, now=NOW)
    newer = actions.load_contract(document=parties.contract(id, resource="firm", purposes=("tax",)), by=SYSTEM, now=NOW)
    with pytest.raises(Denied):
        granted()
    assert granted(purpose="tax")
    actions.revoke_contract(hash=newer.hash, by=SYSTEM, now=NOW)
    with pytest.raises(Denied):
        granted(purpose="tax")


def on_trail(kind: str, subject: str) -> list[tuple[str, str]]:
    """What was done with a document, and by whom."""
    return [(entry.verb, entry.actor_id) for entry in trail.entries_about(kind, subject)]


def test_what_is_put_in_force_is_on_the_trail_once_with_who_did_it():
    clerk = Actor(kind=Kind.OFFICER, id="clerk-1", channel=Channel.WINDOW)
    lists, anchors = [parties.trust_list(1), parties.trust_list(1), parties.trust_list(2)], parties.anchors()
    for document in lists:
        actions.load_trust_list(document=document, anchors=anchors, by=clerk, now=NOW)
    for number in (1, 2):
        assert on_trail("trust-list", f"federation {number}") == [("exchange.load-trust-list", "clerk-1")]
    id = uuid.uuid4()
    older, newer = parties.contract(id), parties.contract(id, purposes=("tax",))
    first, _, second = (actions.load_contract(document=each, by=clerk, now=NOW) for each in (older, older, newer))
    for row in (first, second):
        assert on_trail("contract", row.hash) == [("exchange.load-contract", "clerk-1")]
    (entry,) = trail.entries_about("contract", second.hash)
    assert entry.facts == {"contract": str(id), "between": [THERE, HERE], "replaces": [first.hash]}


def test_a_document_that_is_refused_is_on_no_trail():
    parties.trust(parties.trust_list(2))
    assert refused(parties.trust, parties.trust_list(1, peers=parties.nodes()[:1])) == "trust_rollback"
    assert on_trail("trust-list", "federation 1") == []


@pytest.mark.parametrize("term", ["consent", "delegation"])
def test_a_contract_that_hangs_on_what_no_node_can_check_is_refused_with_the_way_out(term):
    parties.trust()
    document = parties.contract(resource="firm", purposes=("examine",), **{term: True})
    with pytest.raises(DocumentRefused) as no:
        actions.load_contract(document=document, by=SYSTEM, now=NOW)
    assert no.value.code == "contract_uncheckable"
    assert term in no.value.brief.en
    assert term in no.value.brief.zh
    assert no.value.because
    assert no.value.next_step
    assert not Contract.objects.exists()


@pytest.mark.parametrize(("term", "code"), [("consent", "no_consent"), ("delegation", "no_delegation")])
def test_such_a_grant_of_a_contract_that_was_loaded_before_grants_nothing(term, code):
    parties.trust()
    row = actions.load_contract(document=parties.contract(resource="firm", purposes=("examine",)), by=SYSTEM, now=NOW)
    assert granted()
    Contract.objects.filter(hash=row.hash).update(grants=[{**each, term: True} for each in row.grants])
    with pytest.raises(Denied) as no:
        granted()
    assert no.value.code == code
    assert no.value.next_step


def test_a_partner_is_added_beside_the_others_and_its_new_key_takes_the_place_of_the_old():
    first, second, again = (parties.row(keys.new_ed25519()) for _ in range(3))
    actions.add_partner(parties.listed(f"{HERE}:one", "https://one", first, kind="partner"), by=SYSTEM, now=NOW)
    actions.add_partner(parties.listed(f"{HERE}:two", "https://two", second, kind="partner"), by=SYSTEM, now=NOW)
    taken = actions.add_partner(parties.listed(f"{HERE}:one", "https://one", again, kind="partner"), by=SYSTEM, now=NOW)
    assert [peer.id for peer in queries.peers(kind="partner", now=NOW)] == [f"{HERE}:one", f"{HERE}:two"]
    assert queries.key_rows(queries.peer(f"{HERE}:one", now=NOW)) == (again,)
    assert taken.number > TrustList.objects.order_by("number").first().number


def test_a_node_or_anothers_partner_or_a_key_that_is_listed_is_no_partner_of_this_city():
    one = parties.row(keys.new_ed25519())
    actions.add_partner(parties.listed(f"{HERE}:one", "https://one", one, kind="partner"), by=SYSTEM, now=NOW)
    for id, key in ((THERE, None), (f"{THERE}:one", None), (f"{HERE}:two", one)):
        row = parties.listed(id, "https://x", key or parties.row(keys.new_ed25519()), kind="partner")
        assert refused(actions.add_partner, row, by=SYSTEM, now=NOW) == "trust_malformed"
