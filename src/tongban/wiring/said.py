"""What a command says to an operator and their scripts: one JSON value a call, and what was refused as one."""

from __future__ import annotations

import json
import sys
from typing import Any

from tongban.base.errors import Refusal


def show(answer: Any) -> None:
    """Print ``answer`` as JSON. A terminal in the C locale still gets JSON: escapes where its encoding has no Chinese."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(answer, ensure_ascii=plain))


def refused(no: Refusal, status: int = 1, **more: Any) -> int:
    """Print ``{"error": CODE, "reason", "reason_zh", ...}`` with why and what to do next; gives the exit status."""
    reasons = {}
    for key, language in (("reason", "en"), ("reason_zh", "zh")):
        parts = (part.in_(language) for part in (no.brief, no.because, no.next_step) if part)
        reasons[key] = ("。" if language == "zh" else ". ").join(part.rstrip("。.") for part in parts)
    known = {"known": found} if (found := getattr(no, "known", None)) else {}
    show({"error": no.code, **reasons, **known, **more})
    return status
