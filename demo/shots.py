"""``make shots``: pictures of every page of every door, in Chinese and English, on a phone and a desk.

The pages are those of the walk (tests/stories/pages). Uses the demonstration that runs in ``var``, else starts one
of its own. All go to docs/pictures/shots with a contact sheet for each door; the few that the documents show are chosen
by name and made smaller.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from demo import browser as chromium
from demo.hands import ARGUMENTS, DESK, PHONE, Stage
from demo.run import Demonstration
from demo.world import REPOSITORY
from tests.stories import pages
from tests.stories.pages import Visit
from tests.stories.windows import LANGUAGES, Windows

PICTURES = REPOSITORY / "docs" / "pictures"
SHOTS = PICTURES / "shots"
SIZES = {"390": PHONE, "1440": DESK}
CHOSEN = {
    "portal-home-zh-1440": "home", "portal-bundle-en-1440": "bundle", "portal-question-firm_name-zh-390": "question",
    "portal-materials-zh-390": "materials", "portal-case-under-way-zh-1440": "case", "desk-case-to-examine-zh-1440": "desk",
}  # fmt: skip
LARGEST = 200_000  # octets of a picture in the documents


class Camera:
    """Takes every page of the walk in both languages and both widths, then lays each door's on contact sheets."""

    def __init__(self, stage: Stage) -> None:
        self.windows, self.taken, self.wrong = Windows(stage), list[str](), list[str]()
        self.urls = {adcode: node["url"] for adcode, node in stage.known["nodes"].items()}

    def __call__(self, visit: Visit) -> None:
        for language in LANGUAGES:
            page = self.windows.page(visit, language, elder=False)
            answer = page.goto(self.urls[visit.node] + visit.path, wait_until="load")
            if answer is None or answer.status != visit.status:
                self.wrong.append(f"{visit.name} {language}: {answer.status if answer else 'no answer'}")
                continue
            for width, size in SIZES.items():
                page.set_viewport_size(size)
                page.screenshot(path=SHOTS / f"{visit.name}-{language}-{width}.png", full_page=True, animations="disabled")
        self.taken.append(visit.name)


def sheets(names: list[str]) -> list[Path]:
    """Contact sheets: a door's pages in one language and width beside one another, twelve or five a row."""
    made = []
    for door in sorted({name.split("-", 1)[0] for name in names}):
        own = [name for name in names if name.split("-", 1)[0] == door]
        for language in LANGUAGES:
            for width, across in (("390", 8), ("1440", 4)):
                made.append(_sheet(f"sheet-{door}-{language}-{width}", own, language, width, across))
    return made


def _sheet(name: str, pages: list[str], language: str, width: str, across: int) -> Path:
    cell_w, cell_h = (240, 560) if width == "390" else (480, 400)
    rows = -(-len(pages) // across)
    sheet = Image.new("RGB", (across * (cell_w + 12) + 12, rows * (cell_h + 36) + 12), "#9aa5ae")
    pen = ImageDraw.Draw(sheet)
    for place, page in enumerate(pages):
        path = SHOTS / f"{page}-{language}-{width}.png"
        if not path.exists():
            continue
        x, y = 12 + place % across * (cell_w + 12), 12 + place // across * (cell_h + 36)
        with Image.open(path) as picture:
            high = round(picture.height * cell_w / picture.width)
            small = picture.convert("RGB").resize((cell_w, high)).crop((0, 0, cell_w, min(high, cell_h)))
        sheet.paste(small, (x, y + 20))
        pen.text((x, y + 4), page[:40], fill="#14202b")
    path = SHOTS / f"{name}.png"
    sheet.save(path, optimize=True)
    return path


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


@contextmanager
def routes() -> Iterator[None]:
    """The routes that the walk reads, of a node that nobody serves."""
    from tongban.wiring import testing

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.wiring.settings")
    django.setup()
    try:
        yield
    finally:
        shutil.rmtree(testing.HOME, ignore_errors=True)


def main() -> int:
    """Walk over every page and picture it; the documents' six come from the same walk."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with routes(), known() as people, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(ARGUMENTS))
        stage = Stage(people, browser, lambda name, page: None)
        camera = Camera(stage)
        for visit in pages.walk(stage):
            camera(visit)
        browser.close()
    made = sheets(camera.taken)
    choose()
    wrong = [*stage.broken, *camera.wrong]
    print(f"{len(camera.taken)} pages and {len(made)} contact sheets in {SHOTS}; wrong: {wrong or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
