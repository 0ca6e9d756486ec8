"""What this room's tests share: a small synthetic Hangzhou on its own roads, and a warrant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from tongban.base.actors import SYSTEM, Warrant
from tongban.registries import actions

CITY = "330100"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CITIES = Path(__file__).parents[4] / "cities"
WARRANT = Warrant(actor=SYSTEM, purpose="apply", case="T-1")


def roads(city):
    """What the city's ``roads.yaml`` says."""
    return yaml.safe_load((CITIES / city / "roads.yaml").read_text("utf-8"))


@pytest.fixture
def divisions(db):
    """The country's divisions, with the streets of Hangzhou."""
    actions.load_divisions(city=CITY, by=SYSTEM, now=NOW)


@pytest.fixture
def hangzhou(divisions):
    """A society of 600 people, 40 firms and 300 places."""
    sizes = {"people": 600, "firms": 40, "places": 300}
    return actions.load_synthetic(city=CITY, roads=roads(CITY), **sizes, seed=7, by=SYSTEM, now=NOW)
