"""Every page of every door in both languages and both sizes of letters: axe, widths, targets, words, headings."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from demo.hands import Stage
from tests.stories import pages
from tests.stories.pages import Visit
from tests.stories.windows import AXE, LANGUAGES, PHONE, Windows

JUDGE = (Path(__file__).parent / "judge.js").read_text("utf-8")
HOW = {"resultTypes": ["violations"]}
# In elder mode the same document is set larger: only what depends on how it is set is asked again.
SET = {**HOW, "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable", "meta-viewport"]}
NARROW = 320

# What may stand in Chinese on an English page although nothing marks it, and why.
MAY_BE_CHINESE = ", ".join((
    ".roundel",  # the mark of a city is one Chinese character
    "input, textarea, option, .typed",  # what somebody typed
))  # fmt: skip
# What may stand in Latin letters on a Chinese page.
MAY_BE_LATIN = "code, kbd, .digest, .breaks, input, textarea, .typed"  # codes, keys, digests, what somebody typed
NAMES = ["PDF", "CSV", "ZIP", "OpenAPI", "JPG", "JPEG", "PNG", "DEMO", "Tongban", "English", "JWS", "SHA", "JSON", "Linux", "Chrome"]


class Rounds:
    """Goes to every page in all four ways and writes down what is wrong."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.windows = stage, Windows(stage, script=AXE)
        self.visits: list[Visit] = []
        self.wrong: dict[str, list[str]] = defaultdict(list)
        self.shapes: dict[tuple[str, str], str] = {}

    def go(self, visit: Visit) -> None:
        self.visits.append(visit)
        for elder in (False, True):
            for language in LANGUAGES:
                page = self.windows.page(visit, language, elder)
                said = f"{visit.name} {language}{' elder' if elder else ''}"
                self.wrong[said] += self._look(page, visit, language, elder)

    def _look(self, page: Page, visit: Visit, language: str, elder: bool) -> list[str]:
        url = self.stage.known["nodes"][visit.node]["url"] + visit.path
        answer = page.goto(url, wait_until="load")
        if answer is None or answer.status != visit.status:
            return [f"answers {answer.status if answer else 'nothing'}, not {visit.status}"]
        if page.url.split("?")[0].rstrip("/") != url.split("?")[0].rstrip("/"):
            return [f"leads to {page.url}"]
        wrong = self._judged(page, language)
        page.set_viewport_size({"width": NARROW, "height": 700})
        wrong += [w for w in self._judged(page, language) if "too wide" in w or "to press" in w]
        page.set_viewport_size(PHONE)
        return wrong + self._axe(page, visit, language, elder)

    @staticmethod
    def _judged(page: Page, language: str) -> list[str]:
        compact = page.locator("html").get_attribute("data-density") == "compact"
        asked = {
            "chinese": language == "zh", "compact": compact, "mayBeChinese": MAY_BE_CHINESE, "mayBeLatin": MAY_BE_LATIN,
            "names": NAMES,
        }  # fmt: skip
        return list(page.evaluate(JUDGE, asked))

    def _axe(self, page: Page, visit: Visit, language: str, elder: bool) -> list[str]:
        shape = re.sub(r'<input[^>]*>|"[A-Za-z0-9]{64}"| data-elder(="")?|elder[^>]*>|\s+', "", page.content())
        same = elder and self.shapes.get((visit.name, language)) == shape
        self.shapes.setdefault((visit.name, language), shape)
        found: dict[str, Any] = page.evaluate("how => axe.run(document, how)", SET if same else HOW)
        return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}" for v in found["violations"]]


@pytest.mark.walk
def test_every_page_is_fit_to_be_seen(stage: Stage) -> None:
    rounds = Rounds(stage)
    for visit in pages.walk(stage):
        rounds.go(visit)
    told = [f"{name}: {each}" for name, wrong in rounds.wrong.items() for each in dict.fromkeys(wrong)]
    assert not told, f"{len(told)} faults\n" + "\n".join(told)
    missing = pages.lacking(rounds.visits)
    assert not missing, "pages that nobody visits (tests/stories/pages): " + ", ".join(missing)


def test_a_first_page_weighs_less_than_100_kilobytes(known: dict[str, Any]) -> None:
    """As it comes over the wire, with its style sheets and scripts, without fonts; and the next page far less."""
    for node in known["nodes"].values():
        with httpx.Client(base_url=node["url"], headers={"Accept-Encoding": "gzip", "Accept": "text/html"}) as client:
            page = client.get("/")
            parts = re.findall(r'(?:href|src)="(/(?:static|ui)/[^"]+\.(?:css|js)[^"]*)"', page.text)
            answers = [client.get(part) for part in parts]
        weights = {"/": page.num_bytes_downloaded}
        weights |= {path: answer.num_bytes_downloaded for path, answer in zip(parts, answers, strict=True)}
        assert page.headers["Content-Encoding"] == "gzip" and len(parts) >= 4
        assert sum(weights.values()) <= 100_000, weights
        for path, answer in zip(parts, answers, strict=True):
            assert "immutable" in answer.headers["Cache-Control"], f"{path} is asked for again with every page"
