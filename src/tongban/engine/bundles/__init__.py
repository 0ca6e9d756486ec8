"""Bundles (一件事): what somebody does as one thing. A bundle lists items and the few questions that select among them;
all else is computed from its items."""

from tongban.engine.bundles.judging import chosen, judged, plan, said, situation_for
from tongban.engine.bundles.model import MEASURES, Bundle, Expect, Papers, Situation, Stated
from tongban.engine.bundles.reading import FOLDER, Read, body, load_bundles, parse
from tongban.engine.items.body import sha256

__all__ = [
    "FOLDER",
    "MEASURES",
    "Bundle",
    "Expect",
    "Papers",
    "Read",
    "Situation",
    "Stated",
    "body",
    "chosen",
    "judged",
    "load_bundles",
    "parse",
    "plan",
    "said",
    "sha256",
    "situation_for",
]
