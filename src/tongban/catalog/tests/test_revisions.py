"""One clerk drafts, another reviews: never the same one, never what they have not read, whatever comes at the same time."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import yaml
from django.db import IntegrityError, connection, transaction

from tongban.base.actors import Actor, Kind
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.catalog import actions, archives, queries, revisions
from tongban.catalog.models import Entry, ItemVersion, Revision
from tongban.engine import items as engine
from tongban.engine.items import plain
from tongban.engine.tests import services
from tongban.trail.models import Entry as Trail

CITY, CODE = "330100", "road-occupation"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()


def clerk(name: str, *powers: str) -> Actor:
    return Actor(kind=Kind.OFFICER, id=name, name=f"{name}（演示）", powers=frozenset(powers or ("draft", "publish")))


ANN, BEN, EVE = clerk("ann"), clerk("ben"), clerk("eve", "examine")


def published() -> ItemVersion:
    body = engine.body(services.repository().items[CODE])
    return actions.publish(city=CITY, body=body, effective_on=TODAY, by=ANN, now=NOW)


def drafted(days: str = "7") -> Revision:
    published()
    row = revisions.start(city=CITY, code=CODE, by=ANN, now=NOW)
    return typed(row, days)


def typed(row: Revision, days: str, by: Actor = ANN) -> Revision:
    form = {**plain.fields(revisions.read(row)), "promise.number": days, "promise.unit": "days"}
    return revisions.change(revision=row.id, form=form, edition=row.edition, by=by, now=NOW)


def asked(days: str = "7") -> Revision:
    return revisions.ask(revision=drafted(days).id, note="按新规缩短时限", by=ANN, now=NOW)


def approve(row: Revision, by: Actor = BEN, on: date = TODAY, edition: int | None = None) -> Revision:
    return revisions.approve(revision=row.id, on=on, edition=edition or row.edition, by=by, now=NOW)


def code_of(do: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as no:
        do()
    return no.value.code


def promised() -> int | None:
    return queries.item(queries.in_force(CODE, city=CITY)).promise.working_days


@pytest.mark.django_db
def test_what_one_drafts_and_another_approves_is_in_force_and_on_the_trail():
    approve(asked("7"))
    assert promised() == 7
    verbs = list(Trail.objects.filter(subject=f"{CITY}/{CODE}").order_by("at", "id").values_list("verb", "actor_id"))
    assert verbs[1:] == [
        ("catalog.draft", "ann"),
        ("catalog.change-draft", "ann"),
        ("catalog.ask-review", "ann"),
        ("catalog.approve", "ben"),
        ("catalog.publish", "ben"),
    ]


@pytest.mark.django_db
def test_approved_for_a_coming_day_it_takes_effect_on_that_day():
    approve(asked("7"), on=TODAY + timedelta(days=8))
    assert promised() != 7
    actions.put_in_force(now=NOW + timedelta(days=8))
    assert promised() == 7


@pytest.mark.django_db
def test_nobody_reviews_what_they_wrote_not_even_a_part_of_it():
    row = asked()
    assert code_of(lambda: approve(row, by=ANN)) == "own_draft"
    assert code_of(lambda: revisions.send_back(revision=row.id, words="x", edition=row.edition, by=ANN, now=NOW)) == (
        "own_draft"
    )
    revisions.take_back(revision=row.id, by=ANN, now=NOW)
    row = typed(row, "6", by=BEN)
    row = revisions.ask(revision=row.id, note="", by=ANN, now=NOW)
    assert code_of(lambda: approve(row, by=BEN)) == "own_draft", "whoever changed a word is an author, too"
    assert approve(row, by=clerk("cas")).state == "approved"


@pytest.mark.django_db
def test_the_database_holds_that_drafter_and_reviewer_are_two():
    row = asked()
    with pytest.raises(IntegrityError, match="two_clerks"), transaction.atomic():
        Revision.objects.filter(pk=row.pk).update(reviewed_by="ann")


@pytest.mark.django_db
def test_without_the_power_nothing_is_drafted_or_published():
    row = asked()
    only_drafts, only_reviews = clerk("dan", "draft"), clerk("fay", "publish")
    assert code_of(lambda: approve(row, by=only_drafts)) == "no_power"
    assert code_of(lambda: revisions.start(city=CITY, code=CODE, by=only_reviews, now=NOW)) == "no_power"
    assert code_of(lambda: revisions.drop(revision=row.id, by=EVE, now=NOW)) == "no_power"
    assert approve(row, by=only_reviews).reviewed_by == "fay"


@pytest.mark.django_db
def test_what_was_changed_since_it_was_read_is_not_approved():
    row = asked()
    read = row.edition
    revisions.take_back(revision=row.id, by=ANN, now=NOW)
    row = revisions.ask(revision=typed(row, "5").id, note="", by=ANN, now=NOW)
    assert code_of(lambda: approve(row, edition=read)) == "other_edition"
    assert promised() != 5


@pytest.mark.django_db
def test_what_began_with_an_older_version_does_not_undo_a_newer_one():
    row = asked()
    item = services.repository().items[CODE]
    newer = engine.body(plain.filled(item, {**plain.fields(item), "contact.consult": "12399"}))
    actions.publish(city=CITY, body=newer, effective_on=TODAY + timedelta(days=3), by=BEN, now=NOW)
    assert code_of(lambda: approve(row)) == "base_moved"


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 731])
def test_a_day_that_is_over_or_far_away_is_refused(days):
    row = asked()
    assert code_of(lambda: approve(row, on=TODAY + timedelta(days=days))) == "bad_day"


@pytest.mark.django_db
def test_errors_stop_it_and_nothing_new_is_nothing_to_review():
    row = drafted("300")
    assert any(each["rule"] == "promise-within-law" for each in row.findings)
    assert code_of(lambda: revisions.ask(revision=row.id, note="", by=ANN, now=NOW)) == "has_errors"
    revisions.drop(revision=row.id, by=ANN, now=NOW)
    again = revisions.start(city=CITY, code=CODE, by=ANN, now=NOW)
    assert code_of(lambda: revisions.ask(revision=again.id, note="", by=ANN, now=NOW)) == "nothing_new"


@pytest.mark.django_db
def test_sent_back_with_words_it_is_mended_and_asked_again():
    row = asked("7")
    assert code_of(lambda: revisions.send_back(revision=row.id, words=" ", edition=row.edition, by=BEN, now=NOW)) == (
        "no_words"
    )
    row = revisions.send_back(revision=row.id, words="请写明依据", edition=row.edition, by=BEN, now=NOW)
    assert (row.state, row.words) == ("returned", "请写明依据")
    assert code_of(lambda: approve(row)) == "revision_moved"
    row = revisions.ask(revision=typed(row, "6").id, note="", by=ANN, now=NOW)
    approve(row)
    assert promised() == 6


@pytest.mark.django_db
def test_a_second_draft_of_the_same_item_is_refused_by_name():
    row = drafted()
    with pytest.raises(Refusal) as no:
        revisions.start(city=CITY, code=CODE, by=BEN, now=NOW)
    assert no.value.code == "already_drafted" and "ann" in no.value.because.zh
    revisions.drop(revision=row.id, by=BEN, now=NOW)
    assert revisions.start(city=CITY, code=CODE, by=BEN, now=NOW).state == "draft"


# -- a folder that is sent


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def folder(**changed: bytes) -> dict[str, bytes]:
    at = next(path for path in services.files() if path.endswith(f"/{CODE}/item.yaml")).removesuffix("item.yaml")
    found = {path.removeprefix(at): content for path, content in services.files().items() if path.startswith(at)}
    found |= {name.replace("__", "."): content for name, content in changed.items()}
    return {f"urban/{CODE}/{name}": content for name, content in found.items()}


def send(content: bytes, by: Actor = ANN, name: str = "folder.zip") -> Revision:
    return revisions.take_folder(city=CITY, content=content, name=name, by=by, now=NOW)


@pytest.mark.django_db
def test_a_folder_that_is_sent_becomes_a_draft_with_lines_of_what_is_wrong():
    published()
    text = re.sub(rb'complaint: "?\d+"?', b'complaint: "12345"', folder()[f"urban/{CODE}/item.yaml"])
    row = send(zipped(folder(item__yaml=text)))
    (wrong,) = [each for each in row.findings if not each["warning"]]
    assert wrong["rule"] == "two-phones" and wrong["fix"] and wrong["line"] > 1
    assert wrong["file"] == f"{CODE}/item.yaml"
    assert text.decode().splitlines()[wrong["line"] - 1].startswith("contact")
    mended = send(zipped(folder()))
    assert mended.id == row.id and not [each for each in mended.findings if not each["warning"]]
    assert code_of(lambda: send(zipped(folder()), by=BEN)) == "already_drafted"


@pytest.mark.django_db
def test_a_folder_that_cannot_be_read_is_refused_with_file_line_and_fix():
    published()
    with pytest.raises(engine.Broken) as broken:
        send(zipped(folder(rules__yaml=b"- key: a\n  holds: [\n")))
    (found, *_) = broken.value.findings
    assert found.file.endswith(f"{CODE}/rules.yaml") and found.line >= 2 and found.fix
    assert not Revision.objects.exists()


BOMB = zipped({"x/a/item.yaml": b"0" * 50_000_000})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "archive_broken"),
        (b"PK\x03\x04 not a zip", "archive_broken"),
        (zipped({"a/form.yaml": b"[]"}), "archive_no_item"),
        (zipped({"a/item.yaml": b"x", "b/item.yaml": b"x"}), "archive_two_items"),
        (zipped({"../a/item.yaml": b"x"}), "archive_paths"),
        (zipped({f"a/{n}.md": b"x" for n in range(300)}), "archive_too_many"),
        (zipped({"x/Übung/item.yaml": b"x"}), "archive_code"),
        (BOMB, "archive_bomb"),
        (b"x" * (archives.LARGEST + 1), "archive_too_large"),
        (zipped({"x/a/item.yaml": b"title: x"})[:-30], "archive_broken"),
    ],
)
def test_an_archive_that_is_none_is_refused_by_its_fault(content, code):
    assert code_of(lambda: send(content)) == code


@pytest.mark.django_db
@pytest.mark.parametrize(
    "holds",
    [
        "answers.a.map(x, answers.a.map(y, x)).size() > 0",
        "(" * 200 + "true" + ")" * 200,
        "'a'.matches('" + "(a*)*" * 60 + "b')" + " || true" * 130,
        "exec('rm')",
    ],
)
def test_a_rule_that_would_never_end_is_an_error_before_it_runs(holds):
    published()
    rules = [
        {"key": "bomb", "holds": holds, "says": {"zh": "演示", "en": "demo"}, "cites": ["urban-road-regulation#31"]}
    ]
    row = send(zipped(folder(rules__yaml=yaml.safe_dump(rules, allow_unicode=True).encode())))
    assert any(each["rule"] == "conditions" and each["file"].endswith("rules.yaml") for each in row.findings)
    assert code_of(lambda: revisions.ask(revision=row.id, note="", by=ANN, now=NOW)) == "has_errors"


# -- at the same time


def at_once(*works: Callable[[], Any]) -> list[Any]:
    barrier, outcomes = threading.Barrier(len(works)), []

    def worker(work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            outcomes.append(work().state)
        except Refusal as no:
            outcomes.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_many_reviewers_at_once_one_approves_and_the_author_never(committed_db):
    row = asked()
    reviewers = [clerk(f"reviewer-{n}") for n in range(4)]
    outcomes = at_once(*[lambda by=by: approve(row, by=by) for by in (*reviewers, ANN)])
    assert outcomes.count("approved") == 1
    assert set(outcomes) <= {"approved", "revision_moved", "own_draft"}
    row.refresh_from_db()
    assert row.reviewed_by.startswith("reviewer-") and row.reviewed_by not in row.authors
    assert ItemVersion.objects.filter(code=CODE).count() == 2
    assert Entry.objects.get(code=CODE).version.published_by == row.reviewed_by


def test_to_change_and_to_approve_at_once_never_publishes_what_was_not_read(committed_db):
    row = asked("7")

    def rewrite() -> Revision:
        revisions.take_back(revision=row.id, by=ANN, now=NOW)
        again = typed(Revision.objects.get(pk=row.pk), "1")
        return revisions.ask(revision=again.id, note="", by=ANN, now=NOW)

    outcomes = at_once(rewrite, lambda: approve(row))
    assert ("approved" in outcomes) is (promised() == 7)
    assert promised() != 1


def test_two_drafts_of_one_item_at_once_leave_one(committed_db):
    published()
    outcomes = at_once(
        *[lambda by=by: revisions.start(city=CITY, code=CODE, by=by, now=NOW) for by in (ANN, BEN, clerk("cas"))]
    )
    assert outcomes == ["already_drafted", "already_drafted", "draft"]
