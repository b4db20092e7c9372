"""The workers of this process: started when they are first needed, and kept for the next group."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any

from sklearn_deepmlp._compat.fork import is_forked
from sklearn_deepmlp._compat.joblib import (
    BrokenProcessPool,
    Future,
    ParallelBackendBase,
    ProcessPoolExecutor,
    call_before_joining_workers,
    has_dead_workers,
    start_resource_trackers,
)
from sklearn_deepmlp._together.processes.parent import end_with_parent

# Seconds after which an idle worker ends, as in joblib.
_IDLE_SECONDS = 300.0
# Numerical libraries of a worker have one thread.
_ENVIRONMENT = dict.fromkeys(ParallelBackendBase.MAX_NUM_THREADS_VARS, "1")


def may_have_workers() -> bool:
    """Return whether this process may start others: it is no worker itself, and no forked child."""
    return multiprocessing.parent_process() is None and not is_forked()


class Workers:
    """A pool of processes of loky, lent to one group at a time.

    It is not joblib's own reusable pool, which each call with other settings replaces.

    Attributes
    ----------
    is_usable : bool
        Whether workers can do anything here, as far as is known.
    """

    def __init__(self) -> None:
        self.is_usable = True
        self._is_lent = threading.Lock()
        self._executor: ProcessPoolExecutor | None = None
        self._n, self._last_used = 0, float("-inf")
        self._is_killed_at_exit = False

    def try_to_lend(self) -> bool:
        """Lend the workers, unless they are lent already; return whether they are."""
        return self.is_usable and self._is_lent.acquire(blocking=False)

    def give_back(self) -> None:
        """End lending."""
        self._is_lent.release()

    def are_ready(self, n: int) -> bool:
        """Return whether so many workers have been started and are likely to be there."""
        return self._n >= n and monotonic() - self._last_used < _IDLE_SECONDS

    def run(self, n: int, function: Callable[..., Any], *args: Any) -> list[Future]:
        """Run a function in `n` workers, in each as soon as it is ready."""
        try:
            return self._submit(n, function, *args)
        except BrokenProcessPool:  # idle workers have been killed
            self.kill()
            return self._submit(n, function, *args)

    def _submit(self, n: int, function: Callable[..., Any], *args: Any) -> list[Future]:
        executor = self._executor_of(n)
        with _interrupts_blocked():
            futures = [executor.submit(function, *args) for _ in range(n)]
        if not self._is_killed_at_exit:
            self._is_killed_at_exit = True
            call_before_joining_workers(partial(self._kill_in, os.getpid()))
        for future in futures:
            future.add_done_callback(self._note_use)
        return futures

    def _executor_of(self, n: int) -> ProcessPoolExecutor:
        if self._n < n or (self._executor is not None and has_dead_workers(self._executor)):
            self.kill()
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                n, timeout=_IDLE_SECONDS, env=_ENVIRONMENT, initializer=end_with_parent
            )
            self._n = n
        return self._executor

    def _note_use(self, future: Future) -> None:
        if not future.cancelled() and future.exception() is None:
            self._last_used = monotonic()

    def kill(self) -> None:
        """End the processes at once."""
        executor, self._executor = self._executor, None
        self._n, self._last_used = 0, float("-inf")
        if executor is not None:
            executor.shutdown(wait=True, kill_workers=True)

    def _kill_in(self, process: int) -> None:
        """End the processes, unless this process is a child forked from the one that has them."""
        if os.getpid() == process:
            self.kill()


WORKERS = Workers()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Have processes and threads that this thread starts ignore Ctrl-C, where that is possible.

    They inherit what it blocks. This process handles Ctrl-C in its main thread.
    """
    if not hasattr(signal, "pthread_sigmask"):  # as on Windows
        yield
        return
    start_resource_trackers()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
