"""Which city's services somebody looks at. A choice for looking around only: one applies here, whoever decides."""

from __future__ import annotations

import logging
import re

from django.db import DatabaseError
from django.http import HttpRequest

from tongban.base.words import Words
from tongban.journeys import find
from tongban.ui import city

COOKIE = "city"
log = logging.getLogger(__name__)


def wished(request: HttpRequest) -> str:
    """The adcode that the cookie holds; empty for anything else."""
    told = request.COOKIES.get(COOKIE, "")
    return told if re.fullmatch(r"[0-9]{6}", told) else ""


def cities() -> dict[str, Words]:
    """Cities to look at, this one first; this one alone while the database cannot be asked."""
    try:
        return find.cities()
    except DatabaseError:
        log.warning("the header cannot ask which cities there are")
        return {city.here().adcode: city.here().name}


def chosen(request: HttpRequest) -> str:
    """The city whose services are looked at: the one wished for when it is offered, else this one."""
    wish = wished(request)
    return wish if wish and wish in cities() else city.here().adcode
