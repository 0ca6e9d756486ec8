"""A very small browser: it knows only what stands in the HTML. Cookies, links, forms with what is filled in already."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx

VOID = {"input", "br", "hr", "img", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}


class NotThere(Exception):
    """The page has no such link, form or text; the message ends with the page's words."""


@dataclass
class Form:
    """One form: where it goes, and its fields as (name, value) pairs that would be sent as they stand."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """What a page says: text, links, forms."""

    def __init__(self, html: str, url: str, status: int) -> None:
        super().__init__(convert_charrefs=True)
        self.url, self.status = url, status
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.heading = ""
        self._form: Form | None = None
        self._open: list[str] = []
        self._link: list[str] | None = None
        self._button: dict[str, Any] | None = None
        self._select: dict[str, Any] | None = None
        self._area: dict[str, Any] | None = None
        self._label: list[str] | None = None
        self._labelled: dict[str, str] = {}
        self._ids: dict[str, tuple[str, str]] = {}
        self._in_h1 = False
        self.feed(html)

    @property
    def text(self) -> str:
        """All words of the page on one line."""
        return re.sub(r"\s+", " ", " ".join(self.words)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(urljoin(self.url, given.get("action") or self.url), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a":
            self._link = [given.get("href", "")]
        elif tag == "button":
            self._button = {**given, "text": ""}
        elif tag == "select":
            self._select = {"name": given.get("name", ""), "value": None, "first": None}
        elif tag == "option" and self._select is not None:
            self._option(given)
        elif tag == "textarea":
            self._area = {"name": given.get("name", ""), "text": ""}
        elif tag == "input":
            self._input(given)
        elif tag == "h1":
            self._in_h1 = True
        elif tag in ("script", "style", "template"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "a" and self._link is not None:
            self.links.append((re.sub(r"\s+", " ", " ".join(self._link[1:])).strip(), urljoin(self.url, self._link[0])))
            self._link = None
        elif tag == "button" and self._button is not None:
            self._end_button()
        elif tag == "select" and self._select is not None:
            self._end_select()
        elif tag == "textarea" and self._area is not None:
            self._add(self._area["name"], self._area["text"].removeprefix("\n"))
            self._area = None
        elif tag == "h1":
            self._in_h1 = False
        elif self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            return
        if self._area is not None:
            self._area["text"] += data
            return
        if self._link is not None:
            self._link.append(data.strip())
        if self._button is not None:
            self._button["text"] += data
        if self._in_h1:
            self.heading += data
        self.words.append(data)

    def _input(self, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text").lower()
        if not name or "disabled" in given:
            return
        if kind in ("radio", "checkbox"):
            if self._form is not None:
                self._form.names.add(name)
                self._form.choices.setdefault(name, []).append((given.get("value", "on"), given.get("id", "")))
            if "checked" in given:
                self._add(name, given.get("value", "on"))
        elif kind == "file":
            if self._form is not None:
                self._form.files.add(name)
        elif kind in ("submit", "image", "button", "reset"):
            if self._form is not None and kind == "submit":
                self._form.buttons.append((name, given.get("value", ""), given.get("value", "")))
        else:
            self._add(name, given.get("value", ""))

    def _option(self, given: dict[str, str]) -> None:
        assert self._select is not None
        if self._select["first"] is None:
            self._select["first"] = given.get("value", "")
        if "selected" in given:
            self._select["value"] = given.get("value", "")

    def _end_select(self) -> None:
        assert self._select is not None
        value = self._select["value"] if self._select["value"] is not None else self._select["first"]
        self._add(self._select["name"], value or "")
        self._select = None

    def _end_button(self) -> None:
        assert self._button is not None
        if self._form is not None and self._button.get("type", "submit") == "submit":
            text = re.sub(r"\s+", " ", self._button["text"]).strip()
            self._form.buttons.append((self._button.get("name", ""), self._button.get("value", ""), text))
        self._button = None

    def _add(self, name: str, value: str) -> None:
        if self._form is not None and name:
            self._form.names.add(name)
            self._form.fields.append((name, value))


class Browser:
    """One person's browser: its cookies, the page that is open, what can be done from it."""

    def __init__(self, url: str, *, language: str = "zh-CN", agent: str = "phone") -> None:
        headers = {"Accept-Language": language, "User-Agent": f"main-job/{agent}", "Accept": "text/html"}
        self.client = httpx.Client(follow_redirects=True, timeout=30, headers=headers)
        self.base = url
        self.page: Page | None = None

    def open(self, path: str) -> Page:
        """Go to an address of the base (or a whole one)."""
        return self._show(self.client.get(urljoin(self.base, path)))

    def follow(self, words: str) -> Page:
        """Follow the first link whose text holds ``words`` or whose address ends so."""
        page = self._page()
        for text, href in page.links:
            if words in text or href.endswith(words):
                return self._show(self.client.get(href))
        raise NotThere(f"no link “{words}” on {page.url}: {page.text[:600]}")

    def form(self, *, holds: str = "", to: str = "", button: str = "") -> Form:
        """The first form with a field ``holds``, an address ending in ``to``, a button that says ``button``."""
        page = self._page()
        for form in page.forms:
            fits = (not holds or holds in form.names | form.files) and (
                not to or re.search(to + r"(\?|$)", form.action)
            )
            if fits and (not button or any(button in text for _, _, text in form.buttons)):
                return form
        raise NotThere(f"no form ({holds} {to} {button}) on {page.url}: {page.text[:600]}")

    def submit(
        self,
        form: Form,
        values: dict[str, Any] | None = None,
        *,
        button: str = "",
        files: dict[str, Any] | None = None,
        allowed: tuple[int, ...] = (200,),
    ) -> Page:
        """Send a form as it stands with ``values`` in place of its own, pressing the button that says ``button``."""
        values = values or {}
        sent = [(n, v) for n, v in form.fields if n not in values]
        for name, value in values.items():
            sent += [(name, each) for each in (value if isinstance(value, list) else [value])]
        pressed = next((b for b in form.buttons if button in b[2]), None) if button else next(iter(form.buttons), None)
        if button and pressed is None:
            raise NotThere(f"no button “{button}” among {[b[2] for b in form.buttons]}")
        if pressed and pressed[0]:
            sent = [(n, v) for n, v in sent if n != pressed[0]] + [(pressed[0], pressed[1])]
        if form.method == "get":
            return self._show(self.client.get(form.action, params=sent), allowed)
        data: dict[str, list[str]] = {}
        for name, value in sent:
            data.setdefault(name, []).append(value)
        return self._show(
            self.client.post(form.action, data=data, files=files, headers={"Referer": self._page().url}), allowed
        )

    def download(self, href: str) -> bytes:
        """The bytes behind a link."""
        answer = self.client.get(urljoin(self.base, href))
        if answer.status_code != 200:
            raise NotThere(f"{href} answers {answer.status_code}")
        return answer.content

    def _show(self, answer: httpx.Response, allowed: tuple[int, ...] = (200,)) -> Page:
        self.page = Page(answer.text, str(answer.url), answer.status_code)
        if answer.status_code not in allowed:
            raise NotThere(f"{answer.url} answers {answer.status_code}: {self.page.text[:900]}")
        return self.page

    def _page(self) -> Page:
        if self.page is None:
            raise NotThere("nothing is open")
        return self.page
