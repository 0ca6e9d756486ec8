"""Stories in a real browser: one demonstration for all of them, every named page judged by axe once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from demo import browser as chromium
from demo.hands import ARGUMENTS, Stage
from demo.run import Demonstration

SMALL = {"people": 600, "firms": 60, "places": 400}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium and running nodes. Each process has a world of its own, which its stories share."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def world() -> Iterator[Demonstration]:
    """Both cities with a small society, and the outside parties, on free ports; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tongban-stories-"))
    folder.chmod(0o755)
    demonstration = Demonstration(folder, synthetic=SMALL, usual_ports=False)
    try:
        demonstration.start()
        yield demonstration
    finally:
        demonstration.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def var(request: pytest.FixtureRequest) -> Path:
    """The demonstration's folder. ``TONGBAN_STORIES`` names the one of a demonstration that runs already."""
    running = os.environ.get("TONGBAN_STORIES")
    return Path(running) if running else request.getfixturevalue("world").world.var


@pytest.fixture(scope="session")
def known(var: Path) -> dict[str, Any]:
    """What everybody knows by heart."""
    return dict(json.loads((var / "demo-accounts.json").read_text("utf-8")))


class Judge:
    """Looks at every named page once: axe, no sideways scrolling on a phone of 320 px."""

    def __init__(self) -> None:
        self.axe, self.judged, self.wrong = Axe(), set[str](), list[str]()
        self.seconds = 0.0

    def __call__(self, name: str, page: Page) -> None:
        if name in self.judged:
            return
        began = time.monotonic()
        self.judged.add(name)
        found = self.axe.run(page).response["violations"]
        for each in found:
            where = "; ".join(n["html"][:160] for n in each["nodes"][:3])
            self.wrong.append(f"{name}: {each['id']} ({each['impact']}): {where}")
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 700})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.wrong.append(f"{name}: {over} px too wide at 320 px")
        if size:
            page.set_viewport_size(size)
        self.seconds += time.monotonic() - began


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge()


@pytest.fixture(scope="session")
def _stage(known: dict[str, Any], judge: Judge) -> Iterator[Stage]:
    path = chromium.find()
    if path is None:
        pytest.fail("Chromium is missing: python -m demo.browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield Stage(known, browser, judge)
        browser.close()


@pytest.fixture
def stage(_stage: Stage, judge: Judge) -> Iterator[Stage]:
    """The people of one story. At its end: no page broke on the server, none that was seen fails axe."""
    _stage.broken.clear()
    judge.wrong.clear()
    yield _stage
    for context in list(_stage.browser.contexts):
        with contextlib.suppress(Exception):
            context.close()
    assert not _stage.broken, "the server broke:\n" + "\n".join(_stage.broken)
    assert not judge.wrong, "pages fail:\n" + "\n".join(judge.wrong)
