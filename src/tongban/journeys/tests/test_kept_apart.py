"""What is personal lies apart, sealed and erasable; what happened stays and verifies."""

import re

import msgspec
import pytest
from django.db import connection

from tongban.cases import queries as cases
from tongban.cases import store
from tongban.cases.models import Case, Event
from tongban.engine import lifecycle
from tongban.files import vault
from tongban.files.tests.test_hostile_files import written
from tongban.journeys import apply, draft, handle, moves, see, signing
from tongban.journeys.tests.test_licence import ITEM, agency, filled  # noqa: F401

pytestmark = pytest.mark.django_db
MOBILE = "13800000000"
FILE = "演示产权人的同意书-私密"


@pytest.fixture
def finished(filled, persona, officer, clock, work):  # noqa: F811
    """A firm's case from the draft with an upload to the licence."""
    by, id = filled
    paper = draft.sheet(id, by=by, now=clock.now).plan.materials[0].type
    draft.upload(id, material=paper, name=f"{FILE}.pdf", content=written(), by=by, now=clock.now)
    digest = signing.lock(id, by=by, now=clock.now)
    for who in (by, persona("representative")):
        for each in signing.waiting(by=who, now=clock.now):
            if each.entity == "" or who != by:
                signing.sign(each.party, digest=digest, by=who, now=clock.now)
    number = apply.submit(id, by=by, now=clock.now).number
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.forward(minutes=1))
    agency(number, f"{ITEM}.tax", clock)
    steps = {"examine": ("hz-market-1", "passed"), "social-insurance": ("hz-social-1", "answered")}
    for step, (who, how) in {**steps, "housing-fund": ("hz-fund-1", "answered")}.items():
        handle.finish(
            number=number, step=f"{ITEM}.{step}", outcome=how, text="意见很私密", by=officer(who), now=clock.now
        )
    handle.decide(number=number, granted=True, reasons="", cites="", by=officer("hz-market-3"), now=clock.now)
    work()
    assert see.case(number, by=by, now=clock.now).status == "closed"
    return number


def everything() -> dict[str, str]:
    """Every table's rows as text: bytes both as they are and as letters."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = (
                bytes(v).decode("utf-8", "replace") if isinstance(v, memoryview) else str(v) for r in cursor for v in r
            )
            found[table] = "\n".join(rows)
    return found


def test_nothing_personal_of_a_finished_case_lies_open_in_any_table(finished, persona):
    tables = everything()
    numbers = [persona.people[who]["id_number"] for who in ("founder", "representative")]
    for secret in (*numbers, MOBILE, "意见很私密"):
        assert not [name for name, text in tables.items() if secret in text], secret[:4]


def test_the_name_of_a_file_that_somebody_gave_lies_open_nowhere(finished):
    assert not [name for name, text in everything().items() if FILE in text]


def test_events_hold_digests_and_procedure_only(finished, persona):
    told = "\n".join(str((e.actor, e.facts)) for e in Event.objects.filter(case__number=finished))
    assert persona.people["founder"]["name"] not in told and "演示星汉" not in told
    assert not re.search(r"(?<!\d)[1-9]\d{16}[\dX](?!\d)", told)


def test_erased_content_is_gone_and_the_history_still_verifies(finished, clock):
    row = Case.objects.get(number=finished)
    vault.erase(row.key, now=clock.now)
    row = Case.objects.select_related("key").get(number=finished)
    with pytest.raises(vault.Erased):
        cases.content(row, warrant=moves.SELF, now=clock.now)
    events = [msgspec.convert(apply.event_data(e), lifecycle.Event) for e in cases.events(row)]
    assert lifecycle.replay(events) == cases.state(row)
    for stored, event in zip(cases.events(row), events, strict=True):
        assert store.digest_of(event) == stored.digest


def test_a_person_reads_who_looked_at_them_and_why(finished, persona, officer, clock):
    from tongban.journeys import hold

    handle.screen(finished, by=officer("hz-market-1"), now=clock.now)
    reads = hold.reads(by=persona("founder"))
    assert any(r.case == finished and r.actor_kind == "officer" and r.purpose == "handle" for r in reads)
