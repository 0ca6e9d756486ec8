"""Every page of every door in both languages and both sizes of letters: axe, widths, targets, words, headings."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from demo.hands import Stage
from tests.stories import pages
from tests.stories.pages import Visit

JUDGE = (Path(__file__).parent / "judge.js").read_text("utf-8")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
HOW = {"resultTypes": ["violations"]}
# In elder mode the same document is set larger: only what depends on how it is set is asked again.
SET = {**HOW, "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable", "meta-viewport"]}
LANGUAGES = ("zh", "en")
NARROW, PHONE = 320, 390

# What may stand in Chinese on an English page although nothing marks it, and why.
MAY_BE_CHINESE = ", ".join((
    ".roundel",  # the mark of a city is one Chinese character
    "input, textarea, option",  # what somebody typed
))  # fmt: skip
# What may stand in Latin letters on a Chinese page.
MAY_BE_LATIN = ", ".join(("code", "kbd", ".digest", ".breaks", "input", "textarea"))  # codes, keys, digests, what somebody typed
NAMES = ["PDF", "JPG", "JPEG", "PNG", "DEMO", "Tongban", "English", "JWS", "SHA"]


class Windows:
    """One window for each person, language and size of letters; kept, for opening one takes longer than a page."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.open: dict[tuple[str, str, str, bool], tuple[Any, BrowserContext]] = {}

    def page(self, visit: Visit, language: str, elder: bool) -> Page:
        """Opened anew when the person's session has changed."""
        key = (visit.who, visit.node, language, elder)
        session = self.stage.kept.get(visit.who)
        if key not in self.open or self.open[key][0] is not session:
            if key in self.open:
                self.open[key][1].close()
            self.open[key] = (session, self._new(visit, language, elder))
        return self.open[key][1].pages[0]

    def _new(self, visit: Visit, language: str, elder: bool) -> BrowserContext:
        context = self.stage.browser.new_context(
            storage_state=self.stage.kept.get(visit.who), viewport={"width": PHONE, "height": 844}, locale="zh-CN",
            reduced_motion="reduce",
        )  # fmt: skip
        url = self.stage.known["nodes"][visit.node]["url"]
        chosen = {"lang": language, "elder": "1" if elder else "0"}
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in chosen.items()])
        context.add_init_script(AXE)
        context.new_page()
        return context


class Rounds:
    """Goes to every page in all four ways and writes down what is wrong."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.windows = stage, Windows(stage)
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
        page.set_viewport_size({"width": PHONE, "height": 844})
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


def test_every_page_is_fit_to_be_seen(stage: Stage) -> None:
    rounds = Rounds(stage)
    for visit in pages.walk(stage):
        rounds.go(visit)
    told = [f"{name}: {each}" for name, wrong in rounds.wrong.items() for each in dict.fromkeys(wrong)]
    assert not told, f"{len(told)} faults\n" + "\n".join(told)
    missing = pages.lacking(rounds.visits)
    assert not missing, "pages that nobody visits (tests/stories/pages.py): " + ", ".join(missing)
