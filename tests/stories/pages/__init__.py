"""Every page of every door, and how to stand before it: who, at which address, in one world that is told on the way.

``walk(stage)`` gives page after page. Between them somebody does what the next pages need: fills a draft in, signs,
submits. A new page without parameters is found by itself (``lacking`` says so); one with parameters is written here.
"""

from __future__ import annotations

from collections.abc import Iterator

from demo.hands import Stage
from tests.stories.given import HOME
from tests.stories.pages.desk import desk
from tests.stories.pages.joint import joint
from tests.stories.pages.money import paying
from tests.stories.pages.portal import cases, draft, residents, strangers
from tests.stories.pages.routes import Visit, lacking

__all__ = ["Visit", "lacking", "walk"]


def walk(stage: Stage) -> Iterator[Visit]:
    """Page after page; what the next ones need is done in between."""
    yield from strangers(stage)
    her = stage.person(HOME, "founder", javascript=False)
    yield from residents(her)
    yield from draft(her)
    yield from cases(stage, her)
    yield from paying(stage)
    yield from desk(stage)
    yield from joint(stage)
