"""``make shots``: pictures of every page of the journey, in Chinese and English, on a phone and a desk.

Uses the demonstration that runs in ``var``, else starts one of its own. All go to docs/pictures/shots; the few that the
documents show are chosen by name and made smaller.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from demo import browser as chromium
from demo.hands import ARGUMENTS, DESK, PHONE, Stage
from demo.run import Demonstration
from demo.world import REPOSITORY
from tests.stories import test_a_main_job as story

PICTURES = REPOSITORY / "docs" / "pictures"
SHOTS = PICTURES / "shots"
SIZES = {"390": PHONE, "1440": DESK}
CHOSEN = {
    "home-zh-1440": "home", "guide-en-1440": "guide", "phone-question-firm_name-zh-390": "question",
    "materials-zh-390": "materials", "case-granted-zh-1440": "case", "desk-case-to-examine-zh-1440": "desk",
}  # fmt: skip
LARGEST = 200_000  # octets of a picture in the documents


class Camera:
    """Takes a page as it is, then the same address in English where it can be asked for again."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def __call__(self, name: str, page: Page) -> None:
        if name in self.taken:
            return
        self.taken.append(name)
        self._sizes(page, f"{name}-zh")
        browser = page.context.browser
        assert browser
        context = browser.new_context(storage_state=page.context.storage_state(), locale="en-GB", viewport=PHONE)
        other = context.new_page()
        answer = other.goto(page.url, wait_until="load")
        if answer and answer.ok:
            self._sizes(other, f"{name}-en")
        context.close()

    @staticmethod
    def _sizes(page: Page, name: str) -> None:
        before = page.viewport_size
        for width, size in SIZES.items():
            page.set_viewport_size(size)
            page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True, animations="disabled")
        if before:
            page.set_viewport_size(before)


def choose() -> None:
    """Make the pictures of the documents: at most two screens high, few colours, under ``LARGEST``."""
    for shot, name in CHOSEN.items():
        with Image.open(SHOTS / f"{shot}.png") as picture:
            high = min(picture.height, 1100 if picture.width > 800 else 1200)
            cut = picture.convert("RGB").crop((0, 0, picture.width, high))
        for colours in (256, 128, 64, 32):
            cut.quantize(colours).save(PICTURES / f"{name}.png", optimize=True)
            if (PICTURES / f"{name}.png").stat().st_size < LARGEST:
                break


@contextmanager
def known() -> Iterator[dict[str, Any]]:
    """What everybody knows by heart, of a demonstration that runs, or of one that runs as long as this."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "var"
    accounts = folder / "demo-accounts.json"
    if accounts.exists() and _answers(found := json.loads(accounts.read_text("utf-8"))):
        yield found
        return
    own = Path(tempfile.mkdtemp(prefix="tongban-shots-"))
    own.chmod(0o755)
    demonstration = Demonstration(own, usual_ports=False)
    try:
        yield demonstration.start()
    finally:
        demonstration.stop()
        shutil.rmtree(own, ignore_errors=True)


def _answers(found: dict[str, Any]) -> bool:
    try:
        return all(urllib.request.urlopen(node["url"], timeout=5).status == 200 for node in found["nodes"].values())
    except (urllib.error.URLError, OSError):
        return False


def main() -> int:
    """Tell the main job once and picture its pages."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    camera = Camera()
    with known() as people, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(ARGUMENTS))
        stage = Stage(people, browser, camera)
        story.a_firm_is_founded(stage, script=True)
        browser.close()
    choose()
    print(f"{len(camera.taken)} pages in {SHOTS}; broken: {stage.broken or 'none'}")
    return 1 if stage.broken else 0


if __name__ == "__main__":
    sys.exit(main())
