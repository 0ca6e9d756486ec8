"""Organisations' numbers: the unified social credit code (GB 32100) with the organisation code (GB 11714) inside."""

from __future__ import annotations

import re

import msgspec

from tongban.base import divisions
from tongban.base.identifiers.text import mask, normalise, refuse
from tongban.base.words import Words

__all__ = ["OrganisationId", "check_digit", "compose", "inner_check", "issue", "mask", "normalise", "parse"]

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}", re.ASCII)
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# The registering department (1st character) and the type within it (2nd, a digit from 1), GB 32100-2015 with its first
# amendment: 1 staffing, 2 foreign affairs, 3 justice, 4 culture, 5 civil affairs, 6 tourism, 7 religion, 8 trade unions,
# 9 market regulation, A the military, N agriculture, Y others.
_REGISTERED = re.compile(r"[1-9ANY][1-9]", re.ASCII)
NATIONAL = "100000"  # the division of what is registered with the state itself; not in GB/T 2260

# The registering authority and the type of organisation (GB 32100, table 1).
_PREFIXES: dict[str, Words] = {
    "11": Words("机关", "Government body"),
    "12": Words("事业单位", "Public institution"),
    "13": Words("群众团体", "Mass organisation"),
    "31": Words("律师执业机构", "Law firm"),
    "32": Words("公证处", "Notary office"),
    "51": Words("社会团体", "Social association"),
    "52": Words("民办非企业单位", "Private non-enterprise unit"),
    "53": Words("基金会", "Foundation"),
    "81": Words("工会", "Trade union"),
    "91": Words("企业", "Enterprise"),
    "92": Words("个体工商户", "Individual business"),
    "93": Words("农民专业合作社", "Farmers' cooperative"),
}


class OrganisationId(msgspec.Struct, frozen=True, kw_only=True):
    """What a unified social credit code says.

    ``type_known`` is False for a prefix that is not in our list (it is not refused). ``inner_check_ok`` is False where
    the organisation code's own check (9th of its characters) is wrong: told, not refused, for such codes were issued.
    """

    kind: str
    value: str
    prefix: str
    type: Words
    type_known: bool
    division: str
    division_status: divisions.Status
    division_name: str
    organisation: str
    inner_check_ok: bool

    @property
    def masked(self) -> str:
        """The code as it may be shown where it stands for a person (individual businesses)."""
        return mask(self.value)


def parse(value: str, *, field: str | None = None) -> OrganisationId:
    """Read a unified social credit code. The outer check decides.

    Raises Refusal ``org_id_format``, ``org_id_characters`` (I, O, S, V, Z are never used), ``org_id_check``,
    ``org_id_prefix`` (no department registers such) or ``org_id_division`` (its first two digits name no province, nor
    is it the state's own, 100000). An abolished or unknown division of a province is told, not refused.
    """
    text = normalise(value)
    if len(text) == 18 and set(text) & set("IOSVZ"):
        raise refuse(
            "org_id_characters", "统一社会信用代码不使用字母 I、O、S、V、Z，请核对是否为 1、0、5、2",
            "The code never uses I, O, S, V or Z: see whether 1, 0, 5 or 2 is meant", field=field,
        )
    if not _SHAPE.fullmatch(text):
        raise refuse(
            "org_id_format", "统一社会信用代码应为18位数字或大写字母，第3至8位是数字",
            "The code has 18 digits or letters, of which the 3rd to 8th are digits", field=field,
        )
    if text[17] != check_digit(text[:17]):
        raise refuse(
            "org_id_check", "校验码不对，请核对有没有输错", "The check digit does not match: a character is mistyped",
            field=field,
        )
    _check_registered(text, field)
    return _read(text)


def _check_registered(text: str, field: str | None) -> None:
    if not _REGISTERED.fullmatch(text[:2]):
        raise refuse(
            "org_id_prefix", "前两位不是任何登记管理部门和机构类别",
            "Its first two characters name no registering department and type", field=field,
        )
    if text[2:8] != NATIONAL and not divisions.has_province(text[2:8]):
        raise refuse(
            "org_id_division", "第3至8位不是任何行政区划", "Its 3rd to 8th digits name no division", field=field,
        )


def check_digit(body: str) -> str:
    """The GB 32100 check character of 17: weights 3^i mod 31. ValueError for a character outside the alphabet."""
    if len(body) != 17:
        raise ValueError("a body is 17 characters")
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return ALPHABET[-total % 31]


def inner_check(body: str) -> str:
    """The GB 11714 check character of an organisation code's first 8: 11 - sum mod 11, 10 reads X, 11 reads 0."""
    if len(body) != 8:
        raise ValueError("an organisation code's body is 8 characters")
    total = sum(int(c, 36) * w for c, w in zip(body, _INNER_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def compose(prefix: str, division: str, body: str) -> str:
    """The whole code from prefix (2), division (6 digits) and organisation code without its check (8).

    Both checks are computed. ValueError where a part has the wrong shape.
    """
    first = f"{prefix}{division}{body}{inner_check(body)}"
    code = first + check_digit(first)
    if (len(prefix), len(division)) != (2, 6) or not _SHAPE.fullmatch(code):
        raise ValueError("a code is 2 + 6 digits + 8 characters of the alphabet")
    return code


def issue(*, prefix: str, division: str, serial: int) -> str:
    """The code of a serial number of the registering authority: its organisation code is ``MA`` + 6 of base 31.

    Organisation codes since the reform begin with MA. ``serial`` is 0 to 31^6 - 1; equal serials give equal codes, so
    the caller counts (in the registry). ValueError beyond.
    """
    if not 0 <= serial < 31**6:
        raise ValueError("a serial is 0 to 31^6 - 1")
    digits = ""
    for _ in range(6):
        serial, rest = divmod(serial, 31)
        digits = ALPHABET[rest] + digits
    return compose(prefix, division, "MA" + digits)


def _read(text: str) -> OrganisationId:
    prefix, division, organisation = text[:2], text[2:8], text[8:17]
    known = _PREFIXES.get(prefix)
    return OrganisationId(
        kind="uscc",
        value=text,
        prefix=prefix,
        type=known or Words("其他", "Other"),
        type_known=known is not None,
        division=division,
        division_status=divisions.Status.CURRENT if division == NATIONAL else divisions.status(division),
        division_name="国家" if division == NATIONAL else divisions.full_name(division),
        organisation=organisation,
        inner_check_ok=organisation[8] == inner_check(organisation[:8]),
    )
