"""Loading further years of working days."""

from __future__ import annotations

import pytest
import yaml

from tongban.wiring import command
from tongban.wiring.testing import HOME

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(monkeypatch):
    """The node's calendar file, gone afterwards; the command finds Django set up already."""
    from tongban.wiring import ready

    monkeypatch.setattr(ready, "work_as", lambda home=None: ready.find(HOME))
    yield HOME / "calendar.yaml"
    (HOME / "calendar.yaml").unlink(missing_ok=True)


def test_a_file_of_years_is_kept_and_known(loaded, tmp_path, capsys):
    from tongban.identity import timetable

    file = tmp_path / "2027.yaml"
    file.write_text("years:\n  2027: {holidays: [2027-01-01], workdays: []}\n")
    assert command.main(["calendar", "load", str(file)]) == 0
    assert "2027-12-31" in capsys.readouterr().out
    assert 2027 in yaml.safe_load(loaded.read_text())["years"]
    assert timetable.calendar().known_until.isoformat() == "2027-12-31"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "years: 7",
        "years: {2027: {holidays: [2026-01-01]}}",
        "years: {twenty: {}}",
        "{",
        "years: {2027: {feasts: []}}",
    ],
)
def test_a_wrong_file_is_refused_and_changes_nothing(loaded, tmp_path, capsys, text):
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    assert command.main(["calendar", "load", str(file)]) == 1
    assert "Not loaded" in capsys.readouterr().out
    assert not loaded.exists()
