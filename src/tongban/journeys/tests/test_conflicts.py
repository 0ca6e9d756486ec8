"""Who may not: no power, own case, a relative's, both examining and deciding, acting for a firm that said no."""

from collections import Counter
from dataclasses import replace as copied
from datetime import timedelta

import msgspec
import pytest

from tongban.base.errors import Refusal
from tongban.cases.models import Case
from tongban.identity.models import Mandate
from tongban.journeys import draft, handle, moves, see, signing, wishes
from tongban.journeys.tests.test_licence import ITEM, agency, filled, submitted  # noqa: F401
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db


def as_(actor, **changed):
    return msgspec.structs.replace(actor, **changed) if isinstance(actor, msgspec.Struct) else copied(actor, **changed)


def refused(do, **with_) -> str:
    with pytest.raises(Refusal) as no:
        do(**with_)
    return no.value.code


@pytest.fixture
def accepted(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.forward(minutes=1))
    return number


COMMANDS = {
    "accept": (handle.accept, {}),
    "not_accept": (handle.not_accept, {"reasons": "不属于本机关职权", "cites": "《行政许可法》第三十二条"}),
    "supplement": (handle.ask_supplement, {"lines": ["owner-consent"], "text": "请补正"}),
    "examine": (handle.finish, {"step": f"{ITEM}.examine", "outcome": "passed", "text": "合格"}),
    "decide": (handle.decide, {"granted": True, "reasons": "", "cites": ""}),
    "suspend": (handle.suspend, {"basis": "inspection", "text": "需要核查"}),
}


@pytest.mark.parametrize("username", ["hz-civil-1", "hz-statistics-1", "hz-publisher", "hz-supervisor", "hz-social-2"])
def test_an_officer_of_another_office_or_power_moves_nothing(submitted, officer, clock, username):  # noqa: F811
    _, number = submitted
    before = Case.objects.get(number=number).sequence
    for name, (do, with_) in COMMANDS.items():
        told = rows(number)
        code = refused(do, number=number, by=officer(username), now=clock.now, **with_)
        assert rows(number) - told == Counter([code]), f"{name} is on the trail, once"
    assert Case.objects.get(number=number).sequence == before


def rows(number) -> Counter[str]:
    """How often what was refused of a case."""
    return Counter(Entry.objects.filter(subject=number).exclude(refused="").values_list("refused", flat=True))


def test_many_at_once_tell_nothing_of_a_case_of_another_office(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    (one,) = handle.bulk.do("accept", picked=[f"{number}|x"], by=officer("hz-civil-1"), now=clock.now)
    assert one.no.code == "not_your_office" and number[-11:] in (one.title.zh, one.title.en), "not what it is about"
    assert rows(number) == Counter(["not_your_office"])


def test_an_officer_who_is_a_party_or_a_relative_handles_nothing_of_it(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    row = Case.objects.get(number=number)
    circle = moves.circle_of(row, now=clock.now)
    window = officer("hz-window-1")
    assert circle.persons
    for person in [*circle.persons, *circle.relatives]:
        own = as_(window, person=person)
        assert refused(handle.accept, number=number, by=own, now=clock.now) == "own_case"
        assert handle.screen(number, by=own, now=clock.now).can == ()
    assert see.view(row, now=clock.now).status == "submitted"


def test_a_relative_of_a_party_is_known_from_the_registry(submitted, officer, clock):  # noqa: F811
    from tongban.registries import queries as registries
    from tongban.registries.models import Person

    by, number = submitted
    founder = Person.objects.get(pk=by.person)
    near = list(registries.relatives_of(founder, warrant=moves.SELF, now=clock.now))
    circle = moves.circle_of(Case.objects.get(number=number), now=clock.now)
    assert {str(r.person) for r in near} <= circle.relatives | circle.persons


def test_who_examined_does_not_decide_even_with_the_power(accepted, officer, clock):
    both = as_(officer("hz-market-1"), powers=frozenset({"examine", "decide"}))
    agency(accepted, f"{ITEM}.tax", clock)
    handle.finish(
        number=accepted, step=f"{ITEM}.examine", outcome="passed", text="合格", by=both, now=clock.forward(minutes=1)
    )
    for who, step in (("hz-social-1", "social-insurance"), ("hz-fund-1", "housing-fund")):
        handle.finish(
            number=accepted, step=f"{ITEM}.{step}", outcome="answered", text="好", by=officer(who), now=clock.now
        )
    assert refused(handle.decide, number=accepted, granted=True, reasons="", cites="", by=both, now=clock.now)
    assert see.view(Case.objects.get(number=accepted), now=clock.now).granted is None


def test_nothing_is_decided_before_everything_it_rests_on(accepted, officer, clock):
    decider = officer("hz-market-3")
    assert refused(handle.decide, number=accepted, granted=True, reasons="", cites="", by=decider, now=clock.now)
    assert refused(
        handle.finish, number=accepted, step=f"{ITEM}.nonsense", outcome="passed", text="x", by=decider, now=clock.now
    )


def test_a_refusal_without_reasons_or_articles_is_not_given(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    window = officer("hz-window-1")
    for reasons, cites in (("", ""), ("理由", ""), ("", "第三十二条"), ("   ", "  ")):
        assert refused(handle.not_accept, number=number, reasons=reasons, cites=cites, by=window, now=clock.now)
    assert see.view(Case.objects.get(number=number), now=clock.now).status == "submitted"


def test_nobody_else_sees_withdraws_or_rates_a_case(submitted, persona, clock):  # noqa: F811
    _, number = submitted
    stranger = persona("elder")
    for do, with_ in (
        (lambda number, by, now: see.case(number, by=by, now=now), {}),
        (wishes.withdraw, {}),
        (wishes.give_rating, {"code": 1, "words": ""}),
        (wishes.order_paper, {"name": "演示", "mobile": "13800000000", "address": "演示路一号"}),
    ):
        assert refused(do, number=number, by=stranger, now=clock.now, **with_) == "no_case"


def test_what_comes_too_late_is_refused_and_changes_nothing(submitted, officer, clock):  # noqa: F811
    by, number = submitted
    wishes.withdraw(number=number, by=by, now=clock.forward(minutes=1))
    state = Case.objects.get(number=number).state
    for do, with_ in COMMANDS.values():
        who = officer("hz-market-3" if do is handle.decide else "hz-window-1")
        assert refused(do, number=number, by=who, now=clock.now, **with_)
    assert refused(wishes.withdraw, number=number, by=by, now=clock.now)
    assert refused(wishes.supplement, number=number, uploads=[], words="x", by=by, now=clock.now)
    assert Case.objects.get(number=number).state == state


def test_a_mandate_that_was_revoked_signs_no_more(filled, clock):  # noqa: F811
    by, id = filled
    digest = signing.lock(id, by=by, now=clock.now)
    (firms,) = [w for w in signing.waiting(by=by, now=clock.now) if w.entity]
    Mandate.objects.filter(receiver_id=by.person).update(revoked_at=clock.now)
    assert refused(signing.sign, party=firms.party, digest=digest, by=by, now=clock.now) == "no_mandate"


def test_a_proof_of_an_hour_ago_signs_nothing(filled, clock):  # noqa: F811
    by, id = filled
    digest = signing.lock(id, by=by, now=clock.now)
    mine = next(w for w in signing.waiting(by=by, now=clock.now) if not w.entity)
    late = clock.now + timedelta(minutes=61)
    assert refused(signing.sign, party=mine.party, digest=digest, by=by, now=late) == "proof_needed"


def test_a_proof_of_level_one_signs_nothing(filled, persona, clock):  # noqa: F811
    from tongban.identity.models import Account

    by, id = filled
    digest = signing.lock(id, by=by, now=clock.now)
    Account.objects.filter(pk=by.id).update(level=1)
    mine = next(w for w in signing.waiting(by=by, now=clock.now) if not w.entity)
    assert refused(signing.sign, party=mine.party, digest=digest, by=by, now=clock.now) == "proof_needed"


def test_a_draft_of_somebody_else_is_not_found(filled, persona, clock):  # noqa: F811
    _, id = filled
    stranger = persona("elder")
    assert refused(draft.sheet, id=id, by=stranger, now=clock.now) == "no_draft"
    assert refused(signing.lock, id=id, by=stranger, now=clock.now) == "no_draft"
