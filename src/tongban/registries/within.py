"""What lies in a division: by the digits of its code (GB/T 2260: two each for province, prefecture, county)."""

from __future__ import annotations

from django.db.models import Q


def prefix(code: str) -> str:
    """The digits that all codes within have in common: 330100 → 3301, 310117 → 310117, 310000 → 31."""
    if len(code) != 6:
        return code
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def within(code: str, field: str = "division_id") -> Q:
    """Rows whose division is ``code`` or lies in it. A range, which any index on the code serves."""
    first = prefix(code)
    return Q(**{f"{field}__gte": first, f"{field}__lt": str(int(first) + 1)})


def holds(code: str, division: str) -> bool:
    """Whether ``division`` is ``code`` or lies in it."""
    return division.startswith(prefix(code))
