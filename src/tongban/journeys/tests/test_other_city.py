"""The deciding city is slow, down, says no or talks nonsense: the draft goes on, says what it waits for, loses nothing."""

import base64
import hashlib
import time
import zlib
from typing import Any

import msgspec
import pytest

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.catalog import actions as catalog
from tongban.catalog import bundles, stock
from tongban.catalog import queries as offered
from tongban.engine import bundles as joint
from tongban.exchange import client
from tongban.exchange.models import Evidence, Outbox
from tongban.identity import queries as identity
from tongban.journeys import answer, apply, draft, see, signing
from tongban.journeys.tests import peers
from tongban.journeys.tests.test_licence import ITEM, answers_for
from tongban.registries.models import Place

pytestmark = pytest.mark.django_db
THERE = peers.THERE
WELL = {
    "name-check": {"ok": True, "code": "", "says": {"zh": "可以使用", "en": "free"}, "cites": [], "suggestions": []},
    "place": {"ok": True, "code": "p-1", "text": "演示路 1 号", "use": "commercial", "owner": "演示业主"},
    "name-reserve": {"name": "x", "until": None},
}
MOODS = ["slow", "html", "unsigned", "forged", "ill", "bytes", "no"]


@pytest.fixture
def far(society, db, clock, monkeypatch):
    """The other city's server, whose catalogue is here."""
    far = peers.Far(clock)
    pool = client.Pool(loopback=True)
    monkeypatch.setattr(client, "pool", lambda: pool)
    peers.agree(clock.now, there=far.url)
    bodies = offered.own_bodies(peers.HERE)
    catalog.take_over(
        city=THERE,
        name={"zh": "演示他市", "en": "demo"},
        bodies=bodies,
        mark="m",
        offices=identity.offices_by_role(),
        by=SYSTEM,
        now=clock.now,
    )
    far.facts = dict(WELL)
    yield far
    far.close()


@pytest.fixture
def abroad(far, persona, clock):
    """A founder's draft for the other city: fills in all that can be."""
    by = persona("founder")
    who, firm = persona.people["founder"], persona.people["representative"]["firm"]
    told = answers_for(who, firm, Place.objects.first()) | {"place": {"code": "p-1", "text": "演示路 1 号"}}
    id = draft.start(city=THERE, code=ITEM, by=by, now=clock.now)

    def fill():
        sheet = draft.sheet(id, by=by, now=clock.now)
        while sheet.next_question:
            sheet = draft.answer(
                id, question=sheet.next_question, raw=told[sheet.next_question], version=None, by=by, now=clock.now
            )
        return sheet

    fill.by, fill.id = by, id
    return fill


def signed(abroad, persona, clock):
    digest = signing.lock(abroad.id, by=abroad.by, now=clock.now)
    for who in (abroad.by, persona("representative")):
        for each in signing.waiting(by=who, now=clock.now):
            if each.entity == "" or who != abroad.by:
                signing.sign(each.party, digest=digest, by=who, now=clock.now)


def test_a_city_that_answers_well_is_waited_for_no_more(abroad, far):
    sheet = abroad()
    assert not sheet.awaited and sheet.ready
    assert {"/wire/v1/query/name-check", "/wire/v1/query/place"} <= set(far.asked)


@pytest.mark.parametrize("mood", MOODS)
def test_a_city_that_does_not_answer_is_named_and_the_answer_is_kept(abroad, far, clock, mood):
    far.mood = mood
    began = time.monotonic()
    sheet = draft.answer(
        abroad.id, question="firm_name", raw="杭州演示星汉软件有限公司", version=None, by=abroad.by, now=clock.now
    )
    assert time.monotonic() - began < 8
    assert sheet.awaited, "says for whom it waits"
    assert sheet.answers["firm_name"] == "杭州演示星汉软件有限公司"
    assert Evidence.objects.filter(way="out").exists(), "on record"
    far.mood = "well"
    later = draft.sheet(abroad.id, by=abroad.by, now=clock.forward(minutes=1))
    assert not later.awaited and later.answers["firm_name"] == sheet.answers["firm_name"]


@pytest.mark.parametrize("said", ["x", 7, [], None, {"ok": "maybe"}, {"ok": True, "owner": 5}, {"code": ["x"]}])
def test_well_signed_nonsense_breaks_no_page(abroad, far, clock, said):
    far.facts = {**WELL, "name-check": said, "place": said}
    for question, raw in (("firm_name", "杭州演示星汉软件有限公司"), ("place", {"code": "p-1"})):
        try:
            draft.answer(abroad.id, question=question, raw=raw, version=None, by=abroad.by, now=clock.now)
        except Refusal as no:
            assert no.brief.zh
    assert not draft.sheet(abroad.id, by=abroad.by, now=clock.now).ready


def test_a_city_that_is_down_delays_a_submission_and_loses_nothing(abroad, far, persona, clock):
    assert abroad().ready
    signed(abroad, persona, clock)
    far.close()
    receipt = apply.submit(abroad.id, by=abroad.by, now=clock.now)
    assert apply.submit(abroad.id, by=abroad.by, now=clock.now) == receipt
    view = see.case(receipt.number, by=abroad.by, now=clock.now)
    assert view.awaiting_city and view.offered_to == THERE and view.custodian == peers.HERE
    assert Outbox.objects.filter(case_ref=receipt.number, kind="case.offered", delivered_at=None).count() == 1


def test_while_the_city_is_silent_nobody_signs_for_a_name_that_it_may_not_give(abroad, far, clock):
    assert abroad().ready
    far.mood = "html"
    with pytest.raises(Refusal):
        signing.lock(abroad.id, by=abroad.by, now=clock.now)
    sheet = draft.sheet(abroad.id, by=abroad.by, now=clock.now)
    assert not sheet.sealed and sheet.answers["firm_name"]


def test_a_trust_list_that_has_run_out_shuts_the_wire_and_not_the_draft(abroad, far, clock):
    clock.forward(days=400)
    sheet = draft.answer(
        abroad.id, question="firm_name", raw="杭州演示星汉软件有限公司", version=None, by=abroad.by, now=clock.now
    )
    assert sheet.awaited and not far.asked


def test_a_catalogue_that_cannot_be_pulled_leaves_the_one_that_was(far, clock):
    before = {e.code for e in offered.shelf(city=THERE)}
    for mood in MOODS[1:]:
        far.mood = mood
        assert answer.pull(city=THERE, now=clock.now) == 0
    for nonsense in ("x", [], 7, None, {"bodies": 7}, {"mark": "x", "digests": 7},
                     {"mark": "x", "name": {}, "offices": {}, "digests": ["a"], "bodies": {"a": "e30="}}):
        far.mood, far.facts = "well", {"catalogue": nonsense}
        assert answer.pull(city=THERE, now=clock.forward(minutes=1)) == 0
    assert {e.code for e in offered.shelf(city=THERE)} == before


def test_bundles_of_the_other_city_come_with_its_catalogue_and_go_with_it(far, clock):
    told = answer._catalogue({}, SYSTEM, None, clock.now)
    assert len(told["bundles"]) == len(bundles.offered(city=peers.HERE)) > 1
    bodies = answer._catalogue({"bodies": told["bundles"][:2]}, SYSTEM, None, clock.now)["bodies"]
    items = sorted(offered.digests(city=THERE).values())
    one, two = told["bundles"][:2]
    broken = hashlib.sha256(b"{}").hexdigest()
    said = {"mark": "a", "name": told["name"], "offices": told["offices"], "digests": items}
    far.facts = {"catalogue": {**said, "bundles": [one, two], "bodies": bodies}}
    answer.pull(city=THERE, now=clock.now)
    assert set(bundles.digests(city=THERE).values()) == {one, two}
    assert bundles.in_force(bundles.offered(city=THERE)[0].code, city=THERE).title.zh
    nothing = base64.b64encode(zlib.compress(b"{}")).decode()
    far.facts = {"catalogue": {**said, "mark": "b", "bundles": [two, broken], "bodies": {broken: nothing}}}
    answer.pull(city=THERE, now=clock.forward(minutes=1))
    assert set(bundles.digests(city=THERE).values()) == {two}, "one is offered no more, one is no bundle"
    assert sorted(offered.digests(city=THERE).values()) == items
    far.facts = {"catalogue": {**said, "mark": "c"}}
    answer.pull(city=THERE, now=clock.forward(minutes=1))
    assert bundles.digests(city=THERE) == {}, "a city that knows of no bundles offers none"


def said(far: peers.Far, things: dict[str, bytes], **changes: Any) -> None:
    """The other city offers these bundles (digest → body), and all that is known of it already."""
    packed = {digest: base64.b64encode(zlib.compress(body)).decode() for digest, body in things.items()}
    told = {"mark": str(len(far.asked)), "name": {"zh": "演示他市", "en": "demo"}, "offices": identity.offices_by_role(),
            "digests": sorted(offered.digests(city=THERE).values()), "bundles": sorted(things), "bodies": packed}  # fmt: skip
    far.mood, far.facts = "well", {"catalogue": {**told, **changes}}


def test_bundles_of_another_city_come_with_its_catalogue_and_go_with_it(far, clock):
    own = stock.bodies_of(stock.BUNDLES, list(bundles.digests(city=peers.HERE).values()), city=peers.HERE)
    said(far, own)
    answer.pull(city=THERE, now=clock.now)
    assert bundles.digests(city=THERE) == bundles.digests(city=peers.HERE) != {}
    assert bundles.search("买二手房", city=THERE)[0] == "second-hand-home"
    (kept,) = [digest for code, digest in bundles.digests(city=THERE).items() if code == "newborn"]
    said(far, {kept: own[kept]})
    answer.pull(city=THERE, now=clock.forward(minutes=1))
    assert set(bundles.digests(city=THERE)) == {"newborn"}
    with pytest.raises(Refusal) as no:
        bundles.in_force("second-hand-home", city=THERE)
    assert no.value.status == 410


def test_a_bundle_of_another_city_that_is_broken_or_endless_is_left_out_and_named(far, clock):
    newborn = bundles.in_force("newborn", city=peers.HERE)
    walk = "answers.card.all(a, answers.card.all(b, a == b))"
    endless = joint.body(msgspec.structs.replace(newborn, members=(msgspec.structs.replace(newborn.members[0], when=walk),)))
    good = joint.body(msgspec.structs.replace(newborn, code="good"))
    said(far, {joint.sha256(each): each for each in (endless, b'{"code": "x"}', good)})
    answer.pull(city=THERE, now=clock.now)
    (row,) = [each for each in offered.cities() if each.city == THERE]
    assert set(bundles.digests(city=THERE)) == {"good"} and "rule_broken" in row.reason and "item_broken" in row.reason
    said(far, {"0" * 64: good})
    assert answer.pull(city=THERE, now=clock.forward(minutes=1)) == 0
    assert set(bundles.digests(city=THERE)) == {"good"}, "what does not match its digest changes nothing"
