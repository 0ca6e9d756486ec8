"""The main job, done as people do it: pages, forms and links, in browsers that know nothing but HTML.

A resident of Songjiang founds a company in Hangzhou without travelling. This imports nothing of Tongban: it reads the
forms out of the pages, and knows only addresses and what the people know by heart.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pyotp

from demo.browse import Browser, NotThere
from demo.steps import STEPS

HOME, AWAY, ITEM = "310117", "330100", "company-registration"
PATIENCE = 60.0


class Job:
    """One run: its people, their browsers, and what came of each step."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.known = json.loads(Path(told["accounts"]).read_text("utf-8"))
        self.report, self.folder = Path(told["report"]), Path(told["folder"])
        self.folder.mkdir(parents=True, exist_ok=True)
        self.nodes = self.known["nodes"]
        self.people = self.nodes[HOME]["people"]
        self.founder, self.partner = self.people["founder"], self.people["representative"]
        self.her = Browser(self.nodes[HOME]["url"])
        self.found: dict[str, Any] = {"addresses": told["addresses"]}
        self.desks: dict[str, Browser] = {}

    # -- what people do ------------------------------------------------------------------------------------------

    def enter(self, browser: Browser, person: dict[str, Any]) -> None:
        """Sign in by mobile and code, prove name and number, then the face or national-ID port."""
        browser.open("/sign-in")
        browser.submit(browser.form(holds="mobile"), {"mobile": person["mobile"]})
        code = self.code_for(person["mobile"])
        page = browser.submit(browser.form(holds="code"), {"code": code})
        if "/prove" in page.url and "/face" not in page.url:
            browser.submit(browser.form(holds="id_number"), {"name": person["name"], "id_number": person["id_number"]})
        self.prove(browser)

    def prove(self, browser: Browser) -> None:
        """The level-2 check at the port's own pages."""
        if not re.search(r"/prove/face(\?|$)", browser.page.url):
            browser.open("/prove/face")
        browser.submit(browser.form(to="/prove/face"))
        browser.follow("前往核验")
        browser.submit(
            browser.form(holds="choice") if self._has(browser, "choice") else browser.page.forms[0], {"choice": "match"}
        )
        if browser.page.url.startswith(self.known["sandboxes"]["face"]["url"]):
            browser.follow(self.nodes[HOME]["url"])

    @staticmethod
    def _has(browser: Browser, name: str) -> bool:
        return any(name in form.names for form in browser.page.forms)

    def code_for(self, mobile: str) -> str:
        """The newest code that was sent to a mobile, read on the demonstration's phone."""
        phone = Browser(self.nodes[HOME]["url"])
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            text = phone.open("/demo/outbox").text
            codes = re.findall(rf"{mobile}\D.*?(?:验证码|code is)\s*(\d{{6}})", text)
            if codes:
                return codes[0]
            time.sleep(0.3)
        raise NotThere(f"no code for {mobile}")

    def desk(self, username: str) -> Browser:
        """An officer's browser at the deciding city, signed in."""
        if username not in self.desks:
            officer = self.nodes[AWAY]["officers"][username]
            browser = Browser(self.nodes[AWAY]["url"], agent="desk")
            self.until("a fresh code of " + username, lambda: self._officer_enters(browser, username, officer), 70)
            self.desks[username] = browser
        return self.desks[username]

    def _officer_enters(self, browser: Browser, username: str, officer: dict[str, Any]) -> bool:
        """A code works once: who was here within the same half minute waits for the next."""
        browser.open("/desk/sign-in")
        code = pyotp.TOTP(officer["totp_secret"]).now()
        values = {"username": username, "password": officer["password"], "code": code}
        page = browser.submit(browser.form(holds="username"), values, allowed=(200, 403))
        if page.status == 403:
            time.sleep(5)
        return page.status == 200

    def until(self, what: str, look: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Look again until there is something; says what was waited for when there is nothing."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.4)
        raise NotThere(f"waited {patience:.0f} s for: {what}")

    # -- the nine steps ------------------------------------------------------------------------------------------

    def sign_in(self) -> None:
        self.enter(self.her, self.founder)
        page = self.her.open("/space")
        if self.founder["name"] not in page.text:
            raise NotThere("her space does not know her name")

    def find(self) -> None:
        home = self.her.open("/")
        self.her.submit(self.her.form(holds="q"), {"q": "开公司"})
        page = self.her.page
        wanted = f"/services/{AWAY}/{ITEM}"
        if not any(href.endswith(wanted) for _, href in page.links):
            raise NotThere(f"“开公司” does not find {wanted}: {page.text[:300]}")
        guide = self.her.follow(wanted)
        for words in ("20 ", "由谁收件", "由谁决定", "依据"):
            if words not in guide.text:
                raise NotThere(f"the guide does not say “{words}”")
        assert home.status == 200

    def fill(self) -> None:
        self.her.submit(self.her.form(to="/start"))
        self.found["draft"] = self.her.page.url
        self.name = self.free_name()
        answered = 0
        self.her.follow("继续填写")
        while "/q/" in self.her.page.url:
            key = re.search(r"/q/([\w-]+)", self.her.page.url).group(1)  # type: ignore[union-attr]
            self.answer(key)
            answered += 1
            if answered == 4:
                self.go_on_elsewhere()
            if answered > 40:
                raise NotThere("the questions do not end")
        self.found["questions"] = answered

    def free_name(self) -> str:
        """A name that no earlier run took: the registry says no to a name that is taken or too similar."""
        pool = "星云海岚松柏泽瑞启恒润嘉禾锦程远航晨曦卓越鼎盛弘毅博雅睿思慧通智联创新"
        now = int(time.time())
        picked = "".join(pool[(now // 7**n + 11 * n) % len(pool)] for n in range(4))
        return f"杭州{picked}软件有限公司"

    def go_on_elsewhere(self) -> None:
        """The draft goes on in another browser: signed in again, what was filled in is there."""
        elsewhere = Browser(self.nodes[HOME]["url"], agent="tablet")
        elsewhere.open("/sign-in")
        elsewhere.submit(elsewhere.form(holds="mobile"), {"mobile": self.founder["mobile"]})
        elsewhere.submit(elsewhere.form(holds="code"), {"code": self.code_for(self.founder["mobile"])})
        elsewhere.open(self.found["draft"])
        elsewhere.follow("继续填写")
        self.her = elsewhere

    def answer(self, key: str) -> None:
        answers: dict[str, dict[str, Any]] = {
            "firm_name": {"value": self.name},
            "capital": {"value": "1000000"},
            "representative_post": {"value": "executive-director"},
            "term": {"value": "long"},
            "employees": {"value": "3"},
            "first_month": {"value": "this"},
            "person_mobile": {"value": self.founder["mobile"]},
            "legal_representative": {"value": self.founder["id_number"]},
        }
        special = {"place": self.answer_place, "scope": self.answer_scope, "shareholders": self.answer_holders}
        if key in special:
            special[key]()
        elif key == "firm_name":
            self.answer_name()
        elif key in answers:
            self.her.submit(self.her.form(holds="value"), answers[key], button="保存并继续")
        else:
            raise NotThere(f"an unexpected question: {key}")

    def answer_name(self) -> None:
        """First a name that is forbidden: it is refused at once, with the reason; then one that is free."""
        self.until("Hangzhou to refuse a forbidden name", self._forbidden_is_refused)
        for _ in range(6):
            page = self.her.submit(
                self.her.form(holds="value", button="保存并继续"),
                {"value": self.name},
                button="保存并继续",
                allowed=(200, 409, 422),
            )
            if page.status == 200:
                return
            time.sleep(1.1)
            self.name = self.free_name()
        raise NotThere(f"no name is free: {page.text[:400]}")

    def _forbidden_is_refused(self) -> bool:
        """While the other city does not answer, a name is kept until it can be judged: then it is asked again."""
        self.her.open(f"{self.found['draft']}/q/firm_name")
        form = self.her.form(holds="value", button="保存并继续")
        values = {"value": "中国国家级科技有限公司"}
        return self.her.submit(form, values, button="保存并继续", allowed=(422, 200, 409)).status != 200

    def answer_place(self) -> None:
        self.her.submit(self.her.form(holds="value.query"), {"value.query": "西湖区"}, button="查找")
        form = self.her.form(holds="value", button="保存并继续")
        values = [v for v, _ in form.choices.get("value", []) if v]
        if not values:
            raise NotThere(f"no address in 西湖区: {self.her.page.text[:400]}")
        self.her.submit(form, {"value": values[0]}, button="保存并继续")

    def answer_scope(self) -> None:
        if self._has(self.her, "find"):
            self.her.submit(self.her.form(holds="find", button="搜索"), {"find": "软件"}, button="搜索")
        form = self.her.form(holds="value", button="保存并继续")
        self.her.submit(form, {"value": [form.choices["value"][0][0]]}, button="保存并继续")

    def answer_holders(self) -> None:
        firm = self.partner["firm"]
        first = {
            "type-0": "person",
            "name-0": self.founder["name"],
            "id-0": self.founder["id_number"],
            "amount-0": "600000",
        }
        self.her.submit(self.her.form(holds="name-0"), first, button="再加一位")
        both = {**first, "type-1": "firm", "name-1": firm["name"], "id-1": firm["uscc"], "amount-1": "400000"}
        self.her.submit(self.her.form(holds="name-1"), both, button="保存并继续")

    def materials(self) -> None:
        page = self.her.open(f"{self.found['draft']}/materials")
        for words in ("人口库", "地址", "生成"):
            if words not in page.text:
                raise NotThere(f"the reasons do not mention {words}: {page.text[:500]}")
        if any("file" in form.files for form in page.forms):
            raise NotThere("something is still to be uploaded")
        self.found["materials"] = re.sub(r"\s+", " ", page.heading).strip()

    def submit(self) -> None:
        self.her.open(f"{self.found['draft']}/review")
        self.her.submit(self.her.form(to="/lock"))
        self.sign_all(self.her)
        partner = Browser(self.nodes[HOME]["url"], agent="partner")
        self.enter(partner, self.partner)
        partner.open("/sign")
        while any("/sign/" in href for _, href in partner.page.links):
            partner.open(next(href for _, href in partner.page.links if "/sign/" in href))
            self.sign_one(partner)
            partner.open("/sign")
        self.her.open(f"{self.found['draft']}/sign")
        form = self.her.form(to="/submit")
        page = self.her.submit(form)
        again = self.her.submit(form)
        number = re.search(r"/cases/([0-9A-Z]{30,50})", page.url)
        if number is None or number.group(1) not in again.url:
            raise NotThere(f"no receipt: {page.url} {page.text[:500]}")
        self.found["case"] = number.group(1)

    def sign_all(self, browser: Browser) -> None:
        browser.open(f"{self.found['draft']}/sign")
        while any("阅读并签名" in words and self.founder["name"] in words for words, _ in browser.page.links):
            browser.follow(f"阅读并签名：{self.founder['name']}")
            self.sign_one(browser)
            browser.open(f"{self.found['draft']}/sign")

    def sign_one(self, browser: Browser) -> None:
        url = browser.page.url
        browser.submit(browser.form(holds="digest"))
        if "/prove/face" in browser.page.url:
            self.prove(browser)
            browser.open(url)
            browser.submit(browser.form(holds="digest"))

    def hand_over(self) -> None:
        window = self.desk("hz-window-1")
        number = self.found["case"]
        self.until("the case in Hangzhou's queue", lambda: number in self._links(window.open(f"/desk/?q={number}")))
        self.until("Hangzhou's receipt in Songjiang", lambda: "接收" in self.her.open(self.path()).text)

    @staticmethod
    def _links(page: Any) -> str:
        return " ".join(href for _, href in page.links)

    def path(self) -> str:
        return f"/cases/{self.found['case']}"

    def command(self, username: str, command: str, values: dict[str, Any], *, button: str = "", step: str = "") -> None:
        desk = self.desk(username)
        desk.open(f"/desk{self.path()}")
        for form in desk.page.forms:
            if form.action.endswith(f"/{command}") and (not step or ("step", f"{ITEM}.{step}") in form.fields):
                desk.submit(form, values, button=button)
                return
        raise NotThere(f"{username} is not offered {command} {step}: {desk.page.text[:700]}")

    def decide(self) -> None:
        self.command("hz-window-1", "accept", {})
        self.command("hz-market-1", "finish", {"note": "材料齐全，符合法定形式"}, button="通过", step="examine")
        self.command("hz-social-1", "finish", {"note": "已办理社会保险登记"}, button="通过", step="social-insurance")
        self.command("hz-fund-1", "finish", {"note": "已办理缴存登记"}, button="通过", step="housing-fund")
        self.register_at_tax()
        self.until("tax's own system to answer", lambda: self._tax_answered())
        self.command("hz-market-3", "decide", {"reasons": "符合登记条件"}, button="准予")

    def register_at_tax(self) -> None:
        """A tax officer registers the firm in the tax office's own system."""
        tax = self.known["sandboxes"]["tax"]
        officer = Browser(tax["url"], agent="tax")
        officer.open("/operator/enter")
        officer.submit(officer.form(holds="token"), {"token": tax["token"].strip()})
        task = self.until("the task at the tax office", lambda: self._task(tax))
        officer.open("/operator")
        officer.submit(officer.form(to=f"/operator/tasks/{task}"), {"note": "已登记"}, button="登记")

    def _task(self, tax: dict[str, Any]) -> str | None:
        tasks = self._control(tax).get("tasks", [])
        return next((t["task"] for t in tasks if t["case"] == self.found["case"] and t["status"] == "open"), None)

    def _control(self, box: dict[str, Any], wish: dict[str, Any] | None = None) -> dict[str, Any]:
        """What a sandbox's operator sees, or what they make it do."""
        headers = {"Authorization": f"Bearer {box['token'].strip()}"}
        way = "GET" if wish is None else "POST"
        answer = httpx.request(way, box["url"] + "/control", json=wish, headers=headers, timeout=20)
        answer.raise_for_status()
        return dict(answer.json())

    def _tax_answered(self) -> bool:
        desk = self.desk("hz-market-3")
        desk.open(f"/desk{self.path()}")
        return any(form.action.endswith("/decide") for form in desk.page.forms)

    def licence(self) -> None:
        page = self.until("the licence in Songjiang", self._licence_page)
        links = [(text, href) for text, href in page.links if "/papers/" in href]
        for text, href in links:
            content = self.her.download(href)
            target = self.folder / f"{len(self.found.setdefault('pdfs', []))}.pdf"
            target.write_bytes(content)
            self.found["pdfs"].append(str(target))
            if "营业执照" in text:
                self.found["licence"] = str(target)
        identifier = re.search(r"1\.2\.156\.3005\.2\.[0-9A-Z.]+", page.text)
        if identifier is None or "licence" not in self.found:
            raise NotThere(f"no licence: {page.text[:800]}")
        self.found["certificate"] = identifier.group(0)
        verify = next(href for text, href in page.links if "/verify/" in href)
        checks = [
            httpx.get(href, headers={"Accept-Language": "zh"}, timeout=20)
            for _, href in page.links
            if "/verify/" in href
        ]
        if not any(self.found["certificate"] in c.text and 'data-verdict="valid"' in c.text for c in checks):
            raise NotThere(f"the public page does not verify it: {verify}")
        self.found["verify"] = verify

    def _licence_page(self) -> Any:
        page = self.her.open(self.path())
        return page if "营业执照" in " ".join(text for text, href in page.links if "/papers/" in href) else None

    def deliver(self) -> None:
        page = self.her.open("/space/messages")
        if "已批准" not in page.text:
            raise NotThere("she was not told")
        self.her.open(self.path())
        address = {"name": self.founder["name"], "mobile": self.founder["mobile"], "address": "上海市松江区演示路 1 号"}
        self.her.submit(self.her.form(to="/deliver"), address)
        courier = self.known["sandboxes"]["courier"]
        parcel = self.until("the courier's order", lambda: self._parcel(courier))
        for move in ("collected", "on_the_way", "delivered"):
            self._control(courier, {"advance": {"parcel": parcel, "to": move}})
        self.until("the parcel to be delivered", lambda: 'data-delivery="delivered"' in self._raw(self.path()))
        self.her.open(self.path())
        self.her.submit(self.her.form(to="/rate"), {"code": "1", "words": "一次都没跑"})
        if "已评价" not in self.her.page.text:
            raise NotThere("the rating was not kept")

    def _raw(self, path: str) -> str:
        return self.her.client.get(self.nodes[HOME]["url"] + path).text

    def _parcel(self, courier: dict[str, Any]) -> str | None:
        waiting = [p for p in self._control(courier).get("parcels", []) if p["status"] == "ordered"]
        return waiting[0]["parcel"] if waiting else None


def run(told: dict[str, Any]) -> int:
    """Do the steps in order with a line for each; write the report; 0 when all went well."""
    job, steps, ok = Job(told), [], True
    does = {
        "sign-in": job.sign_in,
        "find": job.find,
        "fill": job.fill,
        "materials": job.materials,
        "submit": job.submit,
        "hand-over": job.hand_over,
        "decide": job.decide,
        "licence": job.licence,
        "deliver": job.deliver,
    }
    for number, (name, words) in enumerate(STEPS.items(), 1):
        if not ok:
            steps.append({"name": name, "ok": False, "seconds": 0.0, "reason": "an earlier step failed"})
            continue
        began, reason = time.monotonic(), ""
        try:
            does[name]()
        except (NotThere, httpx.HTTPError, AssertionError, KeyError, IndexError, StopIteration) as wrong:
            ok, reason = False, f"{type(wrong).__name__}: {wrong}"
        seconds = round(time.monotonic() - began, 2)
        steps.append({"name": name, "ok": ok, "seconds": seconds, **({"reason": reason} if reason else {})})
        print(
            f"  {number}/9 {words} {'✓' if ok else '✗'} {seconds:.1f} s" + (f"\n      {reason}" if reason else ""),
            flush=True,
        )
    report = {"ok": ok, "at": datetime.now().astimezone().isoformat(timespec="seconds"), "steps": steps, **job.found}
    job.report.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(run(json.loads(sys.argv[1])))
