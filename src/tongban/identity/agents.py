"""What a browser says of itself, coarsely: enough for its owner to know it again, too little to tell people apart. Pure."""

from __future__ import annotations

import re

# The first that fits: apps and phones name the systems and browsers that they are built on as well.
_SYSTEMS = (
    ("harmony", r"OpenHarmony|HarmonyOS"),
    ("ipad", r"iPad"),
    ("iphone", r"iPhone|iPod"),
    ("android", r"Android"),
    ("windows", r"Windows"),
    ("mac", r"Macintosh|Mac OS X"),
    ("linux", r"Linux|X11"),
)
_BROWSERS = (
    ("wechat", r"MicroMessenger"),
    ("alipay", r"AlipayClient"),
    ("edge", r"Edg(e|A|iOS)?/"),
    ("firefox", r"Firefox/|FxiOS/"),
    ("chrome", r"Chrom(e|ium)/|CriOS/"),
    ("safari", r"Safari/"),
)


def kind(agent: str) -> str:
    """``"iphone/safari"``: system and browser of a User-Agent; "other" for what is not known."""
    text = agent[:512]
    return f"{_first(_SYSTEMS, text)}/{_first(_BROWSERS, text)}"


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, text)), "other")
