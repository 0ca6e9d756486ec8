"""No refusal without words, and no words without a refusal; reads the source, so mutation runs leave it out."""

from __future__ import annotations

import re
from pathlib import Path

from tongban.engine import lifecycle
from tongban.engine.lifecycle.wording import WORDINGS


def test_every_wording_is_raised_somewhere_and_none_is_missing():
    folder = Path(lifecycle.__file__).parent
    source = "".join(f.read_text() for f in folder.glob("*.py") if f.name != "wording.py")
    assert sorted(code for code in WORDINGS if f'"{code}"' not in source) == []
    assert set(re.findall(r'refusal\(\s*"(\w+)"', source)) <= set(WORDINGS)
