"""Issuing, status, letters and verification on a real PostgreSQL, as the app's role."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import DatabaseError, connection, transaction

from tongban.base.actors import SYSTEM, Actor, Kind, Warrant
from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.base.identifiers import certificate as identifiers
from tongban.certificates import actions, keys, queries, seal
from tongban.certificates.content import Holder
from tongban.certificates.models import Certificate, Holding, Letter, StatusChange
from tongban.certificates.tests import samples
from tongban.certificates.tests.samples import NOW
from tongban.files import queries as files
from tongban.files import vault
from tongban.trail.models import Entry, Read

OWN = Warrant(actor=Actor(kind=Kind.PERSON, id="acc-1", name="演示", level=2), purpose="own-data")


def issue(type: str = "business-licence", **changed: object) -> Certificate:
    if not {"holder", "fields", "issuer"} <= changed.keys():
        own = {"holder": samples.holder(type), "fields": samples.CONTENT[type], "issuer": samples.issuer(type)}
        changed = own | changed
    return actions.issue(**{"type": type, "case_ref": "C-1", "by": SYSTEM, "now": NOW, **changed})


@pytest.mark.parametrize("type", samples.TYPES)
def test_every_type_is_issued_as_data_and_as_a_page_that_verify(db, type):
    made = issue(type)
    assert identifiers.parse(made.identifier).value == made.identifier
    token = queries.token(certificate=made, warrant=OWN, now=NOW)
    assert queries.verify_jws(token.encode(), at=NOW).payload["fields"] == samples.CONTENT[type]
    assert queries.verify_pdf(queries.pdf(certificate=made, warrant=OWN, now=NOW)).valid
    assert queries.verify(made.code, now=NOW).verdict in ("valid", "not_yet")


def test_a_job_that_is_tried_again_issues_once(db):
    first, again = issue(), issue(now=NOW + timedelta(hours=1))
    assert first.pk == again.pk
    assert Entry.objects.filter(verb="certificate.issue").count() == 1


def test_ten_at_once_for_the_same_case_get_the_same_certificate(committed_db):
    def one(_: int) -> str:
        try:
            return issue(draw=False).identifier
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(one, range(10)))) == 1


def test_ten_at_once_for_ten_cases_get_ten_numbers(committed_db):
    def one(number: int) -> str:
        holder = Holder(name="演示", code_type="111", code=f"33010619400101{number:04d}", ref=f"p{number}")
        try:
            return issue("allowance-grant", holder=holder, case_ref=f"C-{number}", draw=False).identifier
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(one, range(10)))) == 10


def test_two_renewals_at_once_leave_one_licence_in_force(committed_db):
    issue(draw=False)

    def one(number: int) -> None:
        try:
            issue(case_ref=f"R-{number}", draw=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(4)))
    assert Certificate.objects.filter(status="01").count() == 1
    assert Certificate.objects.count() == 5


def test_personal_content_is_sealed_and_gone_when_its_key_is(db):
    made = issue("allowance-grant")
    row = Certificate.objects.filter(pk=made.pk).values().get()
    assert samples.PERSON not in str(row) and row["jws"] == ""
    vault.erase(made.key, now=NOW)
    assert queries.verify(made.code, now=NOW).verdict == "erased"
    with pytest.raises(vault.Erased):
        queries.content(certificate=Certificate.objects.get(pk=made.pk), warrant=OWN, now=NOW)


def test_a_renewal_ends_what_it_supersedes_and_cites_it(db):
    first = issue()
    second = issue(case_ref="C-2", fields={**samples.CONTENT["business-licence"], "address": "演示路89号"})
    assert second.predecessor == first
    assert queries.verify(first.code, now=NOW).status == "05"
    assert queries.verify_jws(second.jws.encode(), at=NOW).payload["predecessor"] == first.identifier
    assert queries.proves(type="business-licence", ref=samples.FIRM, warrant=OWN, now=NOW, on=NOW.date()) == second


def test_a_status_changes_only_as_the_law_lets_it_and_each_change_is_kept(db):
    made = issue()
    actions.change_status(certificate=made, to="02", why="调查期间暂扣", by=SYSTEM, now=NOW, cites=("某法第一条",))
    actions.change_status(certificate=made, to="01", why="发还", by=SYSTEM, now=NOW)
    actions.change_status(certificate=made, to="07", why="吊销", by=SYSTEM, now=NOW)
    assert [(one.before, one.after) for one in queries.changes_of(made)] == [("01", "02"), ("02", "01"), ("01", "07")]
    for to in ("01", "04", "07", "88"):
        with pytest.raises(Conflict):
            actions.change_status(certificate=made, to=to, why="x", by=SYSTEM, now=NOW)
    assert queries.verify(made.code, now=NOW).verdict == "ended"
    assert queries.proves(type="business-licence", ref=samples.FIRM, warrant=OWN, now=NOW, on=NOW.date()) is None


def test_a_status_change_cannot_be_altered_or_removed_by_the_app(db):
    made = issue(draw=False)
    actions.change_status(certificate=made, to="04", why="注销", by=SYSTEM, now=NOW)
    for attempt in (StatusChange.objects.all().delete, lambda: StatusChange.objects.update(why="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_both_parties_of_a_booking_find_it(db):
    other = Holder(name="演示丁", code_type="111", code="330106199001010011", ref="p-2")
    made = issue("marriage-booking", others=(other,))
    assert queries.held_by(ref="p-2", warrant=OWN, now=NOW) == [made]
    assert queries.held_by(code_type="111", code=samples.PERSON.lower(), warrant=OWN, now=NOW) == [made]
    assert Holding.objects.count() == 2


def test_each_look_at_a_persons_certificates_leaves_a_row_that_they_can_read(db):
    made = issue("allowance-grant")
    queries.held_by(ref="0190-synthetic", warrant=OWN, now=NOW)
    queries.content(certificate=made, warrant=OWN, now=NOW)
    rows = Read.objects.filter(person="0190-synthetic").order_by("id")
    assert [row.fields for row in rows] == [["list"], ["content"]]


def test_a_stranger_who_verifies_sees_a_masked_name_and_public_fields_only(db):
    made = issue("allowance-grant")
    seen = queries.verify(made.code.lower(), now=NOW)
    assert (seen.verdict, seen.holder) == ("valid", "演***")
    assert [title.zh for title, _ in seen.fields] == ["起发月份"]
    assert samples.PERSON not in str(seen)
    by_number = queries.verify(made.identifier, now=NOW)
    assert (by_number.verdict, by_number.holder, by_number.fields) == ("valid", "", ())


@pytest.mark.parametrize("code", ["", "nothing", "'; DROP TABLE x --", "0" * 500, "\u0000"])
def test_what_is_not_ours_is_unknown(db, code):
    assert queries.verify(code, now=NOW).verdict == "unknown"


def test_content_that_was_changed_in_the_database_is_told_as_tampered(db):
    made = issue()
    other = samples.signer().sign_data(samples.payload("business-licence", name="冒名公司"))
    Certificate.objects.filter(pk=made.pk).update(jws=other, holder_name="冒名公司")
    assert queries.verify(made.code, now=NOW).verdict == "tampered"


def test_the_holder_sees_every_field_as_the_page_shows_it(db):
    shown = {title.zh: text for title, text in queries.shown(certificate=issue(), warrant=OWN, now=NOW)}
    assert shown["注册资本"] == "壹佰万元整" and shown["成立日期"] == "2026年11月23日"
    assert list(shown) == [field.title.zh for field in queries.type_of("business-licence").fields]


def test_a_permit_is_valid_between_its_two_dates(db):
    made = issue("road-occupation-permit")
    at = {day: NOW.replace(year=2026, month=12, day=day) for day in (1, 15, 16)}
    assert (
        queries.proves(type="road-occupation-permit", ref=samples.FIRM, warrant=OWN, now=NOW, on=at[15].date()) == made
    )
    verdicts = {day: queries._verdict(made, moment.date()) for day, moment in at.items()}
    assert verdicts == {1: "valid", 15: "valid", 16: "expired"}


def test_who_may_not_issue_is_denied_and_nothing_is_written(db):
    office = msgspec.structs.replace(samples.issuer("business-licence"), roles=("tax",))
    with pytest.raises(Denied):
        issue(issuer=office)
    with pytest.raises(NotFound):
        issue("no-such-type", holder=samples.holder("business-licence"), fields={}, issuer=office)
    with pytest.raises(Refusal):
        issue(fields={**samples.CONTENT["business-licence"], "capital": 10**30})
    assert not Certificate.objects.exists()


def test_a_name_that_no_font_has_is_issued_as_data_and_drawn_when_the_font_is_there(db):
    made = issue(fields={**samples.CONTENT["business-licence"], "name": "演示\U0002a6d6公司"})
    assert (
        made.pdf is None
        and queries.pdf_bytes(made) == b""
        and queries.name_of(made).zh == "营业执照"
        and queries.verify(made.code, now=NOW).valid
    )
    assert Entry.objects.get(verb="certificate.draw").refused == "missing_glyph"


def test_a_letter_is_written_once_and_its_page_can_be_compared(db):
    values = {"item": "开办企业", "applied_on": "2026年11月20日", "missing": ["章程"], "until": "2026年12月1日"}
    letter = {
        "kind": "supplement", "issuer": samples.issuer("business-licence"), "addressee": "演示甲", "values": values,
        "case_ref": "C-9", "by": SYSTEM, "now": NOW,
    }  # fmt: skip
    first, again = actions.write_letter(**letter), actions.write_letter(**letter)
    assert first == again and Letter.objects.count() == 1
    assert queries.name_of(first).zh == "补正告知书"
    assert queries.verify_pdf(files.read(first.pdf)).valid
    seen = queries.verify(first.code, now=NOW)
    assert (seen.verdict, seen.number, seen.digest) == ("letter", first.number, first.pdf.sha256)


def test_a_type_put_on_disk_while_the_node_runs_can_be_issued(db, settings, tmp_path: Path):
    settings.TONGBAN_HOME = tmp_path
    folder = tmp_path / "certificates" / "fishing-pass"
    folder.mkdir(parents=True)
    (folder / "template.typ").write_text("#sheet()")
    (folder / "type.yaml").write_text(
        "{name: {zh: 垂钓证, en: Fishing pass}, type_code: 11100000TB000001XB777, number: 'F-{serial}', "
        "holder: '111', issued_by: [water], valid: {years: 1}, "
        "fields: [{key: lake, title: {zh: 湖, en: Lake}, public: true}]}"
    )
    office = msgspec.structs.replace(samples.issuer("business-licence"), roles=("water",))
    made = issue("fishing-pass", holder=samples.holder("allowance-grant"), fields={"lake": "演示湖"}, issuer=office)
    assert queries.verify(made.code, now=NOW).valid
    assert queries.verify_pdf(queries.pdf(certificate=made, warrant=OWN, now=NOW)).valid


def test_the_nodes_own_pages_are_long_term(db):
    assert keys.signer().long_term(NOW)
    assert seal.verify_pdf(queries.pdf(certificate=issue(), warrant=OWN, now=NOW), keys.roots()).demo
