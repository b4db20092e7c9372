"""How many networks of a context wait, are trained and are done, and how many of their epochs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from operator import add
from typing import NamedTuple

from sklearn_deepmlp._stack.job import Job


class Counts(NamedTuple):
    """Numbers of networks and of their epochs, or changes of these numbers.

    Attributes
    ----------
    n_waiting, n_in_training, n_done : int
        Networks that have reached their training, by their state.
    n_epochs : int
        Epochs of all these networks, `Stopping.max_iter` of each.
    n_epochs_done : int
        Those that are done or no longer needed.
    """

    n_waiting: int = 0
    n_in_training: int = 0
    n_done: int = 0
    n_epochs: int = 0
    n_epochs_done: int = 0


class Progress:
    """Counts networks and epochs, from any thread; in a forked child it counts nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._counts = Counts()

    def counts(self) -> Counts:
        """Return the numbers at this moment."""
        return self._counts

    def _add(self, change: Counts) -> None:
        if self._process != os.getpid():  # where the lock may be locked forever
            return
        with self._lock:
            self._counts = Counts(*map(add, self._counts, change))

    def wait(self, job: Job) -> None:
        """Count a network that waits for its training."""
        self._add(Counts(n_waiting=1, n_epochs=job.stopping.max_iter))

    def withdraw(self, job: Job) -> None:
        """Forget a network that has waited and will not be trained."""
        self._add(Counts(n_waiting=-1, n_epochs=-job.stopping.max_iter))

    @contextmanager
    def training(self, jobs: Sequence[Job]) -> Iterator[Callable[[int], None]]:
        """Count the epochs of networks that have waited; at the end all of them are done.

        Yields
        ------
        callable
            `at_epoch` of a `Watch`.
        """
        n_jobs = len(jobs)
        self._add(Counts(n_waiting=-n_jobs, n_in_training=n_jobs))
        remaining = _Remaining(sum(job.stopping.max_iter for job in jobs), self._add)
        try:
            yield remaining.end_epochs
        finally:
            remaining.end()
            self._add(Counts(n_in_training=-n_jobs, n_done=n_jobs))


class _Remaining:
    """The epochs of a training that are not done, some of which an error may leave undone."""

    def __init__(self, n_epochs: int, count: Callable[[Counts], None]) -> None:
        self._lock = threading.Lock()
        self._n_epochs, self._count = n_epochs, count

    def end_epochs(self, n_epochs: int) -> None:
        with self._lock:
            n_epochs = min(n_epochs, self._n_epochs)
            self._n_epochs -= n_epochs
        self._count(Counts(n_epochs_done=n_epochs))

    def end(self) -> None:
        self.end_epochs(self._n_epochs)


_OPEN: ContextVar[Progress | None] = ContextVar("progress", default=None)


def open_progress() -> Progress:
    """Return the progress that is shown of what is trained for this thread, or one that is not."""
    return _OPEN.get() or Progress()


def is_progress_open() -> bool:
    """Return whether the progress of what is trained for this thread is shown."""
    return _OPEN.get() is not None


@contextmanager
def counted_by(progress: Progress) -> Iterator[None]:
    """Have a progress count what is trained for this thread."""
    token = _OPEN.set(progress)
    try:
        yield
    finally:
        _OPEN.reset(token)
