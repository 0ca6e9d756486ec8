"""What this room's tests share: a small synthetic Hangzhou and a warrant."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tongban.base.actors import SYSTEM, Warrant
from tongban.registries import actions

CITY = "330100"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WARRANT = Warrant(actor=SYSTEM, purpose="apply", case="T-1")


@pytest.fixture
def divisions(db):
    """The country's divisions."""
    actions.load_divisions(by=SYSTEM, now=NOW)


@pytest.fixture
def hangzhou(divisions):
    """A society of 600 people, 40 firms and 300 places."""
    return actions.load_synthetic(city=CITY, people=600, firms=40, places=300, seed=7, by=SYSTEM, now=NOW)
