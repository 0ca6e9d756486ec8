"""Bundles (一件事): what somebody does as one thing. A bundle lists items and the few questions that select among them;
all else is computed from its items."""

from tongban.engine.bundles.changes import changes
from tongban.engine.bundles.judging import judged
from tongban.engine.bundles.model import MEASURES, Baseline, Bundle, Expect, Papers, Situation, Stated
from tongban.engine.bundles.planning import chosen, counted, plan, said, situation_for
from tongban.engine.bundles.reading import FOLDER, Read, body, load_bundles, parse
from tongban.engine.items.body import sha256

__all__ = [
    "FOLDER",
    "MEASURES",
    "Baseline",
    "Bundle",
    "Expect",
    "Papers",
    "Read",
    "Situation",
    "Stated",
    "body",
    "changes",
    "chosen",
    "counted",
    "judged",
    "load_bundles",
    "parse",
    "plan",
    "said",
    "sha256",
    "situation_for",
]
