"""The one way to say no."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words


class Refusal(Exception):
    """A request that is answered with no: what, why, under which article, and what to do next.

    ``code`` is stable and for machines; ``status`` is the HTTP status a door answers with; ``field`` names the
    answer that is wrong, if one is; ``leads`` is the page that mends it, and what its button says, where there is one.
    """

    status = 422
    leads: tuple[str, Words] | None = None
    given: dict[str, Any] | None = None  # the command that was refused, for the row on the trail

    def __init__(
        self,
        code: str,
        brief: Words,
        *,
        because: Words | None = None,
        cites: tuple[str, ...] = (),
        next_step: Words | None = None,
        field: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {brief.en}")
        self.code = code
        self.brief = brief
        self.because = because
        self.cites = cites
        self.next_step = next_step
        self.field = field
        self.status = status or type(self).status


class Denied(Refusal):
    """The actor may not do this. Leaves a row on the trail."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or none that the actor may know of."""

    status = 404


class Conflict(Refusal):
    """Somebody else was first, or this was done already."""

    status = 409
