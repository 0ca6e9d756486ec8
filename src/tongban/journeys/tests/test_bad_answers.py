"""Answers that cannot stand, each with its refusal: what is wrong, where, and nothing made up in its place."""

from datetime import timedelta

import pytest

from tongban.base.actors import SYSTEM, Warrant
from tongban.base.errors import Refusal
from tongban.engine import forms
from tongban.journeys import draft, prove, signing
from tongban.journeys.tests.conftest import NOW
from tongban.journeys.tests.test_licence import ITEM, filled  # noqa: F401
from tongban.registries import queries as registries
from tongban.registries.models import Person

pytestmark = pytest.mark.django_db
SELF = Warrant(actor=SYSTEM, purpose="test")


@pytest.fixture
def begun(persona, clock):
    """A founder's empty draft: says an answer and gives the sheet."""
    by = persona("founder")
    id = draft.start(city="330100", code=ITEM, by=by, now=clock.now)

    def say(question, raw):
        return draft.answer(id, question=question, raw=raw, version=None, by=by, now=clock.now)

    say.id, say.by = id, by
    say.people = persona.people
    return say


def holder(who, **changed):
    return {"type": "person", "name": who["name"], "id": who["id_number"], "amount": "1000", **changed}


def wrong_check(number):
    return number[:-1] + ("0" if number[-1] != "0" else "1")


@pytest.mark.parametrize(
    "raw", ["0", "-5", "-0.01", "1" + "0" * 30, "1e30", "1e999999", "9" * 60, "NaN", "一百万", "", "0.001", "１e9"]
)
def test_capital_that_is_no_amount_a_firm_can_have_is_refused_and_not_kept(begun, raw):
    with pytest.raises(Refusal):
        begun("capital", raw)
    kept = draft.sheet(begun.id, by=begun.by, now=NOW).answers.get("capital")
    assert kept is None or kept == 0, "malformed is not kept; what a rule refuses is kept to be mended"


def test_capital_of_zero_never_reaches_a_signature(begun, clock):
    with pytest.raises(Refusal):
        begun("capital", "0")
    with pytest.raises(signing.NotReady):
        signing.lock(begun.id, by=begun.by, now=clock.now)


def test_an_id_number_with_a_wrong_check_digit_is_refused_at_its_row(begun):
    who = begun.people["founder"]
    with pytest.raises(forms.Invalid) as no:
        begun("shareholders", [holder(who), holder(who, id=wrong_check(who["id_number"]))])
    assert [e.path for e in no.value.errors] == ["1.id"]


def test_a_firm_code_with_a_wrong_check_digit_is_refused_at_its_row(begun):
    firm = begun.people["representative"]["firm"]
    with pytest.raises(forms.Invalid) as no:
        begun("shareholders", [{"type": "firm", "name": firm["name"], "id": wrong_check(firm["uscc"]), "amount": "5"}])
    assert no.value.errors[0].path == "0.id"


def test_a_shareholder_whose_name_is_not_the_registrys_is_refused(begun):
    with pytest.raises(draft.Unacceptable) as no:
        begun("shareholders", [holder(begun.people["founder"], name="演示别人")])
    assert no.value.field == "shareholders"


def test_a_firm_under_another_firms_code_is_refused(begun):
    firm = begun.people["representative"]["firm"]
    with pytest.raises(draft.Unacceptable):
        begun("shareholders", [{"type": "firm", "name": "演示另一家有限公司", "id": firm["uscc"], "amount": "5"}])


def test_a_minor_cannot_be_legal_representative(begun):
    minor = Person.objects.filter(birth__gt=(NOW - timedelta(days=365 * 17)).date(), deceased_on=None).first()
    number = registries.id_number_of(minor, warrant=SELF, now=NOW)
    with pytest.raises(draft.Unacceptable) as no:
        begun("legal_representative", {"name": minor.name, "id": number})
    assert "18" in no.value.brief.zh and no.value.cites


def test_an_address_that_this_citys_registry_does_not_hold_is_refused(begun):
    for code in ("00000000-0000-7000-8000-000000000000", "' OR 1=1 --", "../../etc/passwd", "上海市松江区人民北路1号"):
        with pytest.raises(Refusal):
            begun("place", {"code": code})


def test_an_address_of_another_city_is_named_as_such(begun):
    with pytest.raises(Refusal, match="address_outside_city"):
        draft.suggest(city="330100", kind="place", text="上海市松江区人民北路", by=begun.by, now=NOW)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'; DROP TABLE cases_case; --", "{{ 7*7 }}", "%s%n"])
def test_markup_and_sql_are_only_text(filled, clock, text):  # noqa: F811
    by, id = filled
    item = draft.sheet(id, by=by, now=clock.now)
    for question in item.plan.questions:
        try:
            draft.answer(id, question=question.key, raw=text, version=None, by=by, now=clock.now)
        except Refusal:
            continue
        kept = draft.sheet(id, by=by, now=clock.now).answers[question.key]
        assert kept in (text, [text]), "stored as it was typed"


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "\ud800", "x" * 100_000])
def test_what_nobody_types_is_refused_in_every_field_and_kept_in_none(filled, clock, text):  # noqa: F811
    by, id = filled
    before = draft.sheet(id, by=by, now=clock.now).answers
    for question in before:
        for raw in (text, [text], {"name": text, "id": text}, {"code": text}, [{"type": text}]):
            with pytest.raises(Refusal):
                draft.answer(id, question=question, raw=raw, version=None, by=by, now=clock.now)
    assert draft.sheet(id, by=by, now=clock.now).answers == before


def test_what_was_not_asked_is_not_kept(begun):
    with pytest.raises(Refusal) as no:
        begun("is_admin", "true")
    assert no.value.status == 404


def test_a_name_that_does_not_match_and_a_person_that_does_not_exist_are_answered_alike(society, db, clock):
    from tongban.identity import actions as identity
    from tongban.identity import queries as known

    people = {p["key"]: p for p in society["people"]}
    code = identity.new_code(mobile="13911112222", now=clock.now)
    by = known.person_actor(identity.use_code(mobile="13911112222", code=code, now=clock.now))
    said = set()
    for name, number in (("演示别人", people["founder"]["id_number"]), ("演示无此人", "110101199003070134")):
        with pytest.raises(Refusal) as no:
            prove.match(name=name, id_number=number, by=by, now=clock.now)
        said.add((no.value.code, no.value.brief.zh, no.value.status))
    assert len(said) == 1


def test_an_id_that_is_bound_already_opens_a_dispute_and_overwrites_nothing(persona, clock):
    from tongban.identity import actions as identity
    from tongban.identity import queries as known
    from tongban.identity.models import Dispute

    holder_ = persona("founder")
    code = identity.new_code(mobile="13911112222", now=clock.now)
    other = known.person_actor(identity.use_code(mobile="13911112222", code=code, now=clock.now))
    who = persona.people["founder"]
    with pytest.raises(Refusal, match="already_bound"):
        prove.match(name=who["name"], id_number=who["id_number"], by=other, now=clock.now)
    assert Dispute.objects.count() == 1
    assert str(known.account_of_person(holder_.person).id) == holder_.id
    assert known.account(other.id).level == 0
