"""What is wrong with a file, where, and how to mend it."""

from __future__ import annotations

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing to mend. ``file`` is the path as it was given, ``line`` counts from 1 (0: the whole file),
    ``what`` says what is wrong and ``fix`` what would do. ``warning`` findings do not stop a publication."""

    file: str
    line: int
    rule: str
    what: str
    fix: str
    warning: bool = False

    def __str__(self) -> str:
        level = "warning" if self.warning else "error"
        return f"{self.file}:{self.line}: {level}: {self.what} [{self.rule}] → {self.fix}"


class Broken(Refusal):
    """A folder, overlay or body that cannot be read as it stands: every finding is in ``findings``."""

    def __init__(self, *findings: Finding) -> None:
        first = findings[0]
        text = f"{first.file}:{first.line}: {first.what} → {first.fix}"
        super().__init__("item_broken", Words(zh=f"事项文件有误：{text}", en=f"The item's files are wrong: {text}"))
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)
