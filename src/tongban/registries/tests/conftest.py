"""What this room's tests share: the small Hangzhou of the session, what lists of roads say, and a warrant."""

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
def hangzhou(society, db):
    """The small city: 600 people, 40 firms, 300 places; how many rows of each there are."""
    return actions.load_synthetic(city=CITY, by=SYSTEM, now=NOW)
