"""Two who say they are the same person in the same second: real connections, real commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from tongban.base.actors import Actor, Kind
from tongban.files import vault
from tongban.identity import actions, counters
from tongban.identity import queries as known
from tongban.identity.models import Account, Dispute
from tongban.identity.refusals import AlreadyBound
from tongban.registries.models import Division, Person
from tongban.trail.models import Entry
from tongban.wiring.testing import NOW

OFFICER = Actor(kind=Kind.OFFICER, id="officer", name="演示", office="window")
WAIT = 20  # seconds after which a test that hangs has failed


@pytest.fixture
def person(committed_db) -> Person:
    Division.objects.create(code="330000", name="浙江省", level="province")
    said = {"name": "演示", "sex": "female", "birth": "1990-01-01", "division_id": "330000", "as_of": "2026-01-01"}
    return Person.objects.create(
        lookup="x", sealed_number=b"", key=vault.new_key(), source="synthetic", synthetic=True, **said
    )


def contact(mobile: str) -> Account:
    return actions.use_code(mobile=mobile, code=actions.new_code(mobile=mobile, now=NOW), now=NOW)


def bind(account: Account, person: Person) -> Account:
    return actions.bind(account=account, person=person, by=known.person_actor(account), now=NOW)


def while_another(first, second):
    """What comes of ``second``, which begins while ``first`` is done on another connection and not yet committed."""
    done, goes_on = Event(), Event()

    def begin() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                assert goes_on.wait(WAIT)
        finally:
            connection.close()

    def follow():
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ahead = pool.submit(begin)
        assert done.wait(WAIT)
        behind = pool.submit(follow)
        with pytest.raises(TimeoutError):
            behind.result(0.5)
        goes_on.set()
        ahead.result(WAIT)
        return behind.result(WAIT)


def test_of_two_who_name_one_person_at_once_one_is_bound_and_the_other_opens_a_dispute(person):
    first, second = contact("13700000001"), contact("13700000002")
    with pytest.raises(AlreadyBound):
        while_another(lambda: bind(first, person), lambda: bind(second, person))
    assert Account.objects.get(person=person).pk == first.pk
    (dispute,) = Dispute.objects.all()
    assert (dispute.claimant_id, dispute.holder_id) == (second.pk, first.pk)
    assert Entry.objects.filter(verb="identity.bind", refused="already_bound").count() == 1


def test_who_names_somebody_that_is_just_served_at_a_window_claims(person):
    asks = contact("13700000001")
    said = while_another(lambda: counters.at_counter(person=person, by=OFFICER, now=NOW), lambda: bind(asks, person))
    assert (said.level, said.person, said.claims_id) == (0, None, person.pk)
    assert not Dispute.objects.exists()
