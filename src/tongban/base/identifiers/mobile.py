"""Mobile telephone numbers of the mainland: ``1[3-9]`` and nine digits."""

from __future__ import annotations

import re

import msgspec

from tongban.base.identifiers.text import mask, normalise, refuse

__all__ = ["Mobile", "mask", "normalise", "parse"]

_SHAPE = re.compile(r"(?:\+86|0086)?(1[3-9][0-9]{9})", re.ASCII)


class Mobile(msgspec.Struct, frozen=True, kw_only=True):
    """A mobile number as eleven digits, without country code."""

    kind: str
    value: str

    @property
    def masked(self) -> str:
        """138****5678."""
        return mask(self.value)


def parse(value: str, *, field: str | None = None) -> Mobile:
    """Read a mobile number; +86, spaces and hyphens are dropped. Raises Refusal ``mobile_format``."""
    found = _SHAPE.fullmatch(normalise(value).replace("-", ""))
    if found is None:
        raise refuse("mobile_format", "手机号码应为11位数字，以13至19开头",
                     "A mobile number has 11 digits and begins with 13 to 19", field=field)
    return Mobile(kind="mobile", value=found[1])
