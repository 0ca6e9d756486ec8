"""What is wrong with a file, where, and how to mend it."""

from __future__ import annotations

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words


class Finding(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing to mend. ``file`` is the path as it was given, ``line`` counts from 1 (0: the whole file),
    ``what`` says what is wrong and ``fix`` what would do, in both languages. ``warning`` findings do not stop a publication."""

    file: str
    line: int
    rule: str
    what: Words
    fix: Words
    warning: bool = False

    def __str__(self) -> str:
        level = "提醒 warning" if self.warning else "错误 error"
        what, fix = (f"{each.zh} · {each.en}" for each in (self.what, self.fix))
        return f"{self.file}:{self.line}: {level}: {what} [{self.rule}] → {fix}"


class Broken(Refusal):
    """A folder, overlay or body that cannot be read as it stands: every finding is in ``findings``."""

    def __init__(self, *findings: Finding) -> None:
        first = findings[0]
        told = Words(zh="事项文件有误：{at}：{what} → {fix}", en="The item's files are wrong: {at}: {what} → {fix}")
        super().__init__("item_broken", told.format(at=f"{first.file}:{first.line}", what=first.what, fix=first.fix))
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)
