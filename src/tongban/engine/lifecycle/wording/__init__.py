"""How each refusal reads. Tables, so that lawyers can read them; codes are stable."""

from __future__ import annotations

from tongban.base.errors import Refusal
from tongban.engine.lifecycle.wording import coming_in, ending, working
from tongban.engine.lifecycle.wording.shape import Wording

WORDINGS: dict[str, Wording] = {**coming_in.WORDINGS, **working.WORDINGS, **ending.WORDINGS}


def refusal(code: str, *, field: str | None = None, **values: object) -> Refusal:
    """The refusal of that ``code`` with its words filled in; raise what this returns."""
    wording = WORDINGS[code]
    return wording.kind(
        code,
        wording.brief.format(**values),
        cites=wording.cites,
        next_step=wording.next_step,
        field=field,
    )
