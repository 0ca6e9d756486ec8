"""Which papers an office may still ask for in a case: none that the law abolished (没有依据的不得要求)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine.plan import Verdict

# What a record proves already: asking for it on paper again has no basis. What an office misses all the same it can say.
PROVEN = frozenset({Verdict.CANCELLED.value, Verdict.CERTIFICATE.value, Verdict.VERIFIED.value})


class Abolished(Refusal):
    """A paper without a basis in law is asked for: nobody may."""

    def __init__(self, title: Words, why: Words) -> None:
        super().__init__(
            "paper_abolished",
            Words(zh="不能要求提交“{title}”", en="“{title}” cannot be asked for").format(title=title),
            because=why,
            cites=("《中华人民共和国行政许可法》第三十一条第一款",),
            next_step=Words(
                zh="请不要列入这份材料；要核实的内容，请写明由系统查什么、申请人说明什么。",
                en="Leave it out; if something has to be made sure of, write what is to be looked up or explained.",
            ),
            field="lines",
        )


def check(row: Any, lines: Collection[str]) -> None:
    """Refuse what the law abolished, with the reason that people were shown. Raises Abolished."""
    for paper in stored.materials(row):
        if paper.type in lines and paper.verdict == Verdict.CANCELLED:
            raise Abolished(Words(**paper.title), Words(**paper.reason))


def may_ask(*, number: str, lines: Collection[str]) -> None:
    """The same, before anything is written. Raises Abolished."""
    check(stored.by_number(number), lines)


def spared(papers: Collection[Any]) -> frozenset[str]:
    """The papers of a case that are not to be asked for: abolished, or proven by a certificate or a registry."""
    return frozenset(paper.type for paper in papers if paper.verdict in PROVEN)
