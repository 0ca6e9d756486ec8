"""Numbers of natural persons: resident ID (GB 11643), residence permits, foreign permanent residents' cards.

All 18-character forms share the GB 11643 check (ISO 7064 MOD 11-2): weights below, check ``10X98765432``[sum mod 11].
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

import msgspec

from tongban.base import divisions
from tongban.base.errors import Refusal
from tongban.base.identifiers.text import mask, normalise, real_date, refuse

__all__ = ["Kind", "PersonId", "Sex", "check_digit", "issue", "issue_foreign", "mask", "normalise", "parse"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_FIFTEEN = re.compile(r"[0-9]{15}", re.ASCII)
_OLD_FOREIGN = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
_EARLIEST = 1800


class Kind(StrEnum):
    """Which card the number is of."""

    RESIDENT = "resident"
    HONG_KONG = "hong-kong-residence-permit"
    MACAU = "macau-residence-permit"
    TAIWAN = "taiwan-residence-permit"
    FOREIGN = "foreign-permanent-resident"
    FOREIGN_OLD = "foreign-permanent-resident-old"


_PERMITS = {"810000": Kind.HONG_KONG, "820000": Kind.MACAU, "830000": Kind.TAIWAN}
# What an area of the permits is called where GB/T 2260 has another code: there Taiwan is 710000.
_ELSEWHERE = {"830000": "710000"}


class Sex(StrEnum):
    """Sex as the sequence tells it: odd is male."""

    MALE = "male"
    FEMALE = "female"


class PersonId(msgspec.Struct, frozen=True, kw_only=True):
    """What a person's number says.

    ``area`` is six digits (two plus zeros for a foreign resident's province), ``area_status`` whether it is in force,
    ``area_name`` its Chinese path as far as known. ``nationality`` is ISO 3166-1 as written on the card. The old
    foreign form says no century and its check is not published: there ``birth`` and ``sex`` are None and
    ``check_verified`` is False.
    """

    kind: Kind
    value: str
    area: str
    area_status: divisions.Status
    area_name: str = ""
    birth: date | None = None
    sex: Sex | None = None
    nationality: str | None = None
    nationality_known: bool | None = None
    check_verified: bool = True

    @property
    def masked(self) -> str:
        """The number as it may be shown."""
        return mask(self.value)

    def age(self, today: date) -> int | None:
        """Full years on ``today``; who was born on 29 February turns on 1 March in common years. None if unknown."""
        if self.birth is None:
            return None
        return today.year - self.birth.year - ((today.month, today.day) < (self.birth.month, self.birth.day))


def parse(value: str, *, today: date | None = None, field: str | None = None) -> PersonId:
    """Read a person's number of any of the kinds.

    ``today`` refuses births after it. An abolished or unknown area is told in ``area_status``, not refused; an
    impossible province is. Raises Refusal with code ``person_id_`` + ``format``, ``old_form``, ``area``, ``birth``,
    ``check``; ``field`` is passed on to it.
    """
    text = normalise(value)
    if _OLD_FOREIGN.fullmatch(text):
        return _old_foreign(text, field)
    if not _EIGHTEEN.fullmatch(text):
        raise _not_eighteen(text, field)
    _check(text, field)
    area, nationality, kind = _area(text)
    if kind not in _PERMITS.values():
        _check_province(area, field)
    return PersonId(
        kind=kind,
        value=text,
        area=area,
        area_status=divisions.Status.CURRENT if kind in _PERMITS.values() else divisions.status(area),
        area_name=divisions.full_name(_ELSEWHERE.get(area, area)),
        birth=_birth(text[6:14], today, field),
        sex=Sex.MALE if int(text[16]) % 2 else Sex.FEMALE,
        nationality=nationality,
        nationality_known=None if nationality is None else divisions.country(nationality) is not None,
    )


def check_digit(body: str) -> str:
    """The GB 11643 check character of 17 digits. Raises ValueError for anything else."""
    if len(body) != 17 or not (body.isascii() and body.isdigit()):
        raise ValueError("a body is 17 digits")
    return _CHECKS[sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11]


def issue(*, area: str, birth: date, sequence: int) -> str:
    """The number for an area of six digits, a birth date and a sequence of 0-999 (odd for a man). ValueError if not."""
    if not 0 <= sequence <= 999:
        raise ValueError("a sequence is 0 to 999")
    body = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return body + check_digit(body)


def issue_foreign(*, province: str, nationality: str, birth: date, sequence: int) -> str:
    """A foreign permanent resident's number (form since December 2023): province 2 digits, nationality ISO numeric."""
    if len(province) != 2 or len(nationality) != 3:
        raise ValueError("a province is 2 digits, a nationality 3")
    return issue(area=f"9{province}{nationality}", birth=birth, sequence=sequence)


def _area(text: str) -> tuple[str, str | None, Kind]:
    """Area, nationality and kind of 18 characters that passed the check."""
    if text[0] == "9":
        return text[1:3] + "0000", text[3:6], Kind.FOREIGN
    return text[:6], None, _PERMITS.get(text[:6], Kind.RESIDENT)


def _check_province(area: str, field: str | None) -> None:
    if not divisions.has_province(area):
        raise refuse("person_id_area", "其中的省级行政区划不存在", "Its digits of the place name no province", field=field)


def _check(text: str, field: str | None) -> None:
    if text[17] != check_digit(text[:17]):
        raise refuse(
            "person_id_check", "校验码不对，请核对有没有输错", "The check digit does not match: a digit is mistyped",
            field=field,
        )


def _birth(digits: str, today: date | None, field: str | None) -> date:
    """A real date, not before 1800, not after ``today``."""
    born = real_date(digits)
    if born is None or born.year < _EARLIEST:
        raise refuse("person_id_birth", "出生日期不存在", "The date of birth does not exist", field=field)
    if today is not None and born > today:
        raise refuse("person_id_birth", "出生日期在今天之后", "The date of birth is in the future", field=field)
    return born


def _not_eighteen(text: str, field: str | None) -> Refusal:
    if _FIFTEEN.fullmatch(text):
        return refuse(
            "person_id_old_form",
            "这是15位旧号码，已停止使用，请填写18位公民身份号码",
            "This is the old 15-digit form, no longer in use: give the 18-digit number",
            field=field,
        )
    return refuse(
        "person_id_format",
        "证件号码应为18位：前17位是数字，最后一位是数字或X",
        "The number has 18 characters: 17 digits, then a digit or X",
        field=field,
    )


def _old_foreign(text: str, field: str | None) -> PersonId:
    """Three letters of nationality, then 12 digits that begin with the place of issue (2 digits its province)."""
    area = text[3:5] + "0000"
    _check_province(area, field)
    return PersonId(
        kind=Kind.FOREIGN_OLD,
        value=text,
        area=area,
        area_status=divisions.status(area),
        area_name=divisions.full_name(area),
        nationality=text[:3],
        nationality_known=divisions.country(text[:3]) is not None,
        check_verified=False,
    )
