"""People and officers at a real browser: what they press and type. Used by the stories and by the pictures.

Knows addresses, what people know by heart, and the pages; imports nothing of Tongban.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import pyotp
from playwright.sync_api import Browser, Locator, Page, Response, TimeoutError

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SYLLABLES = "星云海岚松柏泽瑞启恒润嘉禾锦程远航晨曦卓越鼎盛弘毅博雅睿思慧通智联创新"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SAVE = "保存并继续"
Answer = Callable[["Person"], None] | str


class Stage:
    """One browser with everybody in it. ``known`` is ``demo.accounts``; ``seen(name, page)`` is called at every page."""

    def __init__(self, known: dict[str, Any], browser: Browser, seen: Callable[[str, Page], None]) -> None:
        self.known, self.browser, self.seen = known, browser, seen
        self.kept: dict[str, Any] = {}
        self.broken: list[str] = []

    def person(self, node: str, key: str, **how: Any) -> Person:
        """A resident by node and key, signed in and proven; the session is kept for the next time."""
        return Person(self, node, self.known["nodes"][node]["people"][key], **how).enter()

    def stranger(self, node: str, key: str, **how: Any) -> Person:
        """The same before signing in."""
        return Person(self, node, self.known["nodes"][node]["people"][key], **how)

    def officer(self, node: str, username: str, **how: Any) -> Officer:
        """An officer at a desk, signed in."""
        return Officer(self, node, self.known["nodes"][node]["officers"][username], **how).enter()

    def outside(self, name: str) -> Operator:
        """The operator of an outside party."""
        return Operator(self.known["sandboxes"][name])


class Hand:
    """One browser window of somebody."""

    def __init__(self, stage: Stage, node: str, who: dict[str, Any], size: dict[str, int], **how: Any) -> None:
        self.stage, self.node, self.who = stage, node, who
        self.url = stage.known["nodes"][node]["url"]
        self.key = f"{node}:{who.get('key') or who['username']}"
        self.script = script = how.pop("javascript", True)
        self.context = stage.browser.new_context(
            viewport=size, locale="zh-CN", java_script_enabled=script, storage_state=stage.kept.get(self.key), **how
        )
        self.context.set_default_timeout(30_000)
        self.page = self.context.new_page()
        self.page.on("response", self._watch)

    def _watch(self, response: Response) -> None:
        # 503 is an answer: it says which city or office cannot be reached and what to do.
        if response.status >= 500 and response.status != 503:
            self.stage.broken.append(f"{response.status} {response.request.method} {response.url}")

    def stands(self, path: str) -> bool:
        """Whether a session is kept, and a page for whom it is of opens: nobody has ended it, nor has it ended by itself, nor
        was it left while acting for somebody else."""
        if self.key not in self.stage.kept:
            return False
        answer = self.context.request.get(self.url + path, max_redirects=0)
        return answer.status == 200 and 'class="acting"' not in answer.text()

    def keep(self) -> None:
        """Keep the session for the next window of the same person."""
        self.stage.kept[self.key] = self.context.storage_state()

    def open(self, path: str, name: str = "") -> Page:
        """Go to a path of the node, or a whole address."""
        self.page.goto(path if path.startswith("http") else self.url + path, wait_until="domcontentloaded")
        return self.look(name)

    def look(self, name: str) -> Page:
        """Look at the page; named pages are judged or pictured."""
        if name and self.script:
            self.stage.seen(name, self.page)
        elif name:
            self._twin(name)
        return self.page

    def _twin(self, name: str) -> None:
        """Where no script runs nothing can be measured either: the same page, as it came, in a window that has script."""
        html, url = self.page.content(), self.page.url
        context = self.stage.browser.new_context(viewport=self.page.viewport_size, locale="zh-CN")
        page = context.new_page()
        page.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(url, wait_until="domcontentloaded")
        self.stage.seen(name, page)
        context.close()

    def press(self, text: str, name: str = "", *, within: str = "main") -> Page:
        """Press the button or link that begins with these words, and wait for the next page."""
        start = re.compile(rf"^\s*{re.escape(text)}")
        self.page.wait_for_load_state("load")  # before its style sheets came, what is hidden seems to be there
        place = self.page.locator(within)
        found = place.locator("button, a").filter(has_text=start).filter(visible=True).first
        try:
            found.wait_for()
        except TimeoutError as none:
            raise AssertionError(f"nothing to press begins with {text}: {self.page.url} {self.text()[:900]}") from none
        return self.go(found, name)

    def begin(self, name: str = "") -> Page:
        """Begin a draft from a guide: anew where one of the same service is there already."""
        anew = self.page.locator("main button").filter(has_text="重新开始").filter(visible=True)
        return self.press("重新开始" if anew.count() else "开始办理", name)

    def go(self, target: Locator, name: str = "") -> Page:
        """Press something and wait for the page that it leads to."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            target.click()
        return self.look(name)

    def type(self, **values: str) -> None:
        """Fill in fields by name; ``-`` in names is written ``_0`` by ``put``."""
        for field, value in values.items():
            self.put(field, value)

    def put(self, field: str, value: str) -> None:
        """Fill in one field: text, a choice, a list."""
        entry = self.page.locator(f'main [name="{field}"]').filter(visible=True)
        first = entry.first
        if first.get_attribute("type") in ("radio", "checkbox"):
            self.page.locator(f'main [name="{field}"][value="{value}"]').check(force=True)
        elif first.locator("option").count():
            first.select_option(value)
        else:
            first.fill(value)

    def until(self, what: str, look: Callable[[], Any], patience: float = 60) -> Any:
        """Look again until there is something."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.4)
        raise AssertionError(f"waited {patience:.0f} s for: {what}; at {self.page.url}: {self.text()[:600]}")

    def text(self) -> str:
        """The words of the page's main part."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def close(self) -> None:
        self.context.close()


class Person(Hand):
    """Somebody on a phone."""

    def __init__(self, stage: Stage, node: str, who: dict[str, Any], **how: Any) -> None:
        super().__init__(stage, node, who, how.pop("size", PHONE), **how)

    def enter(self) -> Person:
        """Sign in unless a session is kept that still stands."""
        if not self.stands("/space"):
            self.context.clear_cookies()
            self.sign_in()
            self.keep()
        return self

    def sign_in(self, *, names: bool = False) -> None:
        """Mobile and code, name and number, then the face or national-ID port."""
        said = (lambda name: name) if names else (lambda name: "")
        self.open("/sign-in", said("sign-in"))
        self.put("mobile", self.who["mobile"])
        before = self.codes()
        self.press("发送验证码", said("code"))
        self.put("code", self.until("the code", lambda: self._new(before)))
        self.press("登录", said("prove"))
        if "/prove" in self.page.url and "/face" not in self.page.url:
            self.type(name=self.who["name"], id_number=self.who["id_number"])
            self.press("核对身份")
        self.prove(said)

    def codes(self) -> list[str]:
        """Codes sent to this mobile, newest first, as the demonstration's phone shows them."""
        text = re.sub(r"<[^>]+>|\s+", " ", self.context.request.get(self.url + "/demo/outbox").text())
        return re.findall(rf"{self.who['mobile']}\D[^验c]*?.*?(?:验证码|code is)\s*(\d{{6}})", text)

    def _new(self, before: list[str]) -> str | None:
        codes = self.codes()
        return codes[0] if len(codes) > len(before) or codes[:1] != before[:1] else None

    def prove(self, said: Callable[[str], str] = lambda name: "") -> None:
        """The level-2 check at the port's own pages."""
        if not re.search(r"/prove/face(\?|$)", self.page.url):
            self.open("/prove/face")
        self.look(said("face"))
        self.press("开始核验", said("face-ready"))
        self.press("前往核验")
        self.look(said("face-port"))
        self.go(self.page.locator('button[value="match"]'))
        port = self.stage.known["sandboxes"]["face"]["url"]
        if self.page.url.startswith(port):
            self.go(self.page.locator(f'a[href^="{self.url}"]').first)

    # -- a draft -------------------------------------------------------------------------------------------------

    def start(self, city: str, code: str, *, names: str = "") -> str:
        """From the guide to a draft; gives the draft's path."""
        self.open(f"/services/{city}/{code}", names and f"{names}guide")
        self.begin(names and f"{names}draft")
        return self.page.url.removeprefix(self.url)

    def fill_in(self, answers: dict[str, Answer], *, names: str = "") -> int:
        """Answer question after question until there is none; gives how many."""
        self.press("继续填写")
        count = 0
        while found := re.search(r"/q/([\w-]+)", self.page.url):
            self.look(names and f"{names}question-{found[1]}")
            answer = answers[found[1]]
            if isinstance(answer, str):
                self.put("value", answer)
                self.press(SAVE)
            else:
                answer(self)
            count += 1
            assert count < 40, f"the questions do not end: {self.page.url} {self.text()[:600]}"
        return count

    def lock(self, draft: str, *, names: str = "") -> None:
        """Review and lock; again when the other city could not be reached just now, as the page says."""
        self.open(f"{draft}/review", names and f"{names}review")

        def locked() -> bool:
            self.press("确认无误")
            return self.page.url.endswith("/sign")

        self.until("the content to be locked", locked)
        self.look(names and f"{names}signers")

    def sign(self, *, names: str = "") -> None:
        """Read what is open to be signed and sign it; prove again when asked."""
        url = self.page.url
        self.look(names and f"{names}read")
        self.press("签名")
        if "/prove/face" in self.page.url:
            self.prove()
            if self.page.url != url:
                self.open(url)
            self.press("签名")

    def sign_mine(self, draft: str, *, names: str = "") -> None:
        """Sign everything of a draft that is the owner's to sign."""
        self.open(f"{draft}/sign")
        while self.page.locator("main a").filter(has_text=re.compile(r"阅读并签名")).count():
            self.press("阅读并签名")
            self.sign(names=names)
            self.open(f"{draft}/sign")

    def sign_invited(self, *, names: str = "") -> None:
        """Sign everything that others ask of this person."""
        self.open("/sign", names and f"{names}waiting")
        while self.page.locator('main a[href*="/sign/"]').count():
            self.go(self.page.locator('main a[href*="/sign/"]').first)
            self.sign(names=names)
            self.open("/sign")

    def submit(self, draft: str, *, names: str = "") -> str:
        """Submit; gives the case's number."""
        self.open(f"{draft}/sign", names and f"{names}all-signed")
        self.press("提交申请", names and f"{names}receipt")
        return self.number()

    def number(self) -> str:
        """The case number in the address."""
        found = re.search(r"/cases/([0-9A-Z]{30,50})", self.page.url)
        assert found, f"no case: {self.page.url} {self.text()[:600]}"
        return found[1]


class Officer(Hand):
    """Somebody at a desk."""

    def __init__(self, stage: Stage, node: str, who: dict[str, Any], **how: Any) -> None:
        super().__init__(stage, node, who, how.pop("size", DESK), **how)

    def enter(self) -> Officer:
        """Sign in with password and code unless a session is kept that still stands."""
        if not self.stands("/desk/"):
            self.open("/desk/sign-in", "desk-sign-in")
            self.until("a fresh code", self._try, 70)
            self.keep()
        return self

    def _try(self) -> bool:
        if "/desk/sign-in" not in self.page.url:
            return True
        self.type(username=self.who["username"], password=self.who["password"])
        self.put("code", pyotp.TOTP(self.who["totp_secret"]).now())
        self.press("登录工作台")
        if "/desk/sign-in" in self.page.url:
            time.sleep(5)
        return "/desk/sign-in" not in self.page.url

    def case(self, number: str, name: str = "") -> Page:
        """Open a case on its one screen."""
        return self.open(f"/desk/cases/{number}", name)

    def form(self, command: str, step: str = "") -> Locator:
        """The form of a command, of a step where several have it."""
        found = self.page.locator(f'form[action$="/{command}"]')
        return found.filter(has=self.page.locator(f'[name=step][value$=".{step}"]')) if step else found

    def do(self, number: str, command: str, button: str, *, step: str = "", name: str = "", **values: str) -> Page:
        """One command on a case, as its form stands on the screen."""
        self.case(number)
        form = self.form(command, step)
        assert form.count(), f"not offered {command} {step}: {self.text()[:800]}"
        fold = self.page.locator("details.fold").filter(has=form)
        if fold.count() and fold.first.get_attribute("open") is None:
            fold.first.locator("summary").first.click()
        for field, value in values.items():
            entry = form.locator(f'[name="{field}"]')
            box = entry.first.get_attribute("type") in ("radio", "checkbox")
            (form.locator(f'[value="{value}"]').check(force=True) if box else self._fill(entry.first, value))
        self.go(form.locator("button").filter(has_text=button).first)
        read = self.page.locator("form[data-confirm] button")
        if read.count():  # a letter is read before it is signed
            self.go(read.first)
        return self.look(name)

    @staticmethod
    def _fill(entry: Locator, value: str) -> None:
        entry.select_option(value) if entry.locator("option").count() else entry.fill(value)


class Operator:
    """Whoever works at an outside party's own system, through its control interface."""

    def __init__(self, box: dict[str, Any]) -> None:
        self.url, self.headers = box["url"], {"Authorization": f"Bearer {box['token'].strip()}"}

    def sees(self) -> dict[str, Any]:
        import httpx

        return dict(httpx.get(f"{self.url}/control", headers=self.headers, timeout=20).raise_for_status().json())

    def wishes(self, **wish: Any) -> None:
        import httpx

        httpx.post(f"{self.url}/control", headers=self.headers, json=wish, timeout=20).raise_for_status()


def free_name(city: str = "杭州") -> str:
    """A firm's name that no earlier story took."""
    return city + "".join(secrets.choice(SYLLABLES) for _ in range(4)) + "软件有限公司"
