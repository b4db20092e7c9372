"""Informs a listener about each fit of this thread at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sklearn_deepmlp._estimators.fit_record import FitRecord

Listener = Callable[[FitRecord], None]

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def told_of_fits(listener: Listener) -> Iterator[None]:
    """Have a function informed of each fit of this thread, whether it succeeds or diverges."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell_of_fit(record: Callable[[], FitRecord]) -> None:
    """Inform this thread's listener, if it has one, of a fit."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(record())
