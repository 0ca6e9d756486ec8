"""At night, when every office is closed: all that registries know is computed at once, and the case says when it is taken in."""

from __future__ import annotations

from datetime import datetime

import pytest

from tongban.base.calendar import SHANGHAI
from tongban.engine import bundles as engine
from tongban.engine.plan import StepKind, Verdict
from tongban.journeys import handle, saving, see
from tongban.journeys.tests.examples import Desks, Played
from tongban.journeys.tests.test_every_bundle import TWELVE, offer, repository

pytestmark = pytest.mark.django_db
NIGHT = (23, 40)


def parts(number, by, clock):
    return {part.key: part.state for part in see.case(number, by=by, now=clock.now).parts}


def test_a_birth_is_registered_at_night_from_two_identity_cards(persona, clock, work):
    # Given two parents whom the population registry knows, and that it is twenty to midnight
    bundle = TWELVE["newborn"]
    offer(bundle, clock)
    night = Played(bundle, persona, clock, chosen={"maternity_insured": "none", "card": "yes"}, at=NIGHT)
    # When the mother fills in what nobody can know but she
    sheet = night.fill()
    # Then nothing was asked that a registry knows, and each thing once, though four services want it
    known = {question.key for question in sheet.plan.questions if question.known is not None}
    assert known & set(night.asked) <= {"person_mobile"}, "who has another telephone says so"
    items = [repository().items[ref.code] for ref in sheet.refs]
    alone = sum(len(engine.plan(bundle, [each], night.situation).questions) for each in items)
    assert (len(night.asked), alone) == (13, 28)
    # And no paper is brought of fifteen that the four ask for
    assert night.brought == [] and all(each.verdict is not Verdict.UPLOAD for each in sheet.plan.materials)
    number = night.submit()
    told = saving.of_cases([number])
    assert (told.asked, told.upload, told.items, told.visits) == (15, 0, 4, 0)
    # And the case says when the office opens that takes it in
    work()
    view = see.case(number, by=night.by, now=clock.now)
    assert view.status == "submitted" and view.clock.opens == datetime(2026, 3, 11, 9, 0, tzinfo=SHANGHAI)
    clock.now = view.clock.opens
    assert see.case(number, by=night.by, now=clock.now).clock.opens is None
    # When the offices work in the morning, all four parts are granted
    Desks(number, items, clock).work(work)
    assert set(parts(number, night.by, clock).values()) == {"granted"}


def test_a_restaurant_applied_for_at_night_has_its_licence_as_soon_as_one_window_took_it_in(persona, clock, work):
    # Given a snack bar's keeper who applies at twenty to midnight
    bundle = TWELVE["restaurant-opening"]
    offer(bundle, clock)
    night = Played(bundle, persona, clock, at=NIGHT)
    sheet = night.fill()
    number = night.submit()
    work()
    view = see.case(number, by=night.by, now=clock.now)
    assert view.status == "submitted" and view.clock.opens > clock.now
    # When one window takes it in for all in the morning
    clock.now = view.clock.opens
    desks = Desks(number, [repository().items[ref.code] for ref in sheet.refs], clock)
    accept = next(step for step in desks.state().steps if step.kind is StepKind.ACCEPT)
    handle.accept(number=number, by=desks.whoever(accept), now=clock.now)
    work()
    # Then the rules have granted the licence in the same minute, and the permits that need it are with their offices
    now = parts(number, night.by, clock)
    assert now.pop("individual-business-registration") == "granted"
    assert set(now) == {"food-business-permit", "drainage-permit", "outdoor-sign"} and set(now.values()) == {"open"}
    # When these have done their parts, all four are there, though one asked for another's outcome
    desks.work(work)
    view = see.case(number, by=night.by, now=clock.now)
    assert (view.status, view.granted) == ("closed", True)
    held = {paper.type for paper in view.papers if hasattr(paper, "type")}
    assert {"individual-business-licence", "food-business-permit", "drainage-permit", "outdoor-sign-notice"} <= held


def test_where_the_rules_decide_every_part_all_is_decided_at_night(persona, clock, work):
    # Given somebody who begins to work for themself, at twenty to midnight
    bundle = TWELVE["flexible-work"]
    offer(bundle, clock)
    night = Played(bundle, persona, clock, chosen={"hard": "no"}, at=NIGHT)
    sheet = night.fill()
    number = night.submit()
    # When nobody but the machine is awake
    work()
    # Then both are registered before midnight
    view = see.case(number, by=night.by, now=clock.now)
    assert (view.status, view.granted, len(sheet.refs)) == ("closed", True, 2)
    assert set(parts(number, night.by, clock).values()) == {"granted"}
    held = {paper.type for paper in view.papers if hasattr(paper, "type")}
    assert held == {"employment-registration", "flexible-insurance-enrolment"}
