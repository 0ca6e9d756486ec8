"""Service items: folders of plain files read into values, and values into bytes that any node can read back."""

from tongban.engine.items.body import body, parse, ref, sha256
from tongban.engine.items.changes import ABOUT_NAMES, About, Change, changes
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.loading import Library, library, load
from tongban.engine.items.model import (
    Check,
    Commitment,
    Contact,
    Decision,
    Element,
    Example,
    Expect,
    Faq,
    Field,
    Item,
    Material,
    Outcome,
    Party,
    Rule,
    Says,
    Step,
    Subjects,
    Tariff,
    Withdrawal,
)
from tongban.engine.items.overlays import overlay
from tongban.engine.items.phrases import Phrase, Use, load_phrases
from tongban.engine.items.shared import Shared, load_shared
from tongban.engine.plan import Option

__all__ = [
    "ABOUT_NAMES",
    "About",
    "Broken",
    "Change",
    "Check",
    "Commitment",
    "Contact",
    "Decision",
    "Element",
    "Example",
    "Expect",
    "Faq",
    "Field",
    "Finding",
    "Item",
    "Library",
    "Material",
    "Option",
    "Outcome",
    "Party",
    "Phrase",
    "Rule",
    "Says",
    "Shared",
    "Step",
    "Subjects",
    "Tariff",
    "Use",
    "Withdrawal",
    "body",
    "changes",
    "library",
    "load",
    "load_phrases",
    "load_shared",
    "overlay",
    "parse",
    "ref",
    "sha256",
]
