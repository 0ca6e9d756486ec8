"""A pytest plug-in that gives each test session a node's folder of its own, before Django reads its settings."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from tongban.base.calendar import SHANGHAI
from tongban.identity.hashing import Argon2id
from tongban.wiring import creation, postgres

HOME = Path(tempfile.mkdtemp(prefix="tongban-test-"))
HOME.chmod(0o755)
# When the small city of the tests was filled, and when its stories begin: a Monday in office hours.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
os.environ["TONGBAN_HOME"] = str(HOME)
os.environ.pop("DATABASE_URL", None)
NODE = {
    "adcode": "330100",
    "demo": True,
    "kinds": False,  # a test that wants the thousand items of kinds publishes those that it needs
    "synthetic": {"people": 600, "firms": 40, "places": 300},
    "base_url": "http://testserver",
    "database": "postgresql://nobody:nobody@127.0.0.1:1/none",
}
(HOME / "node.json").write_text(json.dumps(NODE))
# What a node spends on a password is right for a node; here dozens of officers are made for every process of a session.
Argon2id.time_cost, Argon2id.memory_cost = 1, 8
creation.make_keys(HOME, adcode="330100", demo=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the session's PostgreSQL and leave nothing behind."""
    postgres.stop(HOME / "pg")
    shutil.rmtree(HOME, ignore_errors=True)
