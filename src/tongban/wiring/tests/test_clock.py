import json

import pytest

from tongban.wiring import command


def due(capsys, *words):
    status = command.main(["clock", "due", *words])
    return status, json.loads(capsys.readouterr().out)


def test_the_start_day_is_not_counted_and_make_up_days_are(capsys):
    status, answer = due(capsys, "--from", "2026-09-28", "--days", "5")
    assert (status, answer["due"]) == (0, "2026-10-10")


def test_suspended_days_are_left_out_both_ends_and_once(capsys):
    stops = ["--suspended", "2026-10-09/2026-10-12", "--suspended", "2026-10-12/2026-10-12"]
    assert due(capsys, "--from", "2026-09-28", "--days", "5", *stops)[1]["due"] == "2026-10-14"


def test_no_days_end_on_the_start_day(capsys):
    assert due(capsys, "--from", "2026-11-22", "--days", "0")[1]["due"] == "2026-11-22"


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "2026-11-23", "--days", "60"),
        ("--from", "2027-01-04", "--days", "0"),
        ("--from", "2003-12-01", "--days", "5"),
        ("--from", "9999-12-31", "--days", "1"),
    ],
)
def test_beyond_the_calendar_the_answer_is_calendar_unknown(capsys, words):
    status, answer = due(capsys, *words)
    assert (status, answer["error"]) == (1, "calendar_unknown")


def test_an_operators_file_extends_the_calendar(capsys, tmp_path):
    path = tmp_path / "calendar.yaml"
    path.write_text("2027: {holidays: [2027-01-01], workdays: []}", "utf-8")
    status, answer = due(capsys, "--from", "2026-12-31", "--days", "1", "--calendar", str(path))
    assert (status, answer["due"]) == (0, "2027-01-04")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--from", "2026-02-30", "--days", "1"), "bad_date"),
        (("--from", "20260101", "--days", "1"), "bad_date"),
        (("--from", "2026-W01-1", "--days", "1"), "bad_date"),
        (("--from", "2026-01-05", "--days", "1", "--suspended", "2026-W02-2/2026-W02-3"), "bad_date"),
        (("--from", "", "--days", "1"), "bad_date"),
        (("--from", "2026-01-05", "--days", "-1"), "bad_days"),
        (("--from", "2026-01-05", "--days", "1.5"), "bad_days"),
        (("--from", "2026-01-05", "--days", "9" * 5000), "bad_days"),
        (("--from", "2026-01-05", "--days", "1", "--suspended", "2026-01-06"), "bad_interval"),
        (("--from", "2026-01-05", "--days", "1", "--suspended", "2026-01-06/x"), "bad_date"),
        (("--from", "2026-01-05", "--days", "1", "--suspended", "2026-01-06/2026-01-05"), "interval_backwards"),
        (("--from", "2026-01-05", "--days", "1", "--calendar", "no such file"), "calendar_data"),
    ],
)
def test_bad_input_exits_two_with_its_reason(capsys, words, error):
    status, answer = due(capsys, *words)
    assert (status, answer["error"]) == (2, error)
    assert answer["reason"]


@pytest.mark.parametrize(
    "text",
    [
        "{2027: {holidays: [2027-02-30]}}",
        "years: 5",
        "years: [2027]",
        "5",
        "",
        "{2027: {holidays: [2027-01-01 10:00:00]}}",
        "{2027: 5}",
        "{2027: {holidays: {a: b}}}",
        "[" * 5000,
        "2027: \x00",
    ],
)
def test_a_calendar_file_that_is_none_is_told(capsys, tmp_path, text):
    path = tmp_path / "calendar.yaml"
    path.write_text(text, "utf-8")
    status, answer = due(capsys, "--from", "2026-01-05", "--days", "1", "--calendar", str(path))
    assert (status, answer["error"]) == (2, "calendar_data")
    assert answer["reason"]


@pytest.mark.parametrize("path", ["a\x00b", "\udcff", ".", ""])
def test_a_path_that_is_none_is_told(capsys, path):
    status, answer = due(capsys, "--from", "2026-01-05", "--days", "1", "--calendar", path)
    assert (status, answer["error"]) == (2, "calendar_data")
