"""``tongban search`` gives what the page gives, and a clear answer to whatever it is asked."""

from __future__ import annotations

import argparse
import json
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from tongban.wiring.commands import search

pytestmark = pytest.mark.django_db
CITY = settings.TONGBAN_ADCODE


@pytest.fixture
def ask(society, monkeypatch, capsys):
    """Say the command; gives its exit status, what it printed and what it complained of."""
    monkeypatch.setattr(search.ready, "work_as", lambda home: SimpleNamespace(adcode=CITY))

    def asked(*words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        search.add_arguments(parser)
        status = search.run(parser.parse_args(list(words)))
        told = capsys.readouterr()
        return status, told.out, told.err

    return asked


@pytest.mark.parametrize("query", ["公积金怎么取", "开公司", "kaigongsi", "我刚生了孩子要办什么", "retire", "登记"])
def test_the_command_gives_what_the_page_gives_in_the_same_order(ask, query):
    status, out, _ = ask(query, "--city", CITY, "--limit", "20", "--json")
    rows = json.loads(out)
    page = Client().get("/search", {"q": query, "city": CITY}).content.decode()
    seen = re.findall(rf'<h3[^>]*>\s*<a href="/services/{CITY}/([\w-]+)"', page) or re.findall(
        rf'href="/services/{CITY}/([\w-]+)"', page
    )
    assert status == 0 and rows
    assert [row["code"] for row in rows] == list(dict.fromkeys(seen))
    assert all({"code", "title", "score"} <= set(row) for row in rows)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def test_the_command_narrows_as_the_page_does(ask):
    told = {"audience": "firm", "office": "market-supervision", "district": "330106"}
    rows = json.loads(ask("登记", *(f"--{name}={value}" for name, value in told.items()), "--limit", "20", "--json")[1])
    page = Client().get("/search", {"q": "登记", **told}).content.decode()
    assert [row["code"] for row in rows] == list(dict.fromkeys(re.findall(rf'href="/services/{CITY}/([\w-]+)"', page)))
    assert 0 < len(rows) < len(json.loads(ask("登记", "--limit", "99", "--json")[1]))


def test_the_limit_holds_and_nothing_found_is_an_empty_list(ask):
    assert len(json.loads(ask("登记", "--limit", "3", "--json")[1])) == 3
    assert ask("龘靐齉", "--json")[:2] == (0, "[]\n")


@pytest.mark.parametrize("query", ["", "\x00", "%" * 9999, "'; DROP TABLE x; --", "\udcff\udcfe", "a" * 100_000])
def test_bad_queries_are_answered(ask, query):
    status, out, _ = ask(query, "--json")
    assert status == 0
    assert json.loads(out) == []


@pytest.mark.parametrize("city", ["000000", "x", "'; --", "999999999"])
def test_a_city_that_nothing_is_known_of_is_refused_in_words(ask, city):
    status, out, complaint = ask("公司", "--city", city, "--json")
    assert (status, out) == (2, "")
    assert CITY in complaint
