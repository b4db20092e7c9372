"""How many of the threads in flight compute at a time, one per core."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Slots:
    """A bound on the threads that compute; a thread that waits leaves its slot to another.

    Parameters
    ----------
    n_slots : int
        Number of threads that may compute at a time.
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
            self._state.wait_for(self._may_take)
            self._n_free -= 1

    def _may_take(self) -> bool:
        return self._n_free > 0 or self._is_open

    def _leave(self) -> None:
        with self._state:
            self._n_free += 1
            self._state.notify()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a slot within the context."""
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
