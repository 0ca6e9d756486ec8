"""One draft of a service is gone on with, another begun only where that is meant, and one that is not wanted is deleted."""

import re

import pytest

from tongban.cases.models import Draft, Party, Upload
from tongban.files.models import Key
from tongban.portal.tests.conftest import ALLOWANCE, CITY, FIRM, begin, fill, firm_answers, sign_all
from tongban.registries.models import FirmName
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db
GUIDE = f"/services/{CITY}/{ALLOWANCE}"


def test_the_guide_offers_to_go_on_with_what_was_begun(enter):
    elder = enter("elder")
    assert "继续上次的草稿" not in elder.open(GUIDE)
    draft = begin(elder, ALLOWANCE)
    text = elder.open(GUIDE)
    assert re.search(rf'class="button primary" href="{draft}">继续上次的草稿', text) and "重新开始" in text
    assert "继续上次的草稿" not in elder.open(f"/services/{CITY}/{FIRM}")
    assert begin(elder, ALLOWANCE) != draft, "another is begun where that is meant"


def test_what_was_submitted_is_not_offered_to_go_on_with(granted):
    elder, _ = granted
    assert "继续上次的草稿" not in elder.open(GUIDE)


def test_a_draft_is_deleted_after_asking_once_more(allowance):
    elder, draft = allowance
    assert f'href="{draft}/give-up"' in elder.open("/space")
    assert f'href="{draft}/give-up"' in elder.open(draft)
    asked = elder.open(f"{draft}/give-up")
    assert "确定删除这份草稿吗" in asked and elder.open(draft), "asking alone deletes nothing"
    elder.send(f"{draft}/give-up")
    assert elder.at == "/space" and draft not in elder.text
    elder.open(draft)
    assert elder.last.status_code == 404 and "没有找到这份草稿" in elder.text
    assert "继续上次的草稿" not in elder.open(GUIDE)


def test_what_was_filled_in_can_never_be_read_again_and_it_is_on_the_trail(allowance):
    elder, draft = allowance
    row = Draft.objects.get(pk=draft.rpartition("/")[2])
    elder.send(f"{draft}/give-up")
    key = Key.objects.get(pk=row.key_id)
    assert key.erased_at is not None and key.wrapped is None
    assert Entry.objects.filter(verb="draft.give-up", subject=str(row.id)).count() == 1
    elder.send(f"{draft}/give-up")
    assert elder.last.status_code == 404
    assert Entry.objects.filter(verb="draft.give-up", subject=str(row.id)).count() == 1


def test_one_that_is_being_signed_is_unlocked_first_and_then_names_nobody(enter, people):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    fill(founder, draft, firm_answers(people))
    founder.send(f"{draft}/lock")
    sign_all(founder)
    assert "删除前请先解除锁定" in founder.open(f"{draft}/give-up")
    founder.send(f"{draft}/give-up")
    assert founder.last.status_code == 409 and f'action="{draft}/unlock"' in founder.text
    row = Draft.objects.get(pk=draft.rpartition("/")[2])
    assert row.sealed_digest and Party.objects.filter(draft=row).exclude(signature="").exists()
    founder.send(f"{draft}/unlock")
    founder.send(f"{draft}/give-up")
    assert founder.at == "/space"
    told = Party.objects.filter(draft=row).values_list("name", "person_lookup", "signer", "signature")
    assert set(told) == {("", "", "", "")}
    assert not FirmName.objects.filter(reserved_for=str(row.id)).exists(), "the name is free again"


def test_files_go_with_it(enter):
    founder = enter("founder")
    draft = begin(founder, "road-occupation")
    material = re.search(r"/materials/([\w-]+)\"", founder.open(f"{draft}/materials"))[1]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tongban.journeys.tests.trying import page

    founder.send(f"{draft}/materials/{material}", {"file": SimpleUploadedFile("图.jpg", page(), "image/jpeg")})
    upload = Upload.objects.get(draft_id=draft.rpartition("/")[2])
    founder.send(f"{draft}/give-up")
    upload.refresh_from_db()
    assert upload.removed_at is not None and upload.blob.name == ""


def test_nobody_deletes_anothers(allowance, enter):
    _, draft = allowance
    other = enter("founder")
    for send in (other.open, other.send):
        send(f"{draft}/give-up")
        assert other.last.status_code == 404


def test_what_was_submitted_is_no_draft_to_delete(granted):
    elder, number = granted
    draft = Draft.objects.get(case_number=number)
    elder.send(f"/drafts/{draft.id}/give-up")
    assert elder.at == f"/cases/{number}"
    assert Key.objects.get(pk=draft.key_id).erased_at is None


def test_the_export_of_ones_data_goes_without_it(allowance):
    from tongban.cases import own

    elder, draft = allowance
    row = Draft.objects.get(pk=draft.rpartition("/")[2])
    assert row in own.drafts(row.owner, row.person)
    elder.send(f"{draft}/give-up")
    assert row not in own.drafts(row.owner, row.person)
