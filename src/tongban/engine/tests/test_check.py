"""Each rule of ``tongban items check`` finds what it is for, and the repository is clean."""

from typing import Any

import pytest

from tongban.engine.check import RULES, Around, check
from tongban.engine.compose import grade
from tongban.engine.items import Example, Expect, Field, Item, Material, Outcome, Party, Rule, Step, Subjects, Tariff
from tongban.engine.plan import Promise, StepKind
from tongban.engine.tests.services import CHINESE, files, item, own_files, replaced, repository, text_field, words


def test_the_services_and_overlays_of_the_repository_have_no_finding() -> None:
    assert check(files() | own_files()).findings == ()


def step(key: str, **changes: Any) -> Step:
    return Step(**{"key": key, "kind": StepKind.DECIDE, "office": "x", "title": words(key), **changes})


def paper(**changes: Any) -> Material:
    return Material(**{"type": "p", "title": words("p"), "cites": ("x",), **changes})


def condition(holds: str, **changes: Any) -> Rule:
    return Rule(**{"key": "r", "holds": holds, "says": words("r"), "cites": ("x",), **changes})


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("excluded-items", {"excludes": ("y",)}),
    ("catalog-code", {"catalog_code": "12"}),
    ("catalog-code", {"type": "05"}),
    ("listed-codes", {"level": "9"}),
    ("listed-codes", {"audience": ()}),
    ("subjects-fit-audience", {"audience": ("2",)}),
    ("subjects-fit-audience", {"subjects": Subjects(persons=("080",))}),
    ("signed-at-level-two", {"parties": (Party(key="p", title=words("p"), each="applicant", level=1),)}),
    ("promise-within-law", {"promise": Promise(working_days=21)}),
    ("promise-within-law", {"promise": Promise()}),
    ("instant-is-instant", {"steps": (step("d", kind=StepKind.COMPUTED),)}),
    ("named-outcome", {"outcome": Outcome(title=words("许可证"))}),
    ("named-outcome", {"outcome": Outcome(title=words("x"), certificate="nothing", sample="x")}),
    ("visits", {"channels": ("4",), "outcome": Outcome(title=words("x"), delivery=("counter",))}),
    ("visits", {"channels": ("2",), "materials": (paper(original=True),)}),
    ("fees-have-a-basis", {"fees": (Tariff(key="f", title=words("f"), payee="p", fen=1),)}),
    ("fees-have-a-basis", {"fees": (Tariff(key="f", title=words("f"), payee="p", fen=1, cites=("x",), online=False),)}),
    ("fees-are-owed-by-a-party", {"fees": (Tariff(key="f", title=words("f"), payee="p", payer="nobody", fen=1, cites=("x",)),)}),
    ("fees-are-waited-for", {"fees": (Tariff(key="f", title=words("f"), payee="p", fen=1, cites=("x",)),)}),
    ("fees-are-waited-for", {
        "fees": (Tariff(key="f", title=words("f"), payee="p", amount="1", cites=("x",)),),
        "steps": (step("d"), step("i", kind=StepKind.ISSUE, needs=("d",)), step("p", kind=StepKind.PAY, needs=("i",))),
    }),
    ("permits-explain-themselves", {"type": "01"}),
    ("conditions", {"rules": (condition("answers.nothing == 1"),)}),
    ("conditions", {"rules": (condition("1 ="),)}),
    ("conditions", {"form": (text_field("e.e"),), "rules": (condition("found.e_e.ok"),)}),
    ("questions", {"form": (text_field("e.e", widget="crystal-ball"),)}),
    ("questions", {"form": (text_field("e.e", widget="choice"),)}),
    ("questions", {"form": (text_field("e.e", choose_from="nobody"),)}),
    ("keys-once", {"materials": (paper(), paper())}),
    ("named-things-exist", {"rules": (condition("true", field="nothing"),)}),
    ("named-things-exist", {"rules": (condition("true", cites=()),)}),
    ("named-things-exist", {"parties": (Party(key="p", title=words("p"), each="nobody"),)}),
    ("named-things-exist", {"materials": (paper(generated="nothing"),)}),
    ("conditions-are-told", {"rules": (condition("true", says=words("您的户籍不在本地")),)}),
    ("registry-entry", {"outcome": Outcome(title=words("x"), enters="nothing", entry={"uscc": "firm.uscc"})}),
    ("registry-entry", {"outcome": Outcome(title=words("x"), enters="legal-entities.end")}),
    ("registry-entry", {"outcome": Outcome(title=words("x"), enters="legal-entities.end", entry={"uscc": "1", "name": "1"})}),
    ("flow", {"steps": (step("d", needs=("nothing",)),)}),
    ("flow", {"steps": (step("d", stops_clock="tea"),)}),
    ("flow", {"steps": (step("e", kind=StepKind.EXAMINE), step("d", needs=("e",)))}),
    ("flow", {"steps": (step("a", needs=("b",)), step("b", needs=("a",)))}),
    ("flow", {"steps": (step("a", kind=StepKind.ACCEPT),)}),
    ("examples", {"examples": (Example(title=words("x"), today="2026-03-02", expect=Expect(failed=("r",))),)}),
    ("examples", {"examples": (Example(title=words("x"), today="yesterday", expect=Expect()),)}),
    ("rules-are-proven", {"rules": (condition("true"),)}),
]


@pytest.mark.parametrize(("name", "changes"), WRONG)
def test_each_rule_finds_its_fault_and_says_how_to_mend_it(name: str, changes: dict[str, Any]) -> None:
    faults = [*RULES[name](item("x", **changes), Around(certificates=frozenset({"a"})))]
    assert faults
    for fault in faults:
        assert fault.what.en and CHINESE.search(fault.what.zh) and fault.fix.zh != fault.fix.en


def test_a_rule_that_says_what_must_hold_needs_no_second_text() -> None:
    for says, asks in (("户籍在本地", None), ("须还没有领取养老金", None), ("您的户籍不在本地", words("户籍在本地"))):
        rules = (condition("true", says=words(says), asks=asks),)
        assert not [*RULES["conditions-are-told"](item("x", rules=rules), Around())]
        assert rules[0].condition == (asks or words(says))


PAID = (
    step("d"), step("p", kind=StepKind.PAY, needs=("d",)), step("m", kind=StepKind.TELL, needs=("p",)),
    step("i", kind=StepKind.ISSUE, needs=("m",)),
)  # fmt: skip


def test_what_is_issued_may_wait_for_the_payment_through_other_steps_and_what_is_free_needs_none() -> None:
    rule = RULES["fees-are-waited-for"]
    charged = Tariff(key="f", title=words("f"), payee="p", fen=1, cites=("x",))
    assert [*rule(item("x", fees=(charged,), steps=PAID), Around())] == []
    assert [*rule(item("x", fees=(replaced_fee(charged),)), Around())] == []
    looped = (step("i", kind=StepKind.ISSUE, needs=("i",)), step("p", kind=StepKind.PAY))
    assert len([*rule(item("x", fees=(charged,), steps=looped), Around())]) == 1


def replaced_fee(fee: Tariff) -> Tariff:
    return Tariff(key=fee.key, title=fee.title, payee=fee.payee)


def test_one_phone_for_both_is_found() -> None:
    from tongban.engine.items import Contact

    assert [*RULES["two-phones"](item("x", contact=Contact(consult="1", complaint="1")), Around())]


def test_every_rule_has_a_test_and_says_what_it_holds() -> None:
    assert {name for name, _ in WRONG} | {"two-phones"} == set(RULES)
    assert all(judge.__doc__ for judge in RULES.values())


def test_a_finding_says_the_line() -> None:
    wrong = dict(files())
    name = "items/urban/road-occupation/rules.yaml"
    wrong[name] = wrong[name].replace(b"answers.road_since > today", b"answers.road_sinse > today")
    found = [each for each in check(wrong).findings if each.rule == "conditions"]
    line = wrong[name].decode().split("\n").index("  holds: answers.road_sinse > today") + 1
    assert [(each.file, each.line) for each in found] == [(f"services/{name}", line)]


def test_an_overlay_that_burdens_or_names_no_item_is_found() -> None:
    overlays = {
        "330100": {"nothing": b"city: '330100'\n", "road-occupation": b"city: '1'\npromise: {working_days: 30}\n"}
    }
    found = [each.rule for each in check(files(), overlays=overlays).errors if each.file.startswith("cities/")]
    assert found == ["overlay-eases"] * 2


# Grades


def level(of: Item) -> str:
    return grade(of).level


def test_grades_are_computed_and_proven_step_by_step() -> None:
    asks = text_field("e.e")
    plain = item("x", form=(asks,), parties=())
    shown = Example(title=words("x"), today="2026-03-02", answers={"e_e": "y"}, expect=Expect())
    computed = (step("d", kind=StepKind.COMPUTED),)
    assert level(replaced(plain, channels=("1",))) == "listed"
    assert level(replaced(plain, form=(Field(**{**_of(asks), "widget": "long-text"}),))) == "listed"
    assert level(replaced(plain, materials=(paper(original=True),))) == "applicable"
    assert level(plain) == "no-visit"
    assert level(replaced(plain, examples=(shown,))) == "id-only"
    assert level(replaced(plain, examples=(shown,), materials=(paper(),))) == "no-visit"
    assert level(replaced(plain, examples=(shown,), steps=computed)) == "instant"
    assert grade(replaced(plain, examples=(shown,))).lacks is not None


def _of(field: Field) -> dict[str, Any]:
    return {name: getattr(field, name) for name in field.__struct_fields__}


def test_the_services_of_the_repository_reach_their_grades() -> None:
    grades = {code: level(each) for code, each in repository().items.items()}
    assert "listed" not in grades.values()
    assert grades.items() >= {
        "company-registration": "id-only",
        "housing-fund-withdrawal": "id-only",
        "marriage-registration-booking": "id-only",
        "minors-medical-insurance": "instant",
        "old-age-allowance": "instant",
        "road-occupation": "no-visit",
    }.items()
