"""The console of a window, in a client: sit down, call, recall, miss, pass on, give numbers."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from tongban.appointments.models import Ticket
from tongban.desk.tests.test_pages import desk  # noqa: F401
from tongban.journeys.tests.conftest import *  # noqa: F403
from tongban.journeys.visit import codes

pytestmark = pytest.mark.django_db
HALL = "day-and-night"


@pytest.fixture
def window(desk):  # noqa: F811
    """A clerk who sits at a window."""

    def sit(username="hz-window-1", number="3", **more):
        client = desk(username)
        answer = client.post("/desk/hall/window", {"hall": HALL, "window": number, **more})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return client

    return sit


def html(answer) -> str:
    return answer.content.decode()


def given(client, **form) -> Ticket:
    answer = client.post("/desk/hall/number", {"lane": "general", "group": "none", **form})
    assert answer.status_code == 302, html(answer)[:3000]
    return Ticket.objects.order_by("-taken_at", "-id").first()


def act(client, ticket, what, **form):
    return client.post(f"/desk/hall/tickets/{ticket.id}/{what}", form)


def test_first_a_window_is_chosen(desk):  # noqa: F811
    client = desk("hz-window-1")
    page = html(client.get("/desk/hall"))
    assert "今天坐在哪个窗口" in page and "24 小时政务服务大厅" in page
    wrong = client.post("/desk/hall/window", {"hall": HALL, "window": "三号窗口"})
    assert wrong.status_code == 422 and "请写窗口号" in html(wrong)
    assert client.post("/desk/hall/next").status_code == 422, "nobody is called to no window"
    assert client.post("/desk/hall/window", {"hall": "nowhere", "window": "3"}).status_code == 404


def test_a_clerk_serves_one_after_another(window):
    client = window()
    assert "现在没有人等" in html(client.get("/desk/hall"))
    first, elder = given(client), given(client, group="elder")
    page = html(client.get("/desk/hall"))
    assert page.index(elder.label) < page.index(first.label) and "优先：60 周岁以上老年人" in page
    assert client.post("/desk/hall/next").status_code == 302
    page = html(client.get("/desk/hall"))
    assert "先看证件：身份证" in page and "办完，叫下一位" in page
    assert act(client, elder, "recall").status_code == 302
    assert client.post("/desk/hall/next").status_code == 302
    elder.refresh_from_db()
    first.refresh_from_db()
    assert (elder.state, elder.calls, first.state) == ("done", 2, "called")
    assert act(client, first, "missed").status_code == 302
    assert "过号的（1）" in html(client.get("/desk/hall"))
    assert act(client, first, "again").status_code == 302
    assert act(client, first, "call").status_code == 302
    assert act(client, first, "pass", to="firms").status_code == 302
    first.refresh_from_db()
    assert (first.state, first.line.lane) == ("waiting", "firms")
    assert "of=B" not in client.post("/desk/hall/next")["Location"]


def test_what_was_done_already_is_refused_on_the_page(window):
    one, two = window(), window("hz-window-2", "4")
    ticket = given(one)
    assert act(one, ticket, "call").status_code == 302
    late = act(two, ticket, "call")
    assert late.status_code == 409 and "在 3 号窗口" in html(late)
    other = given(one)
    busy = act(one, other, "call")
    assert busy.status_code == 409 and "还在办" in html(busy)
    assert act(one, ticket, "explode").status_code == 404
    assert act(one, ticket, "pass", to="").status_code == 422


def test_a_forged_code_and_a_wrong_one_are_refused(window):
    client = window()
    for told, status in (("A" * 45, 422), ("22222222", 404), ("http://evil/x", 422)):
        answer = client.post("/desk/hall/number", {"told": told})
        assert answer.status_code == status and not Ticket.objects.exists()


def test_the_queue_renews_itself_and_the_screen_shows_the_call(window, client):
    clerk = window()
    ticket = given(clerk)
    part = html(clerk.get("/desk/hall", headers={"HX-Request": "true"}))
    assert ticket.label in part and "<html" not in part
    clerk.post("/desk/hall/next")
    board = html(client.get(f"/visit/{HALL}/screen"))
    assert re.search(rf"{ticket.label}.*3 号窗口", board, re.S)
    assert codes.of_hall(HALL, timezone.localdate()) and "演示" in board


def test_only_counters_officers_call(desk, client):  # noqa: F811
    assert desk("hz-market-3").get("/desk/hall").status_code == 403
    assert client.get("/desk/hall").status_code == 302


def test_leaving_the_window_and_another_lane(window):
    client = window(lane=["firms"])
    given(client)
    assert "现在没有人等" in html(client.get("/desk/hall"))
    assert client.post("/desk/hall/window", {"do": "rise"}).status_code == 302
    assert "今天坐在哪个窗口" in html(client.get("/desk/hall"))
