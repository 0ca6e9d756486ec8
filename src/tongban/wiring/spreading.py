"""Judging items side by side: in as many processes as there are processors, each with what its parent has read."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Sequence

from tongban.engine.check import Judge, Judged

FEW = 100  # items that one process judges faster than two are made
_judge: list[Judge] = []


def processes(judge: Judge, codes: Sequence[str]) -> Iterable[Judged]:
    """Every n-th item to each of n processes. They are forked, so that nothing read is read or sent again."""
    hands = min(os.cpu_count() or 1, 1 + len(codes) // FEW)
    if hands < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return (judge(codes),)
    _judge[:] = [judge]
    with multiprocessing.get_context("fork").Pool(hands) as pool:
        return pool.map(_share, [codes[n::hands] for n in range(hands)])


def _share(codes: Sequence[str]) -> Judged:
    return _judge[0](codes)
