"""Acting for others: a mother for her child, a son for his father, an employee for the firm; and where it ends."""

from datetime import timedelta

import pytest

from tongban.base.errors import Refusal
from tongban.cases.models import Case, Draft, Event, Party
from tongban.identity import mandates as kept
from tongban.identity import queries as identity
from tongban.identity.models import Mandate
from tongban.journeys import acting, apply, draft, hold, mandates, see, signing, tell, wishes
from tongban.notices.models import Notice
from tongban.registries.models import LegalEntity, Person, Relation
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db
CITY = "330100"
INSURANCE, ALLOWANCE, ROAD, FIRM = (
    "minors-medical-insurance", "old-age-allowance", "road-occupation", "company-registration",
)  # fmt: skip
LAND = "subject:f085"


def refused(do, *args, **kwargs) -> str:
    with pytest.raises(Refusal) as no:
        do(*args, **kwargs)
    return no.value.code


@pytest.fixture
def acts(clock):
    """The actor that somebody is for whom they choose, as their next request would have it; None where it does not
    stand."""

    def chosen(by, to):
        return acting.actor(identity.account(by.id), channel=by.channel, to=to, now=clock.now)

    return chosen


@pytest.fixture
def child(persona):
    return Person.objects.get(lookup=_lookup(persona, "minor"))


def _lookup(persona, key):
    from tongban.files import vault

    return vault.lookup("person-id", persona.people[key]["id_number"])


@pytest.fixture
def mother(persona, child, acts):
    """The mother, acting for her child."""
    return acts(persona("guardian"), f"ward:{child.pk}")


@pytest.fixture
def enrolled(mother, clock):
    """The child's application, signed by the mother and submitted."""
    id = draft.start(city=CITY, code=INSURANCE, by=mother, now=clock.now)
    draft.answer(id, question="person_mobile", raw="13800000000", version=None, by=mother, now=clock.now)
    digest = signing.lock(id, by=mother, now=clock.now)
    (waiting,) = signing.waiting(by=mother, now=clock.now)
    signing.sign(waiting.party, digest=digest, by=mother, now=clock.now)
    return id, apply.submit(id, by=mother, now=clock.now).number


# -- children and wards -----------------------------------------------------------------------------------------------


def test_a_mother_may_choose_her_child_and_nobody_elses(persona, child, clock):
    def basis(key):
        return {c.id: c.basis for c in acting.choices(by=persona(key), now=clock.now)}.get(f"ward:{child.pk}")

    assert basis("guardian") == basis("second-guardian") == "guardian"
    assert basis("resident") is basis("minor") is None


def test_what_is_filled_in_is_the_childs(mother, child, clock):
    id = draft.start(city=CITY, code=INSURANCE, by=mother, now=clock.now)
    sheet = draft.sheet(id, by=mother, now=clock.now)
    assert sheet.facts["person.name"].value == child.name == mother.principal
    assert not sheet.plan.failed
    row = Draft.objects.get(pk=id)
    assert (row.person, row.entity, row.owner) == (str(child.pk), "", mother.id)


def test_it_is_granted_to_the_child_signed_by_the_mother(enrolled, mother, child, work, clock):
    id, number = enrolled
    work()
    (party,) = Party.objects.filter(draft_id=id)
    assert (party.name, party.basis, party.account, party.signer) == (child.name, "guardian", mother.id, mother.name)
    view = see.case(number, by=mother, now=clock.now)
    assert view.granted
    (card,) = hold.cards(by=mother, now=clock.now)
    assert card.holder == child.name


def test_events_and_trail_say_that_somebody_else_acted_and_no_name(enrolled, mother, child):
    _, number = enrolled
    first = Event.objects.get(case__number=number, sequence=1)
    assert (first.actor["on_behalf"], first.actor["id"]) == ("person", mother.id)
    assert child.name not in str(first.actor) and str(child.pk) not in str(first.actor)
    assert Entry.objects.get(verb="case.submit", subject=number).on_behalf == str(child.pk)


def test_the_other_parent_finds_it_in_the_childs_space_and_may_withdraw(enrolled, persona, child, acts, clock):
    _, number = enrolled
    father = acts(persona("second-guardian"), f"ward:{child.pk}")
    assert see.case(number, by=father, now=clock.now).number == number
    assert number in [c["number"] for c in see.own(by=father)]
    # Not decided yet: the worker has not run.
    wishes.withdraw(number=number, by=father, now=clock.now)
    assert see.case(number, by=father, now=clock.now).withdrawn


def test_in_her_own_space_there_is_nothing_of_the_childs_and_she_is_told_where_it_is(enrolled, persona, child, work, clock):
    id, number = enrolled
    work()
    herself = persona("guardian")
    for look, what in ((see.case, number), (draft.sheet, id)):
        with pytest.raises(Refusal) as no:
            look(what, by=herself, now=clock.now)
        assert (no.value.code, no.value.to) == ("other_space", f"ward:{child.pk}")
        assert str(child.pk) not in no.value.leads[0]
        assert refused(look, what, by=persona("resident"), now=clock.now) in ("no_case", "no_draft")
    assert see.own(by=herself) == [] and hold.cards(by=herself, now=clock.now) == []


def test_the_child_may_look_and_not_sign(mother, persona, child, clock):
    id = draft.start(city=CITY, code=INSURANCE, by=mother, now=clock.now)
    draft.answer(id, question="person_mobile", raw="13800000000", version=None, by=mother, now=clock.now)
    digest = signing.lock(id, by=mother, now=clock.now)
    themself = persona("minor")
    assert draft.sheet(id, by=themself, now=clock.now).sealed == digest
    (waiting,) = signing.waiting(by=themself, now=clock.now)
    assert refused(signing.sign, waiting.party, digest=digest, by=themself, now=clock.now) == "guardian_signs"


def test_the_mother_is_told_and_the_child_is_not(enrolled, mother, persona, work):
    persona("minor")
    work()
    told = {str(n.account_id) for n in Notice.objects.filter(case=enrolled[1])}
    assert told == {mother.id}


def test_it_ends_on_the_eighteenth_birthday(persona, child, acts, clock):
    she = persona("guardian")
    birthday = child.birth.replace(year=child.birth.year + 18, day=min(child.birth.day, 28))
    clock.now = clock.now.replace(year=birthday.year, month=birthday.month, day=birthday.day, hour=0, minute=30)
    clock.now += timedelta(days=child.birth.day - birthday.day)
    assert acts(she, f"ward:{child.pk}") is None
    clock.forward(hours=-1)
    assert acts(she, f"ward:{child.pk}") is not None


def test_the_grown_child_is_told_of_the_case_and_the_mother_no_more(enrolled, persona, child, clock):
    row = Case.objects.get(number=enrolled[1])
    grown = persona("minor")
    clock.now = clock.now.replace(year=child.birth.year + 19)
    assert [str(a.id) for a in tell.concerned(row, now=clock.now)] == [grown.id]


def test_a_court_order_overrides_the_parents(persona, child, acts, clock):
    she, other = persona("guardian"), persona("resident")
    Relation.objects.create(
        person_id=other.person, other=child, kind="guardian", since=clock.now.date(), court_order="（2026）演示民特1号",
        source="court", as_of=clock.now.date(), synthetic=True,
    )  # fmt: skip
    assert acts(she, f"ward:{child.pk}") is None
    assert acts(other, f"ward:{child.pk}").basis == "guardian"


def test_the_dead_have_no_agent(persona, child, acts, clock):
    she = persona("guardian")
    Person.objects.filter(pk=child.pk).update(deceased_on=clock.now.date())
    assert acts(she, f"ward:{child.pk}") is None
    assert f"ward:{child.pk}" not in [c.id for c in acting.choices(by=she, now=clock.now)]


def test_nobody_books_a_marriage_for_another(mother, clock):
    assert refused(draft.start, city=CITY, code="marriage-registration-booking", by=mother, now=clock.now) == "in_person"


# -- firms and mandates -----------------------------------------------------------------------------------------------


@pytest.fixture
def firm(persona):
    return LegalEntity.objects.get(uscc=persona.people["representative"]["firm"]["uscc"])


@pytest.fixture
def given(persona, firm, clock):
    """A mandate of the firm to its employee, for matters of land, planning and building."""
    boss, staff = persona("representative"), persona("employee")
    wanted = mandates.Wanted(firm=firm.uscc, receiver=staff.person, scope=[LAND], until=clock.now.date() + timedelta(days=90))
    return mandates.give(wanted, by=boss, now=clock.now), boss, staff


@pytest.fixture
def employee(given, acts):
    return acts(given[2], given[0])


def test_an_employee_does_what_the_mandate_covers_and_nothing_else(employee, firm, clock):
    id = draft.start(city=CITY, code=ROAD, by=employee, now=clock.now)
    assert draft.sheet(id, by=employee, now=clock.now).facts["firm.uscc"].value == firm.uscc
    with pytest.raises(Refusal) as no:
        draft.start(city=CITY, code=FIRM, by=employee, now=clock.now)
    assert (no.value.code, no.value.status) == ("outside_mandate", 403)
    assert firm.name in no.value.because.zh and "国土和规划建设" in no.value.because.zh
    row = Entry.objects.get(verb="acting.outside")
    assert (row.actor_id, row.on_behalf, row.refused) == (employee.id, firm.uscc, "outside_mandate")
    assert row.facts == {"item": f"{CITY}/{FIRM}", "mandate": employee.mandate}


def test_what_others_began_for_the_firm_is_seen_as_far_as_the_mandate_reaches(employee, given, acts, firm, clock):
    boss = acts(given[1], f"own:{firm.uscc}")
    near = draft.start(city=CITY, code=ROAD, by=boss, now=clock.now)
    far = draft.start(city=CITY, code=FIRM, by=boss, now=clock.now)
    assert [d["id"] for d in draft.mine(by=employee)] == [str(near)]
    assert draft.sheet(near, by=employee, now=clock.now).id == str(near)
    assert refused(draft.sheet, far, by=employee, now=clock.now) == "outside_mandate"
    assert {d["id"] for d in draft.mine(by=boss)} == {str(near), str(far)}


def test_a_revoked_mandate_ends_in_the_middle_of_a_draft(employee, given, acts, clock):
    id = draft.start(city=CITY, code=ROAD, by=employee, now=clock.now)
    mandates.end(given[0], by=given[1], now=clock.now)
    assert acts(given[2], given[0]) is None
    assert refused(draft.sheet, id, by=given[2], now=clock.now) == "no_draft"


def test_a_mandate_ends_with_who_gave_it(given, acts, firm, persona, clock):
    LegalEntity.objects.filter(pk=firm.pk).update(representative_id=persona("resident").person)
    assert acts(given[2], given[0]) is None
    assert kept.state(Mandate.objects.get(pk=given[0]), clock.now.date()) == "capacity"


@pytest.mark.parametrize("change", [{"until_on": "2026-11-22", "from_on": "2026-11-20"}, {"from_on": "2026-11-24"}])
def test_a_mandate_has_a_term(given, acts, change):
    Mandate.objects.filter(pk=given[0]).update(**change)
    assert acts(given[2], given[0]) is None


def test_a_mandate_of_another_is_nobodys(given, persona, acts):
    assert acts(persona("resident"), given[0]) is None
    assert acts(given[1], given[0]) is None


def test_who_signs_for_the_firm_only_within_the_mandate(employee, given, firm, clock, persona):
    """The firm is a shareholder elsewhere: an employee with a mandate for land matters is not asked to sign."""
    founder = persona("founder")
    id = draft.start(city=CITY, code=FIRM, by=founder, now=clock.now)
    row = Draft.objects.get(pk=id)
    Party.objects.create(draft=row, role="shareholder", title={"zh": "股东", "en": "Shareholder"}, name=firm.name, entity=firm.uscc)
    for by in (employee, given[2]):
        assert signing.waiting(by=by, now=clock.now) == []
        party = Party.objects.get(draft=row).pk
        assert refused(signing.sign, party, digest="", by=by, now=clock.now) == "outside_mandate"
    assert [w.entity for w in signing.waiting(by=given[1], now=clock.now)] == [firm.uscc]


def test_who_only_acted_for_the_firm_has_no_view_of_the_case_afterwards(employee, given, clock):
    """The case is the firm's: whoever signed as its agent is no party in their own right."""
    id = draft.start(city=CITY, code=ROAD, by=employee, now=clock.now)
    row = Draft.objects.get(pk=id)
    lookup = Person.objects.get(pk=employee.person).lookup
    party = Party.objects.create(
        draft=row, role="applicant", title={"zh": "经办人", "en": "Agent"}, name=employee.name, person_lookup=lookup, agent=True
    )
    assert str(party.pk) in [w.party for w in signing.waiting(by=employee, now=clock.now)]
    assert signing.waiting(by=given[2], now=clock.now) == []
    assert refused(signing.sign, party.pk, digest="", by=given[2], now=clock.now) == "no_draft"


def test_a_father_lets_his_son_do_one_thing(persona, acts, clock):
    elder, son = persona("elder"), persona("resident")
    until = clock.now.date() + timedelta(days=30)
    wanted = mandates.Wanted(firm="", receiver=son.person, scope=[ALLOWANCE], until=until)
    id = mandates.give(wanted, by=elder, now=clock.now)
    acts_for = acts(son, id)
    assert (acts_for.behalf, acts_for.basis, acts_for.principal) == (elder.person, "mandate", elder.name)
    begun = draft.start(city=CITY, code=ALLOWANCE, by=acts_for, now=clock.now)
    assert draft.sheet(begun, by=acts_for, now=clock.now).facts["person.name"].value == elder.name
    assert str(begun) in [d["id"] for d in draft.mine(by=elder)], "it lies in the father's own space"
    assert refused(draft.start, city=CITY, code=INSURANCE, by=acts_for, now=clock.now) == "outside_mandate"
    Person.objects.filter(pk=elder.person).update(deceased_on=clock.now.date())
    assert acts(son, id) is None


# -- giving -----------------------------------------------------------------------------------------------------------


def test_it_is_told_can_be_declined_and_is_over_then(given, acts, clock):
    id, boss, staff = given
    assert Notice.objects.filter(account_id=staff.id, link=f"/space/mandates/{id}").count() == 1
    mandates.end(id, by=staff, now=clock.now)
    assert acts(staff, id) is None
    assert mandates.one(id, by=boss, now=clock.now).state == "declined"
    assert refused(mandates.end, id, by=boss, now=clock.now) == "mandate_over"
    assert Notice.objects.filter(account_id=boss.id, link=f"/space/mandates/{id}").count() == 1


def test_only_who_gave_or_received_it_knows_of_it(given, persona, clock):
    assert refused(mandates.one, given[0], by=persona("resident"), now=clock.now) == "no_such_mandate"
    assert refused(mandates.end, given[0], by=persona("resident"), now=clock.now) == "no_such_mandate"


def test_what_was_signed_is_kept_and_says_the_same(given, firm):
    import base64
    import json

    row = Mandate.objects.get(pk=given[0])
    payload = row.signature.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (said["giver"], said["receiver"], said["scope"]) == (firm.uscc, str(row.receiver_id), [LAND])
    assert said["until"] == row.until_on.isoformat()


def test_an_employee_cannot_pass_it_on(employee, persona, firm, clock):
    wanted = mandates.Wanted(
        firm=firm.uscc, receiver=persona("resident").person, scope=["*"], until=clock.now.date() + timedelta(days=1)
    )
    assert refused(mandates.give, wanted, by=employee, now=clock.now) == "no_mandate"


def test_a_mandate_is_signed_with_a_fresh_proof(persona, firm, clock):
    boss, staff = persona("representative"), persona("employee")
    wanted = mandates.Wanted(firm=firm.uscc, receiver=staff.person, scope=["*"], until=clock.now.date() + timedelta(days=9))
    clock.forward(minutes=61)
    assert refused(mandates.give, wanted, by=boss, now=clock.now) == "proof_needed"
    assert not Mandate.objects.filter(receiver_id=staff.person).exists()


def test_who_can_be_given_one(persona, clock):
    boss, people = persona("representative"), persona.people
    staff, minor = people["employee"], people["minor"]
    persona("employee")

    def find(name, number):
        return mandates.receiver(name=name, number=number, by=boss, now=clock.now)

    assert find(staff["name"], staff["id_number"]) == find(staff["name"], staff["mobile"])
    for name, number in (
        (staff["name"], people["elder"]["id_number"]),
        ("演示无此人", staff["mobile"]),
        (people["bride"]["name"], people["bride"]["mobile"]),  # has not signed in here
        (minor["name"], minor["id_number"]),
        (people["representative"]["name"], people["representative"]["id_number"]),
        ("", ""),
        ("演示", "1" * 400),
    ):
        assert refused(find, name, number) == "no_receiver", name


def test_a_scope_is_of_what_there_is(clock):
    assert mandates.scope(["*", LAND], firm=True) == ["*"]
    assert mandates.scope([LAND, ROAD, FIRM, "no-such", "subject:f777"], firm=True) == [LAND, FIRM]
    assert refused(mandates.scope, ["no-such", "subject:p065"], firm=True) == "mandate_scope"
    assert refused(mandates.term, None, now=clock.now) == "mandate_term"
    assert refused(mandates.term, clock.now.date() - timedelta(days=1), now=clock.now) == "mandate_term"
    assert refused(mandates.term, clock.now.date() + timedelta(days=2000), now=clock.now) == "mandate_term"


def test_a_case_of_the_firm_is_found_by_number_only_within_reach(employee, given, acts, firm, clock, submitted_for):
    number = submitted_for(firm.uscc, FIRM)
    assert refused(see.case, number, by=employee, now=clock.now) == "outside_mandate"
    assert refused(wishes.withdraw, number=number, by=employee, now=clock.now) == "outside_mandate"
    assert see.own(by=employee) == []
    boss = acts(given[1], f"own:{firm.uscc}")
    assert see.case(number, by=boss, now=clock.now).number == number


@pytest.fixture
def submitted_for(enrolled):
    """Turns the submitted case into one of a firm's for another item, as if it had been."""

    def moved(uscc: str, item: str) -> str:
        Case.objects.filter(number=enrolled[1]).update(entity=uscc, person="", item=item)
        return enrolled[1]

    return moved
