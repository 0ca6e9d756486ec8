"""What is too large to be handed over to the city that decides is refused while it can still be changed."""

from __future__ import annotations

import pytest
from pypdf.generic import NameObject, StreamObject

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases.models import Case
from tongban.exchange import events
from tongban.exchange.models import Outbox
from tongban.files.tests.test_hostile_files import written
from tongban.journeys import apply, draft, fitting, signing, uploads, wishes
from tongban.journeys.tests import peers
from tongban.journeys.tests.test_licence import filled  # noqa: F401
from tongban.journeys.tests.test_other_city import abroad, far, signed  # noqa: F401

pytestmark = pytest.mark.django_db


def pdf(megabytes: float) -> bytes:
    """A scan of this size."""

    def pad(writer):
        stream = StreamObject()
        stream._data = b"\x5a" * int(megabytes * fitting.MB - 1000)
        writer.pages[0][NameObject("/Scan")] = writer._add_object(stream)

    return written(pad)


@pytest.fixture
def give(abroad, clock):  # noqa: F811
    """Gives files of so many megabytes for the first paper of a draft that another city decides."""
    abroad()
    give = Giving(abroad.id, abroad.by, clock)
    give.fill = abroad
    return give


class Giving:
    def __init__(self, id, by, clock) -> None:
        self.id, self.by, self.clock = id, by, clock
        self.paper = self.sheet().plan.materials[0].type

    def sheet(self):
        return draft.sheet(self.id, by=self.by, now=self.clock.now)

    def __call__(self, megabytes: float) -> None:
        draft.upload(
            self.id, material=self.paper, name="扫描.pdf", content=pdf(megabytes), by=self.by, now=self.clock.now
        )

    def given(self) -> list[draft.File]:
        return [file for files in self.sheet().uploads.values() for file in files]


def refused(call, *args, **named) -> Refusal:
    with pytest.raises(Refusal) as no:
        call(*args, **named)
    assert no.value.code == "files_too_large_together"
    for words in (no.value.brief, no.value.because, no.value.next_step):
        assert words.zh
        assert words.en
    return no.value


def test_two_large_files_are_refused_as_the_second_comes_and_it_says_how_much_is_left(give):
    give(7)
    no = refused(give, 7)
    assert no.status == 422
    assert no.field == "file"
    assert "7.0 MB" in no.because.zh
    assert "11.2 MB" in no.because.en
    assert "4.2 MB" in no.next_step.zh
    assert "4.2 MB" in no.next_step.en
    assert len(give.given()) == 1
    give(4.2)
    assert len(give.given()) == 2


def test_what_just_fits_is_signed_and_handed_over(give, persona, clock):
    give(10)
    give(1.2)
    refused(give, 0.1)
    signed(give.fill, persona, clock)
    number = apply.submit(give.id, by=give.by, now=clock.now).number
    assert Outbox.objects.filter(case_ref=number, kind="case.offered").count() == 1


def test_what_two_windows_gave_at_once_is_refused_before_anybody_signs(give, clock, monkeypatch):
    with monkeypatch.context() as at_once:
        at_once.setattr(draft.fitting, "check", lambda *_, **__: None)
        give(7)
        give(7)
    no = refused(signing.lock, give.id, by=give.by, now=clock.now)
    assert "14.0 MB" in no.because.zh
    assert "2.8 MB" in no.next_step.zh
    assert not give.sheet().sealed
    draft.remove(give.id, upload=give.given()[0].id, by=give.by, now=clock.now)
    assert signing.lock(give.id, by=give.by, now=clock.now)


def test_a_long_document_leaves_less_room_for_files():
    city, room = Words(zh="演示市", en="Demo"), (events.LARGEST - fitting.BESIDE - fitting.MB // 2) * 3 // 4
    for document in (0, 10_000, fitting.MB // 2):
        fitting.check([room - 20_000], city=city, document=document)
    refused(fitting.check, [room - 20_000], city=city, document=fitting.MB)


def test_a_file_in_parts_is_refused_as_it_is_announced(give, clock):
    give(7)
    announced = {"material": give.paper, "by": give.by, "now": clock.now}
    refused(uploads.begin, give.id, name="扫描.PDF", size=7 * fitting.MB, **announced)
    assert uploads.begin(give.id, name="照片.jpg", size=7 * fitting.MB, **announced).received == 0


def test_at_home_files_may_be_larger_together(filled, clock):  # noqa: F811
    by, id = filled
    give = Giving(id, by, clock)
    give(7)
    give(7)
    assert len(give.given()) == 2


def test_a_supplement_for_another_city_is_bounded_alike(give, persona, clock):
    signed(give.fill, persona, clock)
    number = apply.submit(give.id, by=give.by, now=clock.now).number
    Case.objects.filter(number=number).update(custodian=peers.THERE)
    asked = {"number": number, "words": "补正", "by": give.by, "now": clock.now}
    files = [(give.paper, "a.pdf", pdf(7)), (give.paper, "b.pdf", pdf(7))]
    no = refused(wishes.supplement, uploads=files, **asked)
    assert "14.0 MB" in no.because.zh
    assert not Outbox.objects.filter(case_ref=number, kind="case.asked").exists()
    wishes.supplement(uploads=files[:1], **asked)
    assert Outbox.objects.filter(case_ref=number, kind="case.asked").count() == 1
