"""The few pages a sandbox has: plain HTML, zh and en beside each other, one style sheet, an operator's door."""

import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from .keys import origin
from .web import HTML, Answer, Problem, Request

if TYPE_CHECKING:
    from .party import Party

COMMON = Path(__file__).parent / "templates"


class Pages:
    """Templates of one party, with the shared layout behind them; everything is escaped."""

    def __init__(self, folder: Path, *, title: tuple[str, str]) -> None:
        loader = jinja2.FileSystemLoader([folder, COMMON])
        self._templates = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates.globals.update(party=title)

    def show(self, name: str, /, *, status: int = 200, goes_to: str = "", **values: Any) -> Answer:
        """A page. `goes_to` is the one other address that its form may lead to by redirect (CSP form-action)."""
        body = self._templates.get_template(name).render(**values).encode()
        scheme, host = origin(goes_to) if goes_to else ("", "")
        policy = ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
                  f"form-action 'self' {scheme}://{host}" if goes_to else "form-action 'self'"]  # fmt: skip
        headers = {"Content-Security-Policy": "; ".join(policy), "Referrer-Policy": "no-referrer"}
        return Answer(status, body, HTML, headers)


def wants_page(request: Request) -> bool:
    return "text/html" in request.header("accept")


def refusal_page(pages: Pages, refusal: Problem) -> Answer:
    """A refusal for a person: never the end, it says where to go on."""
    if refusal.code == "operator":
        return see_other("/operator/enter")
    return pages.show("refused.html", status=refusal.status, code=refusal.code, detail=refusal.detail)


def style(request: Request) -> Answer:
    return Answer(200, (COMMON / "style.css").read_bytes(), "text/css; charset=utf-8")


def see_other(place: str, **headers: str) -> Answer:
    return Answer(303, b"", HTML, {"Location": place, "Referrer-Policy": "no-referrer", **headers})


# -- the operator's door: the control token, then a cookie derived from it ------------------------------------------


def _pass(party: "Party", use: str) -> str:
    return hmac.new(party.token.encode(), use.encode(), hashlib.sha256).hexdigest()


def form_key(party: "Party") -> str:
    """Goes into every operator form: another page on the same host cannot know it."""
    return _pass(party, "form")


def _cookie(party: "Party") -> str:
    return f"sandbox_{party.name}"


def check_operator(party: "Party", request: Request) -> None:
    """Lets the operator pass; a Problem 401 that says where to enter otherwise."""
    wanted = f"{_cookie(party)}={_pass(party, 'operator')}"
    given = [part.strip() for part in request.header("cookie").split(";")]
    if not any(hmac.compare_digest(part.encode(), wanted.encode()) for part in given):
        raise Problem(401, "operator", "enter at /operator/enter with the token of control.token")
    if request.method == "POST" and not hmac.compare_digest(
        request.form().get("key", "").encode(), form_key(party).encode()
    ):
        raise Problem(403, "form-key", "this form is not from the operator's page")


def enter_page(party: "Party", *, refused: bool = False) -> Answer:
    return party.html.show("enter.html", status=422 if refused else 200, refused=refused)


def enter(party: "Party", request: Request) -> Answer:
    if not hmac.compare_digest(request.form().get("token", "").strip().encode(), party.token.encode()):
        return enter_page(party, refused=True)
    cookie = f"{_cookie(party)}={_pass(party, 'operator')}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"
    return see_other("/operator", **{"Set-Cookie": cookie})
