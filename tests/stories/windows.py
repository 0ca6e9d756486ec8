"""Windows of a walk over every page: for the judge, and for the camera."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import BrowserContext, Page

from demo.hands import PHONE, Stage
from tests.stories.pages import Visit

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
LANGUAGES = ("zh", "en")


class Windows:
    """One window for each person, language and size of letters; kept, for opening one takes longer than a page."""

    def __init__(self, stage: Stage, *, script: str = "") -> None:
        self.stage, self.script = stage, script
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
            storage_state=self.stage.kept.get(visit.who), viewport=PHONE, locale="zh-CN",
            reduced_motion="reduce",
        )  # fmt: skip
        url = self.stage.known["nodes"][visit.node]["url"]
        chosen = {"lang": language, "elder": "1" if elder else "0"}
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in chosen.items()])
        if self.script:
            context.add_init_script(self.script)
        context.new_page()
        return context
