"""Several works of one job, none of which keeps another from being done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)


def each(works: Mapping[str, Callable[[], object]]) -> None:
    """Do every work, whatever came of the one before. What failed is logged with its traceback under its name (a name
    says nothing about a person), and at the end an ExceptionGroup of it is raised, so that the job is seen as failed."""
    failures = []
    for name, work in works.items():
        try:
            work()
        except Exception as failure:
            log.exception("%s failed; what stands beside it goes on", name)
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(works)} failed", failures)
