"""The courier is asked about what nothing was heard of: a real process, which can be down, talk nonsense, and lie."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import keys as crypto
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.delivery.models import Consigned, Parcel, Report
from tongban.exchange import actions as exchange
from tongban.exchange import documents
from tongban.exchange.keys import node
from tongban.exchange.tests import parties
from tongban.jobs import handlers
from tongban.journeys import deliver, see, tracing, wishes
from tongban.journeys.tests.test_parcels import COURIER, TO, elder, grants, ordered, said, told  # noqa: F401
from tongban.notices.models import Notice
from tongban.queue.names import Name
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[4]
YEAR = timedelta(days=365)
ELSEWHERE = {**TO, "address": "杭州市西湖区演示路 9 号"}


class Sandbox:
    """The courier as a process, trusted by this node and trusting it. Its callbacks reach nobody."""

    def __init__(self, home: Path) -> None:
        ours = {"id": "330100", "url": "http://testserver", "jwk": node().signing.public.jwk()}
        (home / "trust.json").write_text(json.dumps({"parties": [ours]}))
        command = [sys.executable, "-m", "sandboxes.courier", "--home", str(home / "courier")]
        self.process = subprocess.Popen(
            [*command, "--trust", str(home / "trust.json"), "--retry-first", "30"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip().rpartition(" ")[2]
        self.token = (home / "courier" / "control.token").read_text().strip()

    def trust(self) -> None:
        key = crypto.public_from_jwk(httpx.get(f"{self.url}/public.jwk").json())
        row = documents.KeyRow(key.jwk(), timezone.now() - YEAR)
        listed = parties.listed(COURIER, self.url, row, kind="courier")
        document = documents.make_trust_list([listed], 1, timezone.now() + YEAR, [node().signing], "330100")
        exchange.load_trust_list(
            document=document, anchors=[node().signing.public], by=SYSTEM, now=timezone.now(), quorum=1
        )

    def wishes(self, **wish: object) -> dict:
        answer = httpx.post(f"{self.url}/control", json=wish, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def moves(self, parcel: Parcel, *to: str, note: str = "") -> None:
        for each in to:
            self.wishes(advance={"parcel": str(parcel.id), "to": each, "note": note})


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    made = Sandbox(tmp_path_factory.mktemp("courier"))
    yield made
    made.process.terminate()
    made.process.wait(10)


@pytest.fixture
def courier(process, society, db, clock):
    """The wire goes by the real time, as both sides' signatures do."""
    clock.now = timezone.now()
    process.trust()
    yield process
    process.wishes(weather="fine", trace="honest", honest=True)


@pytest.fixture
def parcel(courier, grants, elder, clock):  # noqa: F811
    """A parcel that the courier has taken, and of which nothing was heard for a day."""
    (number,) = grants()
    row = ordered(elder, clock, number)
    deliver.place_order(parcel=str(row.id), now=clock.now)
    return waits(row, days=1)


def waits(row, **long) -> Parcel:
    """Given that nothing was heard for so long."""
    Parcel.objects.filter(pk=row.pk).update(heard_at=timezone.now() - timedelta(**long), asked_at=None)
    row.refresh_from_db()
    return row


def watched(row, clock) -> Parcel:
    """When the job runs."""
    clock.now = timezone.now()
    handlers.watch_parcels(0)
    row.refresh_from_db()
    return row


def test_what_was_never_told_is_asked_for_and_believed_in_order(courier, parcel, elder, clock):  # noqa: F811
    courier.moves(parcel, "collected", "on_the_way", "delivered", note="前台代收")
    since = len(told(elder))
    row = watched(parcel, clock)
    assert (row.state, row.note, row.doubt) == ("delivered", "前台代收", "")
    assert list(Report.objects.filter(parcel=row).order_by("number").values_list("number", "kind")) == [
        (1, "collected"), (2, "on-the-way"), (3, "delivered"),
    ]  # fmt: skip
    assert told(elder, since) == ["快递已取件", "快递在途", "快递已送达"]
    assert see.case(row.case, by=elder, now=clock.now).delivery == "delivered"


def test_a_report_that_comes_after_it_was_asked_for_is_a_repetition(courier, parcel, clock):
    courier.moves(parcel, "collected")
    watched(parcel, clock)
    url, told_ = f"{courier.url}/control", {"Authorization": f"Bearer {courier.token}"}
    body = next(m for m in httpx.get(url, headers=told_).json()["messages"] if m["topic"] == parcel.tracking)
    event = tracing._standing(parcel, clock.now).events[0]
    late = {
        "event": event.id, "parcel": str(parcel.id), "tracking": parcel.tracking, "number": 1, "status": "collected",
        "note": "", "at": event.at.isoformat(),
    }  # fmt: skip
    assert body and deliver.reported(body=json.dumps(late).encode(), courier=COURIER, now=clock.now)["taken"]
    assert Report.objects.filter(parcel=parcel).count() == 1
    with pytest.raises(deliver.delivery.OtherContent):
        deliver.reported(body=json.dumps({**late, "note": "changed"}).encode(), courier=COURIER, now=clock.now)


def test_who_spoke_lately_is_not_asked_and_nobody_is_asked_again_at_once(courier, parcel, clock, monkeypatch):
    asked: list[str] = []
    real = tracing.exchange.call
    monkeypatch.setattr(tracing.exchange, "call", lambda **c: (asked.append(c["path"]), real(**c))[1])
    waits(parcel, hours=2)
    watched(parcel, clock)
    assert asked == []
    waits(parcel, hours=13)
    for _ in range(3):
        watched(parcel, clock)
    assert asked == [f"/orders/{parcel.id}"]


@pytest.mark.parametrize("weather", ["down", "busy", "nonsense", "unsigned", "other-request"])
def test_no_answer_and_one_that_cannot_be_believed_move_nothing(courier, parcel, clock, weather):
    courier.moves(parcel, "collected")
    courier.wishes(weather=weather)
    row = watched(parcel, clock)
    assert (row.state, row.doubt) == ("ordered", "") and row.asked_at is not None
    courier.wishes(weather="fine")
    waits(row, days=1)
    assert watched(row, clock).state == "collected", "asked again later"


@pytest.mark.parametrize(
    ("trace", "state", "doubt"),
    [
        ("nonsense", "collected", ""),
        ("other-parcel", "collected", ""),
        ("fewer", "collected", "contradicts"),
        ("other-note", "collected", "contradicts"),
        ("delivered", "collected", "contradicts"),
        ("forget", "collected", "unknown"),
    ],
)
def test_a_lie_moves_nothing_and_a_contradiction_is_for_an_officer(courier, parcel, clock, trace, state, doubt):
    courier.moves(parcel, "collected")
    assert watched(parcel, clock).state == "collected"
    waits(parcel, days=1)
    courier.wishes(trace=trace)
    row = watched(parcel, clock)
    assert (row.state, row.doubt) == (state, doubt), "collected is not delivered before it was on the way"
    assert Entry.objects.filter(verb="delivery.doubt", subject=str(row.id)).count() == bool(doubt)
    courier.wishes(trace="honest")
    courier.moves(row, "on_the_way")
    waits(row, days=1)
    row = watched(row, clock)
    assert (row.state, row.doubt) == ("on-the-way", ""), "the truth answers the doubt"


def test_one_order_that_the_courier_refuses_keeps_nobody_elses_from_being_asked_about(courier, parcel, grants, elder, clock):  # noqa: F811
    (number,) = grants()
    refused = ordered(elder, clock, number)
    Parcel.objects.filter(pk=refused.pk).update(words={"zh": "", "en": ""})
    Consigned.objects.filter(parcel=refused).update(contents=[])  # an order without contents is a 422
    waits(refused, days=2)
    courier.moves(parcel, "collected")
    assert watched(parcel, clock).state == "collected"
    refused.refresh_from_db()
    assert (refused.tracking, refused.doubt) == ("", "")


def test_an_order_whose_answer_was_lost_gets_its_number(courier, grants, elder, clock):  # noqa: F811
    (number,) = grants()
    row = ordered(elder, clock, number)
    deliver.place_order(parcel=str(row.id), now=clock.now)
    row.refresh_from_db()
    tracking = row.tracking
    Parcel.objects.filter(pk=row.pk).update(tracking="")
    assert watched(waits(row, days=1), clock).tracking == tracking, "ordered once"


@pytest.mark.parametrize(
    ("moved", "days", "doubt"),
    [((), 2, ""), ((), 4, "not-collected"), (("collected",), 6, ""), (("collected", "on_the_way"), 8, "silent")],
)
def test_what_says_nothing_for_too_long_is_looked_for(courier, parcel, clock, moved, days, doubt):
    courier.moves(parcel, *moved)
    watched(parcel, clock)
    assert watched(waits(parcel, days=days), clock).doubt == doubt


def test_a_courier_that_is_gone_for_good_is_an_officers_matter_too(courier, grants, elder, clock):  # noqa: F811
    (number,) = grants()
    row = ordered(elder, clock, number)
    courier.wishes(weather="down")
    assert watched(waits(row, days=4), clock).doubt == "not-ordered"


# -- the officer who looks for it


@pytest.fixture
def doubtful(grants, elder, clock, said, officer):  # noqa: F811
    """A parcel in some state that nobody knows of, and the officer who looks for it."""

    def one(*states: str, kind: str = "outcome") -> tuple[Parcel, object]:
        (number,) = grants()
        if kind == "outcome":
            row = ordered(elder, clock, number)
        else:
            row = deliver.delivery.order(
                cases={number: []}, ends={"from": TO, "to": TO}, courier=COURIER, kind="originals",
                words=Words(zh="户口簿", en="household register"), by=elder, now=clock.now,
            )  # fmt: skip
        for state in states:
            said(row, state)
        assert deliver.delivery.doubt(parcel=row, why="silent", by=elder, now=clock.now)
        row.refresh_from_db()
        return row, officer("hz-window-1")

    return one


def find(row, finding, by, clock, words="") -> Parcel:
    tracing.found(parcel=row.id, finding=finding, words=words, by=by, now=clock.now)
    row.refresh_from_db()
    return row


def test_an_officer_finds_it_is_lost_and_it_is_made_anew(doubtful, elder, clock):  # noqa: F811
    row, by = doubtful("collected", "on_the_way")
    (listed,) = tracing.doubted()
    assert (listed.parcel.pk, listed.findings) == (row.pk, ("waits", "lost", "delivered"))
    assert find(row, "lost", by, clock).state == "lost" and tracing.doubted() == []
    assert (
        Parcel.objects.get(again=row).state == "ordered" and told(elder)[-1] == "快递遗失了您的包裹，已为您重新制作寄出"
    )
    entry = Entry.objects.get(verb="delivery.found")
    assert (entry.actor_id, entry.facts) == (by.id, {"finding": "lost", "why": "silent"})
    with pytest.raises(deliver.delivery.NoDoubt):
        find(row, "lost", by, clock)
    assert Parcel.objects.filter(again=row).count() == 1


def test_what_the_courier_says_after_an_officer_found_it_lost_is_kept_and_moves_nothing(doubtful, clock, said):  # noqa: F811
    row, by = doubtful("collected", "on_the_way")
    find(row, "lost", by, clock)
    said(row, "delivered")
    row.refresh_from_db()
    assert (row.state, [kind for _, kind in row.said]) == ("lost", ["collected", "on-the-way", "delivered"])
    assert Parcel.objects.filter(again=row).count() == 1
    with pytest.raises(deliver.delivery.DoesNotFollow):
        said(row, "returned")


def test_an_officer_finds_that_it_arrived_or_is_still_on_its_way(doubtful, elder, clock):  # noqa: F811
    row, by = doubtful("collected", "on_the_way")
    assert find(row, "waits", by, clock, "暴雨，延误两天").doubt == ""
    notice = Notice.objects.filter(account_id=elder.id).latest("at", "id")
    assert "暴雨，延误两天。" in notice.body["zh"] and row.heard_at == clock.now
    assert deliver.delivery.doubt(parcel=row, why="silent", by=by, now=clock.now)
    assert find(row, "delivered", by, clock).delivered_at == clock.now
    assert see.case(row.case, by=elder, now=clock.now).delivery == "delivered" and told(elder)[-1] == "快递已送达"


def test_what_was_never_collected_is_ordered_once_more_and_then_waits_for_the_person(doubtful, elder, clock):  # noqa: F811
    row, by = doubtful()
    assert find(row, "called-off", by, clock).state == "called-off"
    assert told(elder)[-1] == "快递一直没有来取件，已重新下单"
    again = Parcel.objects.get(again=row)
    assert deliver.delivery.doubt(parcel=again, why="not-collected", by=by, now=clock.now)
    find(again, "called-off", by, clock)
    assert told(elder)[-1] == "快递又没有来取件，很抱歉" and "order" in see.case(row.case, by=elder, now=clock.now).can
    ordered(elder, clock, row.case)


def test_an_original_that_was_never_fetched_is_still_with_the_person_who_may_ask_again(doubtful, elder, clock):  # noqa: F811
    row, by = doubtful(kind="originals")
    before = see.case(row.case, by=elder, now=clock.now).delivery
    find(row, "called-off", by, clock)
    notice = Notice.objects.filter(account_id=elder.id).latest("at", "id")
    assert notice.title["zh"] == "快递没有来取您的原件，很抱歉" and "还在您手上" in notice.body["zh"]
    assert Parcel.objects.count() == 1 and not Consigned.objects.filter(open=True).exists()
    assert see.case(row.case, by=elder, now=clock.now).delivery == before


@pytest.mark.parametrize("finding", ["delivered", "returned", "", "explode"])
def test_a_finding_that_does_not_fit_is_refused(doubtful, clock, finding):
    row, by = doubtful()
    with pytest.raises(deliver.delivery.NoSuchFinding):
        find(row, finding, by, clock)
    row.refresh_from_db()
    assert (row.state, row.doubt) == ("ordered", "silent")


def test_nobody_looks_for_their_own_parcel_and_none_that_is_not_there(doubtful, elder, clock):  # noqa: F811
    from msgspec.structs import replace

    row, by = doubtful("collected")
    with pytest.raises(Refusal) as no:
        find(row, "lost", replace(by, person=elder.person), clock)
    assert no.value.code == "own_case"
    with pytest.raises(tracing.NoParcel):
        tracing.found(parcel=uuid.uuid4(), finding="lost", words="", by=by, now=clock.now)


# -- another address


def test_the_address_is_changed_on_the_way_by_asking_the_courier(courier, parcel, elder, clock, work):  # noqa: F811
    assert "redirect" in see.case(parcel.case, by=elder, now=clock.now).can
    wishes.redirect(number=parcel.case, **ELSEWHERE, by=elder, now=clock.now)
    parcel.refresh_from_db()
    assert deliver.deliveries.ends_of(parcel) == {"to": TO} and parcel.wanted_sealed, "until the courier agrees"
    handlers.redirect_parcel(str(parcel.id))
    parcel.refresh_from_db()
    assert deliver.deliveries.ends_of(parcel) == {"to": ELSEWHERE} and parcel.wanted_sealed is None
    assert told(elder)[-1] == "包裹已改寄新地址"


def test_too_late_for_another_address_the_person_is_told(courier, parcel, elder, clock):  # noqa: F811
    wishes.redirect(number=parcel.case, **ELSEWHERE, by=elder, now=clock.now)
    courier.moves(parcel, "collected", "on_the_way", "delivered")
    handlers.redirect_parcel(str(parcel.id))
    parcel.refresh_from_db()
    assert deliver.deliveries.ends_of(parcel) == {"to": TO} and parcel.wanted_sealed is None
    assert told(elder)[-1] == "包裹的地址没有改成"
    assert handlers.redirect_parcel(str(parcel.id)) is None, "a second time there is nothing to do"


def test_while_the_courier_is_down_the_job_tries_again(courier, parcel, elder, clock):  # noqa: F811
    wishes.redirect(number=parcel.case, **ELSEWHERE, by=elder, now=clock.now)
    assert ProcrastinateJob.objects.filter(task_name=Name.REDIRECT_PARCEL).count() == 1
    courier.wishes(weather="busy")
    with pytest.raises((RuntimeError, Refusal)):
        handlers.redirect_parcel(str(parcel.id))
    courier.wishes(weather="fine")
    handlers.redirect_parcel(str(parcel.id))
    assert told(elder)[-1] == "包裹已改寄新地址"


def test_what_has_arrived_goes_nowhere_else_and_nothing_of_somebody_elses(grants, elder, persona, clock, said):  # noqa: F811
    (number,) = grants()
    with pytest.raises(deliver.NothingOnItsWay):
        wishes.redirect(number=number, **ELSEWHERE, by=elder, now=clock.now)
    parcel = ordered(elder, clock, number)
    with pytest.raises(Refusal) as no:
        wishes.redirect(number=number, **{**ELSEWHERE, "mobile": "12"}, by=elder, now=clock.now)
    assert no.value.field == "mobile"
    with pytest.raises(cases.NoCase):
        wishes.redirect(number=number, **ELSEWHERE, by=persona("founder"), now=clock.now)
    for status in ("collected", "on_the_way", "delivered"):
        said(parcel, status)
    assert "redirect" not in see.case(number, by=elder, now=clock.now).can
    with pytest.raises(deliver.delivery.OnItsEnd):
        wishes.redirect(number=number, **ELSEWHERE, by=elder, now=clock.now)


def test_what_is_made_anew_after_a_loss_goes_to_the_new_address(courier, parcel, elder, clock, said):  # noqa: F811
    wishes.redirect(number=parcel.case, **ELSEWHERE, by=elder, now=clock.now)
    handlers.redirect_parcel(str(parcel.id))
    said(parcel, "lost")
    assert deliver.deliveries.ends_of(Parcel.objects.get(again=parcel)) == {"to": ELSEWHERE}
