"""What may be supposed of somebody unknown: which questions an item's conditions give, and what an answer stands for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tongban.base.words import Words
from tongban.engine.compose import supposing
from tongban.engine.items import Example, Field, Item, Material, Party, Rule, Step, Tariff
from tongban.engine.items.model import Check, Commitment, Expect
from tongban.engine.plan import Known, Option, StepKind
from tongban.engine.tests.compose_samples import CITY, TODAY, bare, question, rule
from tongban.engine.tests.services import words


def of(holds: str, **changes: Any) -> Item:
    """A bare item with one condition."""
    return bare(rules=(rule(holds),), **changes)


def one(item: Item) -> supposing.Supposition:
    """The only supposition of an item."""
    (found,) = supposing.suppositions(item)
    return found


def values(item: Item) -> list[str]:
    """The values that its only supposition offers."""
    return [option.value for option in one(item).options]


def test_every_condition_of_an_item_is_read() -> None:
    paper = Material(
        type="p", title=words("P"), cites=("x",), when="answers.a == '4'",
        verified=(Check(by="places", when="answers.a == '5'", reason=words("r")),),
        commitment=Commitment(says=words("s"), breach=words("b"), when="answers.a == '6'"),
    )  # fmt: skip
    always = Material(type="q", title=words("Q"), commitment=Commitment(says=words("s"), breach=words("b")))
    item = bare(
        rules=(rule("answers.a == '1'", when="answers.a == '2'"), rule("answers.b == '1'")),
        form=(question("f", when="answers.a == '3'"), question("g")),
        materials=(paper, always),
        steps=(Step(key="s", kind=StepKind.TELL, office="x", title=words("s"), when="answers.a == '7'"),),
        parties=(Party(key="p", title=words("p"), when="answers.a == '8'"),),
        fees=(
            Tariff(key="f", title=words("f"), payee="x", amount="answers.c == '1' ? 9 : 0", when="answers.a == '9'"),
        ),
    )
    assert sorted(supposing.conditions(item)) == [
        *(f"answers.a == '{n}'" for n in range(1, 10)), "answers.b == '1'", "answers.c == '1' ? 9 : 0",
    ]  # fmt: skip
    assert supposing.read(item) == {"answers:a", "answers:b", "answers:c"}
    assert supposing.read(bare()) == frozenset() and supposing.conditions(bare()) == []


@pytest.mark.parametrize(
    ("holds", "ages"),
    [
        ("applicant.age >= 80", ["79", "80"]),
        ("applicant.age<80", ["79", "80"]),
        ("applicant.age > 80", ["80", "81"]),
        ("applicant.age <= 80", ["80", "81"]),
        ("applicant.age == 80", ["79", "80", "81"]),
        ("applicant.age != 80", ["79", "80", "81"]),
        ("applicant.age >= 1", ["0", "1"]),
        ("applicant.age >= 120", ["119", "120"]),
        ("applicant.age >= 16 && applicant.age < 60", ["15", "16", "60"]),
        ("applicant.age >= 1 && applicant.age < 2 || applicant.age > 3 && applicant.age < 5 || applicant.age >= 6",
         ["0", "1", "2", "4", "5", "6"]),
    ],
)  # fmt: skip
def test_ages_that_conditions_tell_apart_are_bands(holds: str, ages: list[str]) -> None:
    assert values(of(holds)) == ages


@pytest.mark.parametrize(
    "holds", ["applicant.age >= 0", "applicant.age >= 121", "applicant.age > 120", "answers.a == '1'"]
)
def test_ages_that_tell_nobody_apart_are_not_asked(holds: str) -> None:
    assert list(supposing.suppositions(of(holds))) == []


def test_too_many_ages_are_not_asked() -> None:
    holds = " || ".join(f"applicant.age < {n}" for n in (10, 20, 30, 40, 50, 60))
    assert list(supposing.suppositions(of(holds))) == []
    assert len(values(of(" || ".join(f"applicant.age < {n}" for n in (10, 20, 30, 40, 50))))) == 6


def test_an_age_is_asked_in_plain_words_and_stands_for_a_birthday() -> None:
    found = one(of("applicant.age >= 16 && applicant.age < 60"))
    assert (found.key, found.ask) == (
        "my-age",
        Words(zh="您（或当事人）多大年纪？", en="How old are you (or whom it is for)?"),
    )
    assert found.options == (
        Option(value="15", label=Words(zh="未满 16 岁", en="Under 16")),
        Option(value="16", label=Words(zh="16 至 59 岁", en="16 to 59")),
        Option(value="60", label=Words(zh="60 岁及以上", en="60 and over")),
    )
    assert found.facts("60", CITY, TODAY) == {"person.birth": "1966-01-21"}


@pytest.mark.parametrize(
    ("today", "born"),
    [
        (date(2026, 3, 2), "1946-01-21"),
        (date(2026, 2, 9), "1945-12-28"),  # forty days back is the last day of the year
        (date(2026, 2, 10), "1946-01-01"),
        (date(2026, 7, 10), "1946-05-28"),  # never after the 28th
        (date(2028, 4, 9), "1948-02-28"),
    ],
)
def test_a_supposed_birthday_gives_that_age(today: date, born: str) -> None:
    assert one(of("applicant.age >= 80")).facts("80", CITY, today) == {"person.birth": born}


def test_a_home_here_or_elsewhere() -> None:
    found = one(of('facts["person.division"].startsWith(city)'))
    assert (found.key, found.ask) == ("my-home", Words(zh="户口在本市吗？", en="Are you registered in this city?"))
    assert found.options == (
        Option(value="here", label=Words(zh="在本市", en="In this city")),
        Option(value="elsewhere", label=Words(zh="在外地", en="Elsewhere")),
    )
    assert found.facts("here", "330100", TODAY) == {"person.division": "330100"}
    assert found.facts("elsewhere", "330100", TODAY) == {"person.division": "990000"}


def test_sex_and_marriage() -> None:
    sex = one(of('facts["person.sex"] == "male"'))
    assert (sex.key, sex.ask) == ("my-sex", Words(zh="性别？", en="Sex?"))
    assert sex.options == (
        Option(value="female", label=Words(zh="女", en="Female")),
        Option(value="male", label=Words(zh="男", en="Male")),
    )
    assert sex.facts("male", CITY, TODAY) == {"person.sex": "male"}
    married = one(of('facts["person.married"]'))
    assert (married.key, married.ask) == ("my-marriage", Words(zh="已婚吗？", en="Are you married?"))
    assert married.options == (
        Option(value="yes", label=Words(zh="是", en="Yes")),
        Option(value="no", label=Words(zh="不是", en="No")),
    )
    assert married.facts("yes", CITY, TODAY) == {"person.married": True}
    assert married.facts("no", CITY, TODAY) == {"person.married": False}


def example(**changes: Any) -> Example:
    """An example on ``TODAY``."""
    return Example(**{"title": words("e"), "today": TODAY.isoformat(), "expect": Expect(), **changes})


def test_in_whose_name_where_both_may_apply() -> None:
    facts = {"firm.uscc": "X", "firm.name": "", "firm.capital": 7, "firm.kind": "y", "person.sex": "male"}
    item = of('firm.status == "active" && firm.capital > 1', audience=("1", "2"), examples=(example(facts=facts),))
    found = one(item)
    assert (found.key, found.ask) == ("my-capacity", Words(zh="以谁的名义办？", en="In whose name?"))
    assert found.options == (
        Option(value="person", label=Words(zh="个人", en="A person's")),
        Option(value="firm", label=Words(zh="企业或单位", en="A firm's or body's")),
    )
    assert found.facts("person", CITY, TODAY) == dict.fromkeys(
        ["firm.status", "firm.capital", "firm.uscc", "firm.name"]
    )
    assert found.facts("firm", CITY, TODAY) == {
        "firm.uscc": "X", "firm.name": "", "firm.status": "active", "firm.capital": 7,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("holds", "audience"),
    [("firm.capital > 1", ("1",)), ("firm.capital > 1", ("2",)), ("answers.a == '1'", ("1", "2"))],
)
def test_in_whose_name_is_not_asked_where_it_is_plain(holds: str, audience: tuple[str, ...]) -> None:
    assert list(supposing.suppositions(of(holds, audience=audience))) == []


def test_a_certificate_that_spares_a_paper() -> None:
    spared = Material(type="p", title=Words(zh="纸", en="Paper"), cites=("x",), certificates=("first", "second"))
    item = bare(materials=(
        spared,
        Material(type="q", title=words("no basis"), certificates=("third",)),
        Material(type="r", title=words("waived"), cites=("x",), certificates=("fourth",), waived=words("w")),
        Material(type="s", title=words("no certificate"), cites=("x",)),
        Material(type="t", title=words("T"), cites=("x",), certificates=("fifth",)),
    ))  # fmt: skip
    found, other = supposing.suppositions(item)
    assert (found.key, other.key) == ("has-first", "has-fifth")
    assert found.ask == Words(zh="您的电子证照里有“纸”吗？", en="Is this among your e-certificates: Paper?")
    assert found.options == (
        Option(value="yes", label=Words(zh="有", en="Yes")),
        Option(value="no", label=Words(zh="没有，或者不清楚", en="No, or I do not know")),
    )
    assert found.facts("yes", CITY, TODAY) == {"certificate:first": {"identifier": "", "valid_to": None}}
    assert found.facts("no", CITY, TODAY) == {"certificate:first": None}


def test_what_is_usual_is_what_an_example_has_moved_to_today_and_here() -> None:
    paper = Material(type="p", title=words("P"), certificates=("a", "b"))
    item = bare(materials=(paper,))
    facts = {
        "person.birth": "1940-01-01",
        "person.division": "330106",
        "firm.name": "F",
        "place.x": 1,
        "certificate:a": {},
    }
    given = example(facts=facts, city="330100", today="2026-03-01")
    found = supposing.usual(item, given, city="310117", today=TODAY)
    assert found == supposing.known({
        "person.birth": "1940-01-02", "person.division": "310117", "firm.name": "F",
        "certificate:a": None, "certificate:b": None,
    })  # fmt: skip
    assert supposing.usual(item, None, city="310117", today=TODAY) == {}


@pytest.mark.parametrize(("facts", "city", "home"), [
    ({"person.division": "110000"}, "330100", "110000"),  # an example of somebody from elsewhere stays one
    ({"person.division": "110000"}, "000000", "110000"),
    ({"person.birth": None, "person.division": None}, "330100", None),
])  # fmt: skip
def test_who_is_from_elsewhere_stays_from_elsewhere(facts: dict[str, Any], city: str, home: str | None) -> None:
    found = supposing.usual(bare(), example(facts=facts, city=city), city="310117", today=TODAY)
    assert found["person.division"] == Known(value=home, source="supposed")


def test_supposed_facts_say_that_they_are() -> None:
    assert supposing.known({"a": 1}) == {"a": Known(value=1, source="supposed")}


def test_a_form_has_no_say_in_what_is_supposed() -> None:
    field: Field = question("age", widget="choice")
    assert list(supposing.suppositions(bare(form=(field,)))) == []
    assert isinstance(rule("true"), Rule)
