"""Asking once a request: what does not change while a page is made is read once for it.

``once`` keeps an answer only while a ``scope`` is open, and only for that scope: a page that is looked at opens one
(``ui.middleware.Memory``); nothing that changes anything does, nor jobs, nor tests that call a room. Where a case moves
all the same while a page is made, what was kept is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_kept: ContextVar[dict[Hashable, object] | None] = ContextVar("tongban_memo", default=None)


@contextmanager
def scope() -> Iterator[None]:
    """Inside, what ``once`` marks is asked once for each of its arguments."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def forget() -> None:
    """What was asked so far holds no longer: something has changed."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()


def once(ask: Callable[P, R]) -> Callable[P, R]:
    """Marks a question whose answer holds for a whole page. Its arguments are hashable, its answer is not changed."""

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        kept = _kept.get()
        if kept is None:
            return ask(*args, **kwargs)
        key = (ask.__module__, ask.__qualname__, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = ask(*args, **kwargs)
        return kept[key]  # type: ignore[return-value]

    return asked
