"""All of a person's data as one file: everything of theirs, nothing of others', for a week, after a fresh proof."""

import hashlib
import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from tongban.cases import actions as cases
from tongban.cases.models import Case
from tongban.files.models import Key
from tongban.identity.models import Account, Export
from tongban.journeys import export as journey
from tongban.portal.tests.conftest import ALLOWANCE, Browser, begin


def archive(browser: Browser) -> zipfile.ZipFile:
    found = re.search(r'href="(/space/export/[0-9a-f-]{36}\.zip)"', browser.open("/space/export"))
    assert found, browser.text
    answer = browser.get(found[1])
    assert answer.status_code == 200, answer
    return zipfile.ZipFile(BytesIO(answer.content))


@pytest.fixture
def exported(granted, enter, work):
    """The elder with a granted case, and another person with a draft; the elder's export is made."""
    elder, number = granted
    other = enter("representative")
    begin(other, ALLOWANCE)
    elder.send("/space/export/ask")
    assert "正在准备" in elder.text
    work()
    return elder, number, other


def test_everything_of_the_person_is_inside_and_as_listed(exported, people):
    elder, number, _ = exported
    inside = archive(elder)
    about = json.loads(inside.read("export.json"))
    assert about["format"] == "tongban-export/1" and about["node"] == "330100"
    assert set(inside.namelist()) == {"export.json", *about["sha256"]}
    for name, digest in about["sha256"].items():
        assert hashlib.sha256(inside.read(name)).hexdigest() == digest
    told = {name: json.loads(inside.read(f"data/{name}.json")) for name in journey.sections.SECTIONS}
    me = people["elder"]
    assert told["account"]["registry"]["person.name"] == me["name"] and told["account"]["mobile"]
    (case,) = told["cases"]["cases"]
    assert case["number"] == number and case["content"]["document"]["answers"] and case["events"]
    (card,) = told["certificates"]["certificates"]
    assert card["content"]["holder"]["name"] == me["name"]
    assert inside.read(card["file"]["path"]).startswith(b"%PDF")
    assert told["messages"]["messages"] and told["looks"]["reads"] and told["sign-ins"]["sign_ins"]
    page = inside.read("index.html").decode()
    assert (
        "All my data" in page and me["name"] in page and "<script" not in page and "http" not in page.split("<pre>")[0]
    )


def test_nothing_of_anybody_else_is_inside(exported, people):
    elder, _, other = exported
    inside = archive(elder)
    whole = b"".join(inside.read(name) for name in inside.namelist() if not name.endswith(".pdf")).decode()
    them = people["representative"]
    account = other.session["who"]
    for text in (account, them["name"], them["id_number"], them["mobile"]):
        assert text not in whole, text
    for secret in (b"mobile_lookup", b"mobile_sealed", b"wrapped", b"totp"):
        assert secret.decode() not in whole


def test_what_officers_write_to_one_another_stays_with_them(granted, work):
    elder, number = granted
    kept = Case.objects.get(number=number)
    said = {"text": "内部意见", "by": "演示审查员", "at": kept.received_at.isoformat(), "digest": "0" * 64}
    writings = [{**said, "kind": "opinion"}, {**said, "kind": "decision", "text": "符合条件，准予"}]
    cases.amend(number=number, change={"writings": writings}, now=kept.received_at)
    elder.send("/space/export/ask")
    work()
    content = json.loads(archive(elder).read("data/cases.json"))["cases"][0]["content"]
    assert set(content) == {"document", "digest", "signatures", "writings"}
    assert content["writings"] == [{"kind": "decision", "text": "符合条件，准予", "at": said["at"]}]


def test_who_proved_long_ago_proves_again_first(exported):
    elder, _, _ = exported
    Account.objects.update(proven_at=timezone.now() - timedelta(hours=2))
    found = re.search(r'href="(/space/export/[0-9a-f-]{36}\.zip)"', elder.open("/space/export"))
    answer = elder.get(found[1])
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/prove/face?")


def test_nobody_has_the_export_of_somebody_else(exported):
    _, _, other = exported
    other.open(f"/space/export/{Export.objects.get().id}.zip")
    assert other.last.status_code == 404
    assert "可下载到" not in other.open("/space/export")


def test_one_is_made_at_a_time_and_making_twice_is_making_once(granted, work):
    elder, _ = granted
    elder.send("/space/export/ask")
    elder.send("/space/export/ask")
    assert elder.last.status_code == 409 and "正在导出" in elder.text
    row = Export.objects.get()
    journey.make(export=str(row.id), now=timezone.now())
    made = Export.objects.get()
    journey.make(export=str(row.id), now=timezone.now() + timedelta(minutes=1))
    assert Export.objects.get().blob_id == made.blob_id and made.done == made.of


def test_after_seven_days_it_is_destroyed(exported):
    elder, _, _ = exported
    row = Export.objects.get()
    later = timezone.now() + timedelta(days=7, minutes=1)
    journey.forget(now=later)
    row.refresh_from_db()
    assert row.gone_at == later and Key.objects.get(pk=row.blob.key_id).wrapped is None
    elder.open(f"/space/export/{row.id}.zip")
    assert elder.last.status_code == 404


def test_a_new_one_destroys_the_one_before(exported, work):
    elder, _, _ = exported
    first = Export.objects.get()
    elder.send("/space/export/ask")
    work()
    first.refresh_from_db()
    assert first.gone_at is not None and archive(elder).testzip() is None
