import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base import money
from tongban.base.errors import Refusal

FEN = st.integers(-money.LARGEST, money.LARGEST)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.56", 123_456),
        ("¥1,234.5", 123_450),
        ("￥12", 1_200),
        ("10万元", 10_000_000),
        ("1.5 亿元", 15_000_000_000),
        ("-3", -300),
        ("0", 0),
        ("１２３．４", 12_340),
        ("0.000001万", 1),
        ("1.500元", 150),
        ("10,000,000,000,000", 10**15),
    ],
)
def test_amounts_are_read_as_people_write_them(text, fen):
    assert money.parse(text) == fen


def test_a_form_in_ten_thousands_reads_a_bare_number_so():
    assert money.parse("50", unit="万元") == 50_000_000
    assert money.parse("50元", unit="万元") == 5_000


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount_format"),
        ("12,34", "amount_format"),
        ("1e5", "amount_format"),
        (".5", "amount_format"),
        ("5.", "amount_format"),
        ("十万", "amount_format"),
        ("<b>1</b>", "amount_format"),
        ("--1", "amount_format"),
        ("1; DROP TABLE", "amount_format"),
        ("NaN", "amount_format"),
        ("1٣", "amount_format"),
        ("9" * 10**6, "amount_format"),
        ("1.234", "amount_fraction"),
        ("0.0000001万", "amount_fraction"),
        ("1" + "0" * 30, "amount_absurd"),
        ("10,000,000,000,000.01", "amount_absurd"),
        ("-1" + "0" * 14, "amount_absurd"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text, code):
    with pytest.raises(Refusal) as no:
        money.parse(text, field="capital")
    assert (no.value.code, no.value.field) == (code, "capital")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, "amount_zero"),
        (-1, "amount_negative"),
        (10**30, "amount_absurd"),
        (1.0, "amount_not_integer"),
        (True, "amount_not_integer"),
        ("1", "amount_not_integer"),
        (None, "amount_not_integer"),
        (float("nan"), "amount_not_integer"),
    ],
)
def test_capital_is_positive_integer_and_within_reason(value, code):
    with pytest.raises(Refusal, match=code):
        money.capital(value)


@given(st.integers(1, money.LARGEST))
def test_capital_within_bounds_is_given_back(fen):
    assert money.capital(fen) == fen


def test_amounts_are_shown_in_both_languages():
    assert (money.show(123_456), money.show(123_456, "en")) == ("1,234.56 元", "¥1,234.56")
    assert (money.show(-5), money.show(-5, "en"), money.words(0).zh) == ("-0.05 元", "-¥0.05", "0.00 元")


@given(FEN)
def test_what_is_shown_reads_back(fen):
    assert money.parse(money.show(fen)) == fen
    assert money.parse(money.show(abs(fen), "en")) == abs(fen)


@pytest.mark.parametrize(
    ("fen", "parts", "of", "portion"),
    [(49, 10, 1000, 0), (50, 10, 1000, 1), (149, 10, 1000, 1), (150, 10, 1000, 2), (10, 15, 1000, 0), (100, 15, 1000, 2),
     (0, 10, 1000, 0), (7, 0, 3, 0), (money.LARGEST, 30, 1000, money.LARGEST * 3 // 100)],
)  # fmt: skip
def test_a_portion_is_rounded_at_half_a_fen(fen, parts, of, portion):
    assert money.portion(fen, parts, of) == portion


@given(st.integers(0, money.LARGEST), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_portion_is_the_nearest_whole_fen_without_any_float(fen, parts, of):
    off = 2 * (money.portion(fen, parts, of) * of - fen * parts)
    assert -of < off <= of


@pytest.mark.parametrize("wrong", [(-1, 1, 1), (1, -1, 1), (1, 1, 0), (1, 1, -5)])
def test_a_portion_of_nothing_or_of_less_is_refused(wrong):
    with pytest.raises(ValueError, match="portion"):
        money.portion(*wrong)


STEPS = ((100_000, 50, 1000), (500_000, 30, 1000), (0, 10, 1000))


@pytest.mark.parametrize(
    ("fen", "taken"),
    [(0, 0), (99_999, 5_000), (100_000, 5_000), (100_001, 5_000), (100_017, 5_001), (500_000, 17_000), (600_000, 18_000)],
)
def test_a_tariff_in_steps_takes_of_each_what_lies_in_it(fen, taken):
    assert money.tiers(fen, STEPS) == taken


@given(st.integers(0, 10**9))
def test_one_fen_more_never_costs_less_nor_a_step_more(fen):
    assert 0 <= money.tiers(fen + 1, STEPS) - money.tiers(fen, STEPS) <= 1


@pytest.mark.parametrize("steps", [((10, 1, 2), (10, 1, 2), (0, 1, 2)), ((10, 1, 2),), ()])
def test_steps_that_do_not_rise_or_end_too_soon_are_refused(steps):
    with pytest.raises(ValueError, match="steps"):
        money.tiers(11, steps)


@given(st.integers(0, money.LARGEST), st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_a_split_loses_no_fen_and_is_fair(fen, weights):
    shares = money.split(fen, weights)
    assert sum(shares) == fen
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - fen * weight) < sum(weights)


def test_an_even_split_gives_the_odd_fen_to_the_first():
    assert money.split(100, [1] * 3) == (34, 33, 33)


@pytest.mark.parametrize(("fen", "weights"), [(-1, [1]), (1, []), (1, [0]), (1, [2, -1])])
def test_an_impossible_split_is_refused(fen, weights):
    with pytest.raises(ValueError):
        money.split(fen, weights)
