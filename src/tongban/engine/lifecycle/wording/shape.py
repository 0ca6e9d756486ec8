"""What a refusal's wording is made of, and the phrases that several share."""

from __future__ import annotations

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words


class Wording(msgspec.Struct, frozen=True):
    """One refusal: its class (which sets the HTTP status), what, what to do next, and the articles."""

    kind: type[Refusal]
    brief: Words
    next_step: Words
    cites: tuple[str, ...] = ()


def w(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


ART_26 = "行政许可法 第二十六条"
ART_32 = "行政许可法 第三十二条"
ART_38 = "行政许可法 第三十八条"
ART_42 = "行政许可法 第四十二条"
ART_45 = "行政许可法 第四十五条"
ART_69 = "行政许可法 第六十九条"
RELOAD = w("请刷新办件，查看最新进展。", "Reload the case and see where it stands now.")
ASK_COLLEAGUE = w("请转由其他工作人员办理。", "Pass it to another officer.")
WAIT = w("请等待前一环节完成。", "Wait until the earlier step is finished.")
