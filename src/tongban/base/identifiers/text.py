"""What every kind of identifier shares: cleaning what was typed, hiding what is shown, saying no."""

from __future__ import annotations

from datetime import date

from tongban.base.errors import Refusal
from tongban.base.words import Words

# Full-width forms (U+FF01-FF5E) are what a Chinese keyboard types for ASCII; spaces and invisible marks come with
# copying from documents. Nothing else is mapped: a circled or Arabic digit is a wrong character, not another spelling.
_CLEAN: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_CLEAN |= dict.fromkeys(map(ord, " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\u3000\ufeff"))
LONGEST = 200  # characters; longer input is not an identifier of any kind


def normalise(value: str) -> str:
    """Upper case ASCII, full-width characters made plain, spaces and invisible marks removed.

    What is longer than ``LONGEST`` reads as nothing at all (cutting it would make a valid number of its beginning).
    """
    if len(value) > LONGEST:
        return ""
    return "".join(c.upper() if c.isascii() else c for c in value.translate(_CLEAN))


def mask(value: str) -> str:
    """The value as it may be shown: 11 characters or more keep three in front and four at the end, 4 to 10 one each.

    ``11010519491231002X`` reads ``110***********002X``, a mobile number ``138****5678``; shorter ones show nothing.
    """
    head, tail = (3, 4) if len(value) >= 11 else (1, 1) if len(value) >= 4 else (0, 0)
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


def refuse(code: str, zh: str, en: str, *, field: str | None = None, next_step: Words | None = None) -> Refusal:
    """A Refusal for a wrong identifier; ``code`` ends in the part that is wrong (``person_id_birth``)."""
    return Refusal(code, Words(zh, en), field=field, next_step=next_step)


def real_date(digits: str) -> date | None:
    """The date that eight digits YYYYMMDD name, or None when there is none such."""
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
