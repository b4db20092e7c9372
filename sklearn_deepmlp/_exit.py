"""Trainings in daemon threads rest when the interpreter ends.

Before Python 3.14, the interpreter ends a daemon thread as soon as it returns from a library.
Within torch, C++ does not allow that, and the whole process would abort.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

# For how long the interpreter waits for the step that a training is at.
_SECONDS = 10.0

_training: set[threading.Thread] = set()
_is_ending, _never = threading.Event(), threading.Event()


@contextmanager
def resting_at_exit(at_step: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Have a training in this thread rest for good when the interpreter ends.

    Parameters
    ----------
    at_step : callable
        What the caller wants to be called at each step.

    Yields
    ------
    callable
        To be called at each step instead of `at_step`; it calls that.
    """
    thread = threading.current_thread()
    if not thread.daemon or thread in _training:  # others are waited for; this one trains already
        yield at_step
        return

    def look() -> None:
        if _is_ending.is_set():
            _training.discard(thread)
            _never.wait()
        at_step()

    _training.add(thread)
    try:
        yield look
    finally:
        _training.discard(thread)


@atexit.register
def _wait_for_rest() -> None:
    """Wait until no daemon thread trains any longer; those of a forked child's parent do not."""
    _is_ending.set()
    end = monotonic() + _SECONDS
    while any(thread.is_alive() for thread in [*_training]) and monotonic() < end:
        sleep(0.001)
