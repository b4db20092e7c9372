"""How many of the threads in flight compute at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Slots:
    """A bound on threads that compute, which those leave that wait.

    Parameters
    ----------
    n_slots : int
        How many there may be.
    """

    def __init__(self, n_slots: int) -> None:
        self._state = threading.Condition()
        self._n_free, self._is_open = n_slots, False

    def open(self) -> None:
        """Let all threads compute from now on."""
        with self._state:
            self._is_open = True
            self._state.notify_all()

    def _take(self) -> None:
        with self._state:
            self._state.wait_for(lambda: self._n_free > 0 or self._is_open)
            self._n_free -= 1

    def _leave(self) -> None:
        with self._state:
            self._n_free += 1
            self._state.notify()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Compute in the block."""
        self._take()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Let another thread compute while this one waits."""
        self._leave()
        try:
            yield
        finally:
            self._take()
