"""One case from the applicant's first click to the rating, as forms are sent by browsers.

``browse=False`` sends every form and opens only those pages without which a form cannot be sent (the party's page to
sign). ``browse=True`` opens every page that a person would see: redirects are followed, officers open queue and case.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import msgspec

from bench.wire import Reply, Unexpected, Wire


class Service(msgspec.Struct, frozen=True):
    """An item to apply for: its answers by question, and what officers do (account, command, form)."""

    code: str
    answers: dict[str, dict[str, str]]
    desk: tuple[tuple[str, str, dict[str, str]], ...] = ()


ACCOUNT = {"bank": "演示银行", "number": "6222000000000000"}
WITHDRAWAL = Service(
    "housing-fund-withdrawal",
    {
        "fund_reason": {"value": "rent"},
        "fund_home": {"value": "演示路 1 号"},
        "fund_amount": {"value": "3000"},
        "person_bank_account": ACCOUNT,
        "person_mobile": {"value": "13800000000"},
    },
    (
        ("hz-window-1", "accept", {}),
        (
            "hz-fund-1",
            "finish",
            {"step": "housing-fund-withdrawal.examine", "outcome": "passed", "note": "材料齐全，符合规定"},
        ),
        ("hz-fund-2", "decide", {"granted": "yes", "reasons": "符合提取条件"}),
    ),
)
ALLOWANCE = Service("old-age-allowance", {"person_bank_account": ACCOUNT, "person_mobile": {"value": "13800000000"}})
TOGETHER = Service(
    "flexible-work",
    {
        "job_kind": {"value": "platform"},
        "job_description": {"value": "送餐"},
        "job_since": {"value": "2026-01-05"},
        "flex_elsewhere": {"value": "no"},
        "flex_insurances": {"value": "pension"},
        "flex_base": {"value": "100"},
        "benefit_circumstances": {"value": "unemployed"},
        "benefit_since": {"value": "2026-01-05"},
        "benefit_statement": {"value": "演示情况"},
        "person_bank_account": ACCOUNT,
        "person_mobile": {"value": "13800000000"},
    },
)


class Walk:
    """One person and the officers of one desk, each on a connection of their own."""

    def __init__(
        self, city: str, person: Wire, desks: dict[str, Wire], *, closed: Callable[[str], bool], browse: bool = False
    ) -> None:
        self.city, self.person, self.desks, self.closed, self.browse = city, person, desks, closed, browse
        self.waited = 0.0

    def go(self, service: Service) -> str:
        """The whole life of one case; its number. Raises Unexpected at the first answer that is not right."""
        number = self.apply(service)
        for username, command, form in service.desk:
            self.officer(username, number, command, form)
        began = time.monotonic()
        while not self.closed(number):
            if time.monotonic() - began > 60:
                raise Unexpected(f"{number} is not closed after 60 s")
            time.sleep(0.02)
        self.waited += time.monotonic() - began
        if self.browse:
            self.see(self.person, f"/cases/{number}")
        self.send(self.person, f"/cases/{number}/rate", code="1")
        return number

    def apply(self, service: Service) -> str:
        """Fill in, lock, read, sign, submit; the case number."""
        return self.submit(service, self.send(self.person, f"/services/{self.city}/{service.code}/start").location)

    def together(self, bundle: Service, **chosen: str) -> str:
        """The same of a bundle with these answers: one draft of all its items."""
        start = f"/bundles/{self.city}/{bundle.code}/start"
        picked = {f"pick.{key}": value for key, value in chosen.items()}
        return self.submit(bundle, self.send(self.person, start, **picked).location)

    def submit(self, service: Service, draft: str) -> str:
        """From an empty draft to the receipt; the case number."""
        page = self.see(self.person, draft).text if self.browse else ""
        first = re.search(rf"{draft}/q/([\w-]+)", page)
        path = first.group(0) if first else f"{draft}/q/{next(iter(service.answers))}"
        while "/q/" in path:
            if self.browse:
                self.see(self.person, path)
            path = self.send(self.person, path, **service.answers[path.rpartition("/")[2]]).location
        self.send(self.person, f"{draft}/lock")
        party = self._found(r"/sign/[0-9a-f-]{36}", self.see(self.person, f"{draft}/sign"))
        digest = self._found(r'name="digest" value="([0-9a-f]{64})"', self.see(self.person, party))
        self.send(self.person, party, digest=digest)
        if self.browse:
            self.see(self.person, f"{draft}/sign")
        receipt = self.send(self.person, f"{draft}/submit").location
        return self._found(r"/cases/([0-9A-Z]{30,50})", Reply(302, "", receipt))

    def officer(self, username: str, number: str, command: str, form: dict[str, str]) -> None:
        """One command of one officer."""
        desk = self.desks[username]
        if self.browse:
            self.see(desk, "/desk/")
            self.see(desk, f"/desk/cases/{number}")
        self.send(desk, f"/desk/cases/{number}/{command}", **form)

    def see(self, wire: Wire, path: str) -> Reply:
        """Open a page that must be there."""
        return self._right(wire.get(path), 200, path)

    def send(self, wire: Wire, path: str, **form: str) -> Reply:
        """Send a form that must be taken; where pages are browsed, open the one that follows."""
        reply = self._right(wire.post(path, **form), 302, path)
        if self.browse and "/q/" not in reply.location:
            self.see(wire, reply.location)
        return reply

    @staticmethod
    def _right(reply: Reply, wanted: int, path: str) -> Reply:
        if reply.status != wanted:
            words = re.sub(r"\s+", " ", re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", reply.text, flags=re.S))
            raise Unexpected(f"{path} answers {reply.status}: {words[:400]}")
        return reply

    @staticmethod
    def _found(pattern: str, reply: Reply) -> Any:
        found = re.search(pattern, reply.text)
        if found is None:
            raise Unexpected(f"nothing like {pattern} in what was answered")
        return found.group(found.lastindex or 0)
