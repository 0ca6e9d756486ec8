"""``tongban exchange``, as an operator types it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tongban.base.actors import SYSTEM
from tongban.base.errors import Denied
from tongban.exchange import actions, queries
from tongban.exchange.models import Contract, Outbox
from tongban.exchange.tests import parties
from tongban.trail import queries as trail
from tongban.wiring import command
from tongban.wiring.testing import HOME

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def say(monkeypatch, capsys):
    """Types a command; gives its exit status and what it printed. The command finds Django set up already."""
    from tongban.wiring import ready

    monkeypatch.setattr(ready, "work_as", lambda home=None: ready.find(HOME))

    def say(*words: str) -> tuple[int, str]:
        status = command.main(["exchange", *words])
        return status, capsys.readouterr().out

    return say


@pytest.fixture
def agreed():
    """Both cities have agreed, by the clock on the wall, which the command reads."""
    parties.trust(parties.trust_list(expires=NOW + timedelta(days=30)), NOW)
    return actions.load_contract(document=parties.contract(), by=SYSTEM, now=parties.NOW)


@pytest.fixture
def dead(agreed):
    """Two events of a case: the first was given up, the second waits behind it."""
    rows = [
        actions.put_out(peer=parties.THERE, case_ref="330100-1", kind="case.told", data={}, now=NOW) for _ in range(2)
    ]
    Outbox.objects.filter(id=rows[0].id).update(dead_at=NOW, trouble="not_offered", attempts=3)
    return rows[0]


def test_dead_letters_are_listed_for_a_reader_and_for_a_program(say, dead):
    status, text = say("dead")
    assert status == 0
    assert text.count("\n") == 1
    for told in (str(dead.id), parties.THERE, "330100-1", "case.told", "not_offered"):
        assert told in text
    status, text = say("dead", "--json")
    (row,) = json.loads(text)
    assert status == 0
    assert (row["id"], row["peer"], row["number"], row["trouble"]) == (str(dead.id), parties.THERE, 1, "not_offered")


def test_where_nothing_is_dead_it_says_so(say, agreed):
    assert say("dead") == (0, "No dead letters.\n")
    assert say("dead", "--json") == (0, "[]\n")


def test_a_replayed_letter_is_tried_again_with_a_row_on_the_trail(say, dead):
    status, text = say("replay", str(dead.id))
    assert (status, text) == (0, "1 will be sent again.\n")
    dead.refresh_from_db()
    assert dead.dead_at is None
    assert list(queries.heads(peer=parties.THERE)) == [dead]
    assert [entry.verb for entry in trail.entries_about("event", str(dead.id))] == ["exchange.replay"]


def test_a_letter_that_is_not_dead_is_not_replayed_and_none_of_the_others_are(say, dead):
    alive = Outbox.objects.exclude(id=dead.id).get()
    status, text = say("replay", str(dead.id), str(alive.id))
    assert status == 1
    assert text.startswith("Refused: There is no such dead letter")
    dead.refresh_from_db()
    assert dead.dead_at is not None


def test_contracts_in_force_are_listed(say, agreed):
    status, text = say("contracts")
    assert status == 0
    assert text.startswith(agreed.hash)
    assert "hand-over" in text
    (row,) = json.loads(say("contracts", "--json")[1])
    assert (row["hash"], row["between"]) == (agreed.hash, [parties.THERE, parties.HERE])


def test_a_revoked_contract_grants_nothing_from_the_next_use_on(say, agreed):
    asked = {"provider": parties.HERE, "consumer": parties.THERE, "resource": "hand-over", "purpose": "hand-over"}
    assert queries.grant(now=NOW, **asked)
    status, text = say("revoke", agreed.hash[:12])
    assert status == 0
    assert agreed.hash in text
    with pytest.raises(Denied):
        queries.grant(now=datetime.now(UTC), **asked)
    assert "exchange.revoke-contract" in [entry.verb for entry in trail.entries_about("contract", agreed.hash)]
    assert say("contracts") == (0, "No contracts in force.\n")


@pytest.mark.parametrize("typed", ["", "%", "0" * 64, "none"])
def test_what_names_no_contract_or_more_than_one_revokes_nothing(say, agreed, typed):
    other = parties.contract(resource="firm", purposes=("examine",))
    actions.load_contract(document=other, by=SYSTEM, now=parties.NOW)
    status, text = say("revoke", typed)
    assert status == 1
    assert text.startswith("Refused: ")
    assert "exchange contracts" in text
    assert Contract.objects.filter(revoked_at=None).count() == 2


def test_a_contract_that_has_ended_is_not_revoked_again(say, agreed):
    assert say("revoke", agreed.hash)[0] == 0
    assert say("revoke", agreed.hash)[0] == 1
    assert [e.verb for e in trail.entries_about("contract", agreed.hash)].count("exchange.revoke-contract") == 1


@pytest.mark.parametrize("word", ["dead", "replay", "contracts", "revoke"])
def test_every_word_explains_itself(word, capsys):
    with pytest.raises(SystemExit) as end:
        command.main(["exchange", word, "--help"])
    assert end.value.code == 0
    assert "--home" in capsys.readouterr().out
