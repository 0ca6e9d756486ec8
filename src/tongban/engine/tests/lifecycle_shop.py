"""A restaurant as one case of four parts, for the lifecycle's tests."""

from __future__ import annotations

from tongban.engine.lifecycle import Accept, Decide, FinishStep, Outcome
from tongban.engine.tests.lifecycle_samples import DECIDER, WINDOW, K, World, officer, step

EYES, HEAD = officer("o-eyes", "city"), officer("o-head", "city")
LICENCE = (
    step("firm.accept", K.ACCEPT, "window"),
    step("firm.examine", K.EXAMINE, "market", "firm.accept"),
    step("firm.decide", K.DECIDE, "market", "firm.examine"),
    step("firm.issue", K.ISSUE, "market", "firm.decide"),
)
FOOD = (
    step("food.accept", K.ACCEPT, "window", "firm.issue"),
    step("food.inspect", K.INSPECT, "city", "food.accept"),
    step("food.decide", K.DECIDE, "city", "food.inspect"),
    step("food.issue", K.ISSUE, "city", "food.decide"),
)
SIGN = (
    step("sign.accept", K.ACCEPT, "window", "food.issue"),
    step("sign.decide", K.DECIDE, "city", "sign.accept"),
    step("sign.tell", K.TELL, "city", "sign.decide"),
)
FIRE = (
    step("fire.accept", K.ACCEPT, "window"),
    step("fire.ask", K.ASK, "city", "fire.accept"),
    step("fire.decide", K.DECIDE, "city", "fire.ask"),
    step("fire.tell", K.TELL, "city", "fire.decide"),
)
FOUR = ("firm", "food", "sign", "fire")


def shop() -> World:
    """A restaurant: the food permit needs the licence, the sign needs the food permit, fire safety needs nothing."""
    return World((*LICENCE, *FOOD, *SIGN, *FIRE), FOUR)


def accepted() -> World:
    world = shop()
    world.do(Accept, WINDOW)
    return world


def granted_licence() -> World:
    world = accepted()
    world.do(FinishStep, officer("o-ex", "market"), step="firm.examine", outcome=Outcome.PASSED)
    world.do(Decide, DECIDER, granted=True, part="firm")
    return world


def gone(world: World) -> dict[str, str | None]:
    return {p.key: p.gone.fell_with for p in world.case.parts if p.gone}


def outcomes(world: World, part: str) -> list[str | None]:
    return [s.outcome for s in world.case.steps if s.part == part]
