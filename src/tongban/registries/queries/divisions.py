"""Divisions as this node keeps them."""

from __future__ import annotations

from django.db.models import QuerySet

from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.registries.models import Division
from tongban.registries.within import within


def division(code: str) -> Division:
    """The division with this code (6 or 9 digits). Raises NotFound ``division_unknown``."""
    found = Division.objects.filter(pk=code).first()
    if found is None:
        raise NotFound("division_unknown", Words(zh="没有这个行政区划", en="There is no such administrative division"))
    return found


def divisions_below(code: str) -> QuerySet[Division]:
    """Everything that lies in ``code``, at any depth, by code; not ``code`` itself."""
    return Division.objects.filter(within(code, "code")).exclude(pk=code).order_by("code")
