"""A clerk books for somebody and prints the slip, and looks for a parcel, in a client."""

from __future__ import annotations

import re

import pytest

from tongban.appointments.models import Booking, Ticket
from tongban.base.actors import SYSTEM
from tongban.base.words import Words
from tongban.delivery import actions as delivery
from tongban.delivery.models import Parcel
from tongban.desk.tests.test_hall import HALL, html, window  # noqa: F401
from tongban.desk.tests.test_pages import desk  # noqa: F401
from tongban.journeys.tests.conftest import *  # noqa: F403

pytestmark = pytest.mark.django_db
ITEM = "old-age-allowance"


@pytest.fixture
def elder(society):
    return next(each for each in society["people"] if each["key"] == "elder")


def told(client, who, **more):
    return client.post(
        "/desk/hall/for", {"name": who["name"], "id_number": who["id_number"], "how": "phone", "contact": "", **more}
    )


def offered(client, query="") -> list[str]:
    return re.findall(
        r'name="at" value="([^"]+)" required(?: checked)?>', html(client.get(f"/desk/hall/for?hall={HALL}{query}"))
    )


def test_from_a_voice_on_the_telephone_to_a_slip(window, elder):  # noqa: F811
    client = window()
    assert "为谁约时间" in html(client.get("/desk/hall/for"))
    assert told(client, elder).status_code == 302
    page = html(client.get("/desk/hall/for?q=高龄津贴"))
    assert "打来电话" in page and elder["name"] not in page and f'value="{ITEM}"' in page
    assert "现在取号" not in page, "who telephones takes no number"
    at = offered(client, f"&item={ITEM}")[-1]
    answer = client.post("/desk/hall/for/book", {"hall": HALL, "item": ITEM, "at": at})
    row = Booking.objects.get()
    assert answer["Location"] == f"/desk/hall/bookings/{row.id}/slip" and row.matters[0]["code"] == ITEM
    slip = html(client.get(answer["Location"]))
    assert f"{row.code[:4]} {row.code[4:]}" in slip and "身份证原件" in slip and "24 小时政务服务大厅" in slip
    assert elder["name"] not in slip and elder["id_number"] not in slip and "<svg" in slip
    assert html(client.get("/desk/hall/for")).count("打来电话"), "still the same caller"
    client.post("/desk/hall/for", {"do": "other"})
    assert "为谁约时间" in html(client.get("/desk/hall/for"))


def test_a_telephone_rings_while_somebody_is_served_at_the_window(window, elder, society):  # noqa: F811
    client = window()
    client.post("/desk/window", {"name": elder["name"], "id_number": elder["id_number"], "card": "1", "face": "1", "mobile": ""})
    assert "办什么，什么时候来" in html(client.get("/desk/hall/for")), "who is served here need not be told again"
    client.post("/desk/hall/for", {"do": "other"})
    assert "为谁约时间" in html(client.get("/desk/hall/for"))
    other = next(each for each in society["people"] if each["key"] == "founder")
    told(client, other)
    assert "打来电话" in html(client.get("/desk/hall/for"))


def test_who_stands_there_takes_a_number_and_its_slip(window, elder):  # noqa: F811
    client = window()
    told(client, elder, how="window")
    answer = client.post("/desk/hall/for/number", {"item": ITEM, "group": "elder"})
    row = Ticket.objects.get()
    assert answer["Location"] == f"/desk/hall/tickets/{row.id}/slip"
    slip = html(client.get(answer["Location"]))
    assert row.label in slip and "前面还有" in slip
    handed = client.post("/desk/hall/number", {"lane": "general", "group": "none"})
    assert '/slip">' in html(client.get(handed["Location"])), "a number given without a name has a slip too"


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"name": "演示无此人"}, 422, "没有姓名和号码都相符的人"),
        ({"contact": "12"}, 422, "手机"),
        ({"id_number": "' OR 1=1"}, 422, "没有姓名和号码都相符的人"),
    ],
)
def test_bad_input_is_answered_at_its_field(window, elder, form, status, says):  # noqa: F811
    answer = told(window(), elder, **form)
    assert answer.status_code == status and says in html(answer)


def test_without_somebody_or_a_time_nothing_is_booked(window, elder):  # noqa: F811
    client = window()
    no = client.post("/desk/hall/for/book", {"hall": HALL, "at": "2026-11-30T09:00"})
    assert no.status_code == 422 and "请先写是为谁预约" in html(no)
    told(client, elder)
    for at in ("", "yesterday", "2020-01-01T09:00"):
        no = client.post("/desk/hall/for/book", {"hall": HALL, "at": at})
        assert no.status_code == 422 and "这个时段不能预约" in html(no)
    assert client.post("/desk/hall/for/book", {"hall": "nowhere", "at": ""}).status_code == 404
    assert not Booking.objects.exists()
    assert client.post("/desk/hall/for/number", {}).status_code == 422 and not Ticket.objects.exists()


def test_only_the_counter_books_and_looks_for_parcels(desk, client):  # noqa: F811
    other = desk("hz-market-3")
    for path in ("/desk/hall/for", "/desk/parcels"):
        assert other.get(path).status_code == 403
        assert client.get(path).status_code == 302


def test_a_number_of_a_bundle_shows_every_office_and_where_it_was(window):  # noqa: F811
    from django.utils import timezone

    from tongban.journeys.visit import numbers, rules

    client, other = window(lane=["general"]), window("hz-window-2", "9", lane=["welfare"])
    purpose = rules.purpose(bundle="newborn", now=timezone.now())
    assert len(purpose.matters) > 2
    row = numbers.hand_out(HALL, lane="", group="", purpose=purpose, by=SYSTEM, now=timezone.now())
    client.post("/desk/hall/next")
    page = html(client.get("/desk/hall"))
    assert "这个号要办的事" in page and all(each["title"]["zh"] in page for each in purpose.matters)
    client.post(f"/desk/hall/tickets/{row.id}/pass", {"to": "welfare"})
    other.post("/desk/hall/next")
    page = html(other.get("/desk/hall"))
    assert row.label in page and "已经到过" in page and "3 号窗口" in page and "转到" in page


# -- parcels


@pytest.fixture
def lost(society, db):
    from django.utils import timezone

    end = {"name": "演示收件人", "mobile": "13800000000", "address": "演示路 1 号"}
    row = delivery.order(
        cases={"330100-none": ["x"]}, ends={"to": end}, courier="330100:courier",
        words=Words(zh="演示证照", en="A certificate (demo)"), by=SYSTEM, now=timezone.now(),
    )  # fmt: skip
    delivery.doubt(parcel=row, why="not-collected", by=SYSTEM, now=timezone.now())
    return row


def test_a_doubted_parcel_is_found_once(desk, lost):  # noqa: F811
    client = desk("hz-window-1")
    page = html(client.get("/desk/parcels"))
    assert "演示证照" in page and "下单 3 天没有来取件" in page and "演示收件人" not in page and "演示路" not in page
    assert "已经送到" not in page, "what was never collected has not arrived"
    path = f"/desk/parcels/{lost.id}"
    no = client.post(path, {})
    assert no.status_code == 422 and "请选查找的结果" in html(no)
    assert client.post(path, {f"finding-{lost.id}": "waits", f"words-{lost.id}": "明天来取"}).status_code == 302
    lost.refresh_from_db()
    assert (lost.doubt, lost.note) == ("", "明天来取")
    assert "没有要查的包裹" in html(client.get("/desk/parcels"))
    late = client.post(path, {f"finding-{lost.id}": "lost"})
    assert late.status_code == 409 and "已经有了下文" in html(late)
    assert Parcel.objects.count() == 1
    assert client.post("/desk/parcels/00000000-0000-7000-8000-000000000000", {}).status_code == 404
