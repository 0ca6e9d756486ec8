"""The window in a client: who is here, the form on one page, papers, a signature by hand, the receipt; the same at home."""

from __future__ import annotations

import base64
import io
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from tongban.base.cryptography import canonical
from tongban.base.identifiers import person as person_ids
from tongban.cases.models import Case, Draft, Event, Party, Upload
from tongban.desk.tests.test_pages import desk  # noqa: F401
from tongban.files import queries as files
from tongban.identity.models import Account, Dispute, Officer, Proof
from tongban.journeys.tests.conftest import *  # noqa: F403
from tongban.registries.models import Person, Relation
from tongban.trail.models import Entry, Read

pytestmark = pytest.mark.django_db
ITEM = "old-age-allowance"
ANSWERS = {
    "person_bank_account.bank": "演示银行",
    "person_bank_account.number": "6222 0000 0000 0000",
    "person_mobile.value": "13800000000",
}


def png(mark: bool = True) -> str:
    picture = Image.new("RGB", (300, 100), "white")
    if mark:
        ImageDraw.Draw(picture).line((10, 80, 280, 20), fill="black", width=4)
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def here(people, key="elder", **more):
    who = people[key]
    return {"name": who["name"], "id_number": who["id_number"], "card": "1", "face": "1", **more}


@pytest.fixture
def people(society):
    return {each["key"]: each for each in society["people"]}


@pytest.fixture
def window(desk):  # noqa: F811
    return desk("hz-window-1")


def in_time(window, path, data=None):
    """A POST whose answer must lead on."""
    answer = window.post(path, data or {})
    assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[:3000]
    return answer["Location"]


def served(window, people, key="elder"):
    in_time(window, "/desk/window", here(people, key))


def form_data(page: str, answers: dict[str, str]) -> dict[str, str]:
    asked = re.findall(r'name="([\w-]+)\.here"', page)
    return {f"{key}.here": "1" for key in asked} | {"do": "save"} | answers


def ready(window, people):
    """An elder's draft, filled in on one page; where the officer is sent then."""
    served(window, people)
    address = in_time(window, f"/desk/window/start/330100/{ITEM}")
    page = window.get(address).content.decode()
    return address, in_time(window, address, form_data(page, ANSWERS))


def signed(window, people):
    draft, sign = ready(window, people)
    in_time(window, f"{draft}/do/lock")
    page = window.get(sign).content.decode()
    party = re.search(r'action="(/desk/window/drafts/[^"]+/sign/[^"]+)"', page)[1]
    digest = re.search(r'name="digest" value="(\w{64})"', page)[1]
    in_time(window, party, {"digest": digest, "ink": png()})
    return draft


def test_a_walk_in_without_a_phone_has_a_case(window, people, work):
    draft = signed(window, people)
    receipt = in_time(window, f"{draft}/do/submit")
    page = window.get(receipt).content.decode()
    number = receipt.rpartition("/")[2]
    assert number in page and "<svg" in page
    row = Case.objects.get(number=number)
    account = Account.objects.get(pk=row.owner)
    assert account.mobile_lookup is None and account.level == 2 and account.person.name == people["elder"]["name"]
    officer = Officer.objects.get(username="hz-window-1")
    who = Event.objects.get(case=row, sequence=1).actor
    assert (who["kind"], who["channel"], who["assisted_by"], who["office"]) == (
        "person", "window", str(officer.id), "window",
    )  # fmt: skip
    assert in_time(window, f"{draft}/do/submit") == receipt, "pressed again, the same receipt"
    work()
    assert Case.objects.get(number=number).result == "granted"


def test_what_was_written_is_kept_sealed_and_its_digest_is_signed(window, people):
    signed(window, people)
    party = Party.objects.select_related("ink").get()
    _, body, _ = party.signature.split(".")
    said = canonical.loads(base64.urlsafe_b64decode(body + "=="))
    assert said["channel"] == "window" and said["ink"] == party.ink.sha256
    assert said["assisted_by"]["office"] == "window"
    assert Image.open(io.BytesIO(files.read(party.ink))).size == (300, 100)


def test_who_handles_the_case_sees_what_was_written_and_nobody_else(window, people, desk):  # noqa: F811
    receipt = in_time(window, f"{signed(window, people)}/do/submit")
    number, ink = receipt.rpartition("/")[2], Party.objects.get().ink_id
    picture = f"/desk/cases/{number}/files/{ink}.jpg"
    of_the_office = desk("hz-civil-1")
    assert picture in of_the_office.get(f"/desk/cases/{number}").content.decode()
    assert Image.open(io.BytesIO(of_the_office.get(picture).content)).format == "JPEG"
    assert desk("hz-market-1").get(picture).status_code == 403


NOTHING = ["", "data:image/png;base64,", "data:image/png;base64,!!", "data:text/html;base64,PGI+", png(mark=False)]


@pytest.mark.parametrize("ink", NOTHING)
def test_no_signature_is_none(window, people, ink):
    draft, sign = ready(window, people)
    in_time(window, f"{draft}/do/lock")
    page = window.get(sign).content.decode()
    party = re.search(r'action="(/desk/window/drafts/[^"]+/sign/[^"]+)"', page)[1]
    digest = re.search(r'name="digest" value="(\w{64})"', page)[1]
    assert window.post(party, {"digest": digest, "ink": ink}).status_code == 422
    assert Party.objects.filter(signed_at=None).count() == 1


def test_the_form_says_everything_that_is_wrong_at_once(window, people):
    served(window, people)
    address = in_time(window, f"/desk/window/start/330100/{ITEM}")
    page = window.get(address).content.decode()
    answer = window.post(address, form_data(page, {"person_bank_account.bank": "", "person_mobile.value": "12"}))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "f-person_bank_account-value" in said and "f-person_mobile-value" in said


@pytest.mark.parametrize(
    "wrong,code",
    [({"card": ""}, 422), ({"face": ""}, 422), ({"name": "别人"}, 422), ({"id_number": "330106199001150353"}, 422),
     ({"id_number": ""}, 422), ({"name": ""}, 422)],
)  # fmt: skip
def test_who_is_not_seen_or_not_registered_is_not_served(window, people, wrong, code):
    assert window.post("/desk/window", {**here(people), **wrong}).status_code == code
    assert window.post(f"/desk/window/start/330100/{ITEM}")["Location"] == "/desk/window"
    assert Draft.objects.count() == 0 and Proof.objects.filter(method="counter").count() == 0


def test_a_number_of_another_city_is_told_so(window):
    number = person_ids.issue(area="310117", birth=date(1990, 1, 1), sequence=12)
    answer = window.post("/desk/window", {"name": "演示", "id_number": number, "card": "1", "face": "1"})
    assert "松江区" in answer.content.decode()


def test_without_the_power_there_is_no_window(desk, people):  # noqa: F811
    other = desk("hz-civil-1")
    assert other.get("/desk/window").status_code == 403
    assert other.post("/desk/window", here(people)).status_code == 403


def test_nobody_serves_themself_or_a_relative(window, people):
    person = Person.objects.get(name=people["elder"]["name"], synthetic=True, deceased_on=None, lookup=lookup(people["elder"]))
    officer = Officer.objects.get(username="hz-window-1")
    Officer.objects.filter(pk=officer.pk).update(person=person)
    assert window.post("/desk/window", here(people)).status_code == 403
    other = Person.objects.exclude(pk=person.pk).filter(deceased_on=None).first()
    Relation.objects.create(person=other, other=person, kind="parent", since="2000-01-01", source="x", as_of="2026-01-01")
    Officer.objects.filter(pk=officer.pk).update(person=other)
    assert window.post("/desk/window", here(people)).status_code == 403
    assert Entry.objects.filter(verb="counter.identify", refused="own_case").count() == 2


def lookup(who):
    from tongban.files import vault

    return vault.lookup("person-id", who["id_number"])


def test_a_contact_of_level_one_is_asked_about_and_cut_off_when_it_is_not_theirs(window, people, persona):
    impostor = persona("founder", level=1)
    asked = window.post("/desk/window", here(people, "founder"))
    assert asked.status_code == 422 and people["founder"]["mobile"][-4:] in asked.content.decode()
    in_time(window, "/desk/window", here(people, "founder", mobile="no"))
    cut = Account.objects.get(pk=impostor.id)
    assert (cut.person, cut.level) == (None, 0)
    assert Account.objects.get(person__name=people["founder"]["name"], level=2).mobile_lookup is None
    assert Dispute.objects.get().settled_by


def test_the_contact_is_theirs_when_they_say_so(window, people, persona):
    account = persona("founder", level=1)
    in_time(window, "/desk/window", here(people, "founder", mobile="yes"))
    assert Account.objects.get(pk=account.id).level == 2 and Dispute.objects.count() == 0


def test_the_person_reads_who_served_them(window, people):
    served(window, people)
    address = in_time(window, f"/desk/window/start/330100/{ITEM}")
    window.get(address)
    reads = Read.objects.filter(actor_kind="officer", purpose__in=("counter", "apply"))
    assert {r.purpose for r in reads} == {"counter", "apply"}
    assert {r.actor_name for r in reads} == {Officer.objects.get(username="hz-window-1").name}


def test_an_hour_later_somebody_must_be_looked_at_again(window, people, monkeypatch):
    served(window, people)
    address = in_time(window, f"/desk/window/start/330100/{ITEM}")
    session = window.session
    session["guest"] = {**session["guest"], "at": timezone.now().timestamp() - 3601}
    session.save()
    assert window.get(address)["Location"] == "/desk/window"


def test_finished_with_them_nothing_stays(window, people):
    served(window, people)
    address = in_time(window, f"/desk/window/start/330100/{ITEM}")
    in_time(window, "/desk/window/leave")
    assert window.get(address)["Location"] == "/desk/window"


def test_pages_that_a_camera_took_are_one_paper(window, people, persona):
    served(window, people, "representative")
    firms = re.findall(r'<option value="(own:\w+)"', window.get("/desk/window").content.decode())
    in_time(window, "/desk/window/for", {"mandate": firms[0]})
    draft = in_time(window, "/desk/window/start/330100/road-occupation")
    papers = window.get(f"{draft}/papers").content.decode()
    scan = re.search(rf'action="({draft}/papers/site-plan)"', papers)[1]
    pages = [page_of(shade) for shade in ("white", "grey", "black")]
    in_time(window, scan, {"file": pages})
    blob = Upload.objects.select_related("blob__key").get(removed_at=None).blob
    from pypdf import PdfReader

    assert len(PdfReader(io.BytesIO(files.read(blob))).pages) == 3
    in_time(window, scan, {"file": [page_of("white")]})
    assert Upload.objects.filter(removed_at=None).count() == 1, "a new one takes the place of the old"
    assert window.post(scan).status_code == 422
    too_many = window.post(scan, {"file": [page_of("white") for _ in range(21)]})
    assert too_many.status_code == 422 and "20" in too_many.content.decode()
    broken = io.BytesIO(b"<script>")
    broken.name = "a.png"
    assert window.post(scan, {"file": [broken]}).status_code == 422


def page_of(shade: str) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (200, 300), shade).save(out, format="JPEG")
    out.seek(0)
    out.name = f"{shade}.jpg"
    return out


def test_a_stranger_cannot_open_a_draft_of_another_guest(window, people):
    served(window, people)
    address = in_time(window, f"/desk/window/start/330100/{ITEM}")
    served(window, people, "representative")
    assert window.get(address).status_code == 404


def test_a_page_of_the_window_is_shut_to_visitors():
    assert Client().get("/desk/window").status_code == 302
