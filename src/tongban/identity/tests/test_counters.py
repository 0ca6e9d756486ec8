"""An account made at a counter is its person's at home after a proof, and nobody's before."""

from __future__ import annotations

import pytest

from tongban.base.actors import Actor, Kind
from tongban.identity import actions, counters
from tongban.identity import queries as known
from tongban.identity.models import Account, Dispute, Proof
from tongban.identity.refusals import AlreadyBound, ProofFailed
from tongban.registries.models import Person
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db
OFFICER = Actor(kind=Kind.OFFICER, id="officer", name="演示", office="window")


@pytest.fixture
def person(society, db):
    return Person.objects.filter(synthetic=True, deceased_on=None).order_by("id").first()


@pytest.fixture
def served(person):
    return counters.at_counter(person=person, by=OFFICER, now=NOW)


def contact(mobile="13700000001"):
    return actions.use_code(mobile=mobile, code=actions.new_code(mobile=mobile, now=NOW), now=NOW)


def claimed(person, mobile="13700000001"):
    found = contact(mobile)
    return actions.bind(account=found, person=person, by=known.person_actor(found), now=NOW)


def answered(account, passed=True, reason=""):
    proof = actions.ask_proof(account=account, method="face", purpose="sign", now=NOW)
    by = known.person_actor(account)
    return actions.answer_proof(proof=proof, passed=passed, reason=reason, evidence="x", by=by, now=NOW)


def test_the_counter_is_a_proof_of_level_two_and_needs_no_mobile(served, person):
    assert (served.person, served.level, served.mobile_lookup) == (person, 2, None)
    proof = Proof.objects.get(account=served)
    assert (proof.method, proof.passed, proof.level) == ("counter", True, 2) and "officer" in proof.evidence
    assert known.mobile_of(served) == ""
    assert counters.at_counter(person=person, by=OFFICER, now=NOW).pk == served.pk


def test_a_claim_gives_nothing_before_the_proof(served, person):
    account = claimed(person)
    assert (account.level, account.person, account.claims) == (0, None, person)
    assert Dispute.objects.count() == 0 and Account.objects.get(pk=served.pk).mobile_lookup is None


def test_after_the_proof_the_same_account_has_the_mobile(served, person):
    account = claimed(person)
    now = answered(account)
    assert now.pk == served.pk and known.mobile_of(Account.objects.select_related("key").get(pk=now.pk)) == "13700000001"
    left = Account.objects.get(pk=account.pk)
    assert (left.mobile_lookup, left.claims, left.level) == (None, None, 0)
    assert contact().pk == served.pk, "signing in with that mobile is signing in as them"


def test_a_proof_that_fails_opens_a_dispute_and_changes_nothing(served, person):
    account = claimed(person)
    with pytest.raises(ProofFailed):
        answered(account, passed=False, reason="other-person")
    assert Dispute.objects.get().holder_id == served.pk
    assert Account.objects.get(pk=served.pk).mobile_lookup is None


def test_the_second_of_two_claims_is_a_dispute(served, person):
    first, second = claimed(person), claimed(person, "13700000002")
    answered(first)
    with pytest.raises(AlreadyBound):
        answered(second)
    assert Account.objects.get(pk=second.pk).level == 0
    assert Dispute.objects.get().claimant_id == second.pk


def test_with_a_mobile_bound_another_contact_is_a_dispute_as_ever(served, person):
    answered(claimed(person))
    with pytest.raises(AlreadyBound):
        claimed(person, "13700000002")


def test_only_a_contact_of_level_one_is_released(person):
    account = contact()
    actions.bind(account=account, person=person, by=known.person_actor(account), now=NOW)
    counters.release(account=account, by=OFFICER, now=NOW)
    assert Account.objects.get(pk=account.pk).person is None
    proven = counters.at_counter(person=person, by=OFFICER, now=NOW)
    counters.release(account=proven, by=OFFICER, now=NOW)
    assert Account.objects.get(pk=proven.pk).person == person
