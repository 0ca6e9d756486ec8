"""Case numbers (办件编号): the item's 实施编码, the day, and a number that no two nodes and no two cases share."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import connection

from tongban.base.errors import Refusal
from tongban.base.identifiers import item as codes
from tongban.base.words import Words

A_DAY = 99_999  # numbers a node can give an item in one day


class NoNumberLeft(Refusal):
    """This node has given out all case numbers of an item for today."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "no_number_left",
            Words(zh="今天这个事项的受理号已用完", en="All of today's case numbers for this service are used"),
            next_step=Words(zh="草稿已保存，请明天再提交。", en="Your draft is kept; please submit it tomorrow."),
        )


def next_number(*, implementing: str, on: date) -> str:
    """The next number of an item's implementing code (31 characters) on a day: code, YYYYMMDD, then this node's
    adcode and a five-digit count, so that the taking-in node can number a case of another city's item (≤ 50
    characters, GB/T 39046). Counted in a row of its own, so that a number never comes back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_counter (item, day, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (item, day) DO UPDATE SET last = cases_counter.last + 1 RETURNING last",
            [implementing, on],
        )
        count = cursor.fetchone()[0]
    if count > A_DAY:
        raise NoNumberLeft
    serial = int(settings.TONGBAN_ADCODE) * (A_DAY + 1) + count
    return codes.compose_case(item=implementing, opened=on, sequence=serial, width=11)
