"""Somebody who has no pointer: everything is reached with Tab and the arrows, and pressed with Enter or the space bar."""

from __future__ import annotations

from playwright.sync_api import Locator

from demo.hands import Person

FAR = 200  # strokes after which nobody looks any further

# Where the focus is, and whether one can see that it is there.
HERE = """wanted => {
  const e = document.activeElement, places = [e, ...(e.labels || [])];
  const ringed = (style) => style.boxShadow !== "none" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  const seen = places.some((place) => ["", "::before"].some((part) => ringed(getComputedStyle(place, part))));
  return {there: wanted === e || (e.type === "radio" && e.name === wanted.name), unseen: e !== document.body && !seen};
}"""


class ByKeyboard(Person):
    """A person at a phone-size page with a keyboard; ``strokes`` counts every key but typed text."""

    strokes = 0

    def stroke(self, key: str) -> None:
        self.strokes += 1
        self.page.keyboard.press(key)

    def reach(self, target: Locator) -> None:
        """Tab until the focus is there; on the way it can always be seen."""
        wanted = target.element_handle()
        for _ in range(FAR):
            found = self.page.evaluate(HERE, wanted)
            assert not found["unseen"], "the focus cannot be seen: " + self._focused()
            if found["there"]:
                return
            self.stroke("Tab")
        raise AssertionError(f"the keyboard does not get there: {target} at {self.page.url}, but to {self._focused()}")

    def _focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.outerHTML"))[:300] + " at " + self.page.url

    def go(self, target: Locator, name: str = "") -> object:
        self.reach(target)
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.stroke("Enter")
        return self.look(name)

    def put(self, field: str, value: str) -> None:
        entry = self.page.locator(f'main [name="{field}"]').filter(visible=True)
        kind = entry.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            self._choose(self.page.locator(f'main [name="{field}"][value="{value}"]'), kind)
            return
        self.reach(entry.first)
        if entry.first.locator("option").count():
            chosen = entry.first.locator(f'option[value="{value}"]').inner_text()
            self.page.keyboard.type(chosen)
            assert entry.first.input_value() == value, f"typing {chosen} chooses {entry.first.input_value()}"
        else:
            self.stroke("Control+a")
            self.page.keyboard.type(value)

    def _choose(self, choice: Locator, kind: str) -> None:
        self.reach(choice)
        if kind == "checkbox":
            if not choice.is_checked():
                self.stroke("Space")
            return
        for _ in range(FAR):
            if choice.is_checked():
                return
            self.stroke("Space" if self.page.evaluate("!document.activeElement.checked") else "ArrowDown")
        raise AssertionError(f"no arrow leads to {choice} at {self.page.url}")
