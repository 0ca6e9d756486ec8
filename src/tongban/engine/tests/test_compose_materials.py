"""The four cancels: for each paper the exact answer, its reason, its source and its articles."""

from __future__ import annotations

from typing import Any

import pytest

from tongban.base.words import Words
from tongban.engine.compose import materials
from tongban.engine.items import Check, Commitment, Item, Material, Outcome
from tongban.engine.plan import PlannedMaterial, Verdict
from tongban.engine.tests.compose_samples import asks, bare, plan, question
from tongban.engine.tests.services import replaced, words

YES = "answers.person_a == 'y'"
PROMISED = Commitment(says=words("I promise"), breach=words("it is withdrawn"), cites=("《令》第二条",))
VERIFIED = Check(by="places", when=YES, reason=words("the register of places has it"))


def paper(**changes: Any) -> Material:
    return Material(**{"type": "p", "title": words("Paper"), "cites": ("《法》第一条",), **changes})


def one(material: Material, **changes: Any) -> Item:
    return asks(question("a"), materials=(material,), **changes)


def answer(
    material: Material, facts: dict[str, Any] | None = None, answers: dict[str, Any] | None = None
) -> PlannedMaterial:
    (found,) = plan([one(material)], facts, answers).materials
    return found


def planned(verdict: Verdict, reason: Words, source: str | None = None, **more: Any) -> PlannedMaterial:
    plain = {"type": "p", "title": words("Paper"), "cites": ("《法》第一条",), "items": ("one",)}
    return PlannedMaterial(verdict=verdict, reason=reason, source=source, **{**plain, **more})


def test_a_paper_that_the_city_waives_is_cancelled_and_says_by_whom() -> None:
    waived = one(paper(waived=words("waived")), overlay="330100")
    assert plan([waived]).materials == (planned(Verdict.CANCELLED, words("waived"), "city:330100"),)


def test_a_paper_without_a_law_is_cancelled() -> None:
    assert answer(paper(cites=())) == planned(Verdict.CANCELLED, materials.NO_BASIS, cites=())


def test_a_paper_that_nothing_proves_is_uploaded_and_a_deferrable_one_may_follow() -> None:
    assert answer(paper()) == planned(Verdict.UPLOAD, materials.UPLOAD)
    later = answer(paper(deferrable=True, required=False, accepts=("image/png",)))
    assert later == planned(Verdict.UPLOAD, materials.LATER, deferrable=True, required=False, accepts=("image/png",))


def test_a_certificate_on_file_proves_it_and_the_first_in_force_is_told() -> None:
    card = paper(certificates=("gone", "old", "card"))
    facts = {
        "certificate:gone": None,
        "certificate:old": {"valid_to": "2026-03-01T23:59"},
        "certificate:card": {"valid_to": "2026-03-02T00:00"},
    }
    assert answer(card, facts) == planned(Verdict.CERTIFICATE, materials.ON_FILE, "population")


@pytest.mark.parametrize("value", [{}, {"valid_to": 5}, "a number", {"valid_to": "9999-12-31"}])
def test_a_certificate_without_an_end_is_in_force(value: Any) -> None:
    assert answer(paper(certificates=("card",)), {"certificate:card": value}).verdict is Verdict.CERTIFICATE


def test_a_certificate_that_was_not_looked_for_is_needed_and_may_change_the_answer() -> None:
    found = plan([one(paper(certificates=("card", "pass")))], {"certificate:card": None})
    assert found.needs == ("certificate:pass",)
    assert found.materials == (planned(Verdict.UPLOAD, materials.UPLOAD, awaits=("facts:certificate:pass",)),)


def test_a_registry_that_verifies_it_is_told_with_its_reason() -> None:
    no = Check(by="population", when="answers.person_a == 'n'", reason=words("no"))
    told = answer(paper(verified=(no, VERIFIED)), answers={"person_a": "y"})
    assert told == planned(Verdict.VERIFIED, words("the register of places has it"), "places")


def test_a_check_that_cannot_be_told_yet_is_awaited_and_never_taken_for_a_yes() -> None:
    waiting = answer(paper(verified=(VERIFIED,), commitment=replaced(PROMISED, when="facts['person.x'] == 'y'")))
    assert waiting == planned(Verdict.UPLOAD, materials.UPLOAD, awaits=("answers:person_a", "facts:person.x"))


def test_a_commitment_replaces_it_with_its_own_articles_and_what_breaking_it_means() -> None:
    promised = planned(
        Verdict.COMMITMENT, words("I promise"), "applicant", cites=("《令》第二条",), breach=words("it is withdrawn")
    )
    assert answer(paper(commitment=PROMISED)) == promised
    assert answer(paper(commitment=replaced(PROMISED, when=YES)), answers={"person_a": "y"}) == promised
    plain = answer(paper(commitment=replaced(PROMISED, when=YES)), answers={"person_a": "n"})
    assert plain == planned(Verdict.UPLOAD, materials.UPLOAD)


def test_a_commitment_without_articles_stands_on_those_of_the_paper() -> None:
    assert answer(paper(commitment=replaced(PROMISED, cites=()))).cites == ("《法》第一条",)


def test_a_paper_that_another_item_produces_goes_from_office_to_office() -> None:
    maker = bare("maker", title=Words(zh="设立", en="Founding"), outcome=Outcome(title=words("x"), produces=("p",)))
    assert plan([one(paper()), maker]).materials == (
        planned(
            Verdict.PRODUCED,
            Words(zh="同时办理的“设立”会产生它，部门间流转", en="'Founding', handled together with this, produces it"),
            "item:maker",
        ),
    )


def test_an_item_does_not_produce_its_own_paper_nor_one_of_another_type() -> None:
    own = one(paper(), outcome=Outcome(title=words("x"), produces=("p",)))
    other = bare("other", outcome=Outcome(title=words("x"), produces=("q",)))
    assert [each.verdict for each in plan([own, other]).materials] == [Verdict.UPLOAD]


def test_a_paper_made_from_the_answers_is_only_signed() -> None:
    made = planned(Verdict.PRODUCED, materials.FROM_ANSWERS, "answers", generated="articles")
    assert answer(paper(generated="articles")) == made
    promised = answer(paper(generated="articles", commitment=PROMISED))
    assert promised.verdict is Verdict.COMMITMENT and promised.generated is None


def test_the_reasons_come_in_the_order_of_the_law() -> None:
    maker = bare("maker", outcome=Outcome(title=words("x"), produces=("p",)))
    full = paper(waived=words("w"), certificates=("card",), verified=(replaced(VERIFIED, when="true"),),
                 commitment=PROMISED, generated="g")  # fmt: skip
    verdicts = []
    for change in ({}, {"waived": None}, {"certificates": ()}, {"verified": ()}, {"commitment": None}):
        full = replaced(full, **change)
        others = [] if full.certificates else [maker]
        (found,) = plan([one(full), *others], {"certificate:card": {}}).materials
        verdicts.append((found.verdict, found.source))
    assert verdicts == [
        (Verdict.CANCELLED, "city:None"),
        (Verdict.CERTIFICATE, "population"),
        (Verdict.VERIFIED, "places"),
        (Verdict.COMMITMENT, "applicant"),
        (Verdict.PRODUCED, "item:maker"),
    ]


def test_a_paper_that_is_not_asked_for_here_is_not_there_and_one_not_told_yet_is() -> None:
    only = paper(when=YES)
    assert plan([one(only)], answers={"person_a": "n"}).materials == ()
    assert answer(only, answers={"person_a": "y"}) == planned(Verdict.UPLOAD, materials.UPLOAD)
    assert answer(only) == planned(Verdict.UPLOAD, materials.UPLOAD, awaits=("answers:person_a",))


def test_one_paper_for_two_items_is_the_one_that_asks_most_of_people() -> None:
    promised = paper(commitment=PROMISED, title=words("First"), required=False, deferrable=True)
    uploaded = paper(title=words("Second"), cites=("《法》第九条", "《令》第二条"), accepts=("image/png",))
    for first, second, name in ((promised, uploaded, "First"), (uploaded, promised, "Second")):
        found = plan([one(first), one(second, code="two")]).materials
        cites = ("《令》第二条", "《法》第九条") if name == "First" else ("《法》第九条", "《令》第二条")
        assert found == (
            planned(Verdict.UPLOAD, materials.UPLOAD, title=words(name), cites=cites, items=("one", "two"),
                    accepts=("image/png",)),
        )  # fmt: skip


def test_one_paper_that_nobody_requires_stays_optional_and_may_follow_where_all_let_it() -> None:
    kind = paper(required=False, deferrable=True)
    (found,) = plan([one(kind), one(kind, code="two")]).materials
    assert (found.required, found.deferrable) == (False, True)


def test_what_is_uploaded_for_two_items_is_of_a_kind_that_both_accept() -> None:
    pdf, png, jpeg = "application/pdf", "image/png", "image/jpeg"
    for first, second, both in (
        ((pdf, png, jpeg), (jpeg, png), (png, jpeg)),
        ((pdf,), (png,), (pdf,)),
    ):
        items = [one(paper(accepts=first)), one(paper(accepts=second), code="two")]
        assert plan(items).materials[0].accepts == both


def test_only_papers_that_are_uploaded_say_what_is_accepted() -> None:
    promised = paper(commitment=PROMISED, accepts=("image/jpeg",))
    (found,) = plan([one(promised), one(paper(accepts=("image/png",)), code="two")]).materials
    assert found.accepts == ("image/png",)
    assert answer(promised).accepts == ("image/jpeg",)


def test_papers_keep_their_order_and_what_each_awaits() -> None:
    papers = (paper(type="b", when=YES), paper(type="a"), paper(type="c", verified=(VERIFIED,)))
    found = plan([asks(question("a"), materials=papers), bare("two", materials=(paper(type="d"), papers[1]))])
    assert [(each.type, each.awaits) for each in found.materials] == [
        ("b", ("answers:person_a",)),
        ("a", ()),
        ("c", ("answers:person_a",)),
        ("d", ()),
    ]
    assert [each.items for each in found.materials] == [("one",), ("one", "two"), ("one",), ("two",)]


def test_what_another_item_makes_out_counts_and_not_an_older_one_on_file() -> None:
    maker = bare("maker", outcome=Outcome(title=words("x"), produces=("p",)))
    (found,) = plan([one(paper(certificates=("card",))), maker], {"certificate:card": {}}).materials
    assert (found.verdict, found.source, found.awaits) == (Verdict.PRODUCED, "item:maker", ())
