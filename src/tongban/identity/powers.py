"""What an officer may be given power to do at this node (权限): what a case knows, and what else a door asks for.

There is no power to grant powers: who grants them exercises none. They are granted by the node's operator, who has no
account at the desk (``officers``).
"""

from __future__ import annotations

from collections.abc import Iterable

from tongban.base.words import Words
from tongban.engine.lifecycle.powers import POWER_NAMES
from tongban.identity.refusals import UnknownPower

NAMES: dict[str, Words] = {power.value: words for power, words in POWER_NAMES.items()} | {
    "counter": Words(zh="窗口代办", en="serve people at a window"),
    "supervise": Words(zh="监督", en="supervise"),
    "draft": Words(zh="拟稿", en="draft services"),
    "publish": Words(zh="发布", en="review and publish services"),
    "refund": Words(zh="退费", en="ask for money to go back"),
    "allow-refund": Words(zh="退费审核", en="allow money to go back"),
}


def check(powers: Iterable[str]) -> list[str]:
    """The powers, each once, in order. Raises UnknownPower for what is none."""
    wanted = sorted(set(powers))
    if unknown := [power for power in wanted if power not in NAMES]:
        raise UnknownPower(unknown, known=list(NAMES))
    return wanted
