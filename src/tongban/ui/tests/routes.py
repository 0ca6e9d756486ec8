"""Routes for the tests of this room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Conflict, Refusal
from tongban.base.words import Words
from tongban.ui.doors import VISITOR, Anyone, opens_for, page

handler400 = "tongban.ui.errors.bad_request"
handler403 = "tongban.ui.errors.forbidden"
handler404 = "tongban.ui.errors.not_found"
handler500 = "tongban.ui.errors.server_error"


class SomebodyActs:
    """Sets ``request.actor`` as the door's own middleware does."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = request.META.get("tongban.actor", VISITOR)
        return self.get_response(request)


def said(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@opens_for(Anyone)
def refuses(request: HttpRequest) -> HttpResponse:
    raise Refusal(
        "name-taken",
        Words(zh="名称已被占用", en="The name is taken"),
        because=Words(zh="与已登记企业相同", en="Another firm has it"),
        cites=("《企业名称登记管理规定》第十七条",),
        next_step=Words(zh="换一个字号", en="Choose another"),
        field="firm.name",
    )


@opens_for(Anyone)
def conflicts(request: HttpRequest) -> HttpResponse:
    raise Conflict("late", Words(zh="已有人处理 <b>", en="Somebody was first <b>"))


@opens_for(Anyone)
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the house")


@opens_for(Anyone)
def uploaded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("file", headers={"Content-Security-Policy": "sandbox", "Content-Type": "text/plain"})


@opens_for(Anyone)
def in_part(request: HttpRequest) -> HttpResponse:
    return page(request, "ui/styleguide.html", block="notices")


@opens_for(Anyone)
def slow_down(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": "60"})


urlpatterns = [
    path("", include("tongban.ui.urls")),
    path("home", opens_for(Anyone)(said), name="home"),
    path("sign-in", opens_for(Anyone)(said), name="sign-in"),
    path("staff-sign-in", opens_for(Anyone)(said), name="staff-sign-in"),
    path("prove", opens_for(Kind.PERSON)(said), name="prove"),
    path("space", opens_for(Kind.PERSON, level=1)(said), name="space"),
    path("sign", opens_for(Kind.PERSON, level=2)(said), name="sign"),
    path("decide", opens_for(Kind.OFFICER, power="decide")(said), name="decide"),
    path("either", opens_for(Kind.OFFICER, Kind.PERSON, power="decide")(said), name="either"),
    path("wire", opens_for(Kind.PEER)(said), name="wire"),
    path("refuses", refuses),
    path("conflicts", conflicts),
    path("breaks", breaks),
    path("uploaded", uploaded),
    path("part", in_part),
    path("slow", slow_down),
    path("only-post", opens_for(Anyone)(require_POST(said))),
]
