"""How OpenMP's threads wait for each other: spinning on idle cores, asleep on busy ones.

On cores that have other work too, a thread that spins takes the time slice of the one that it waits
for, and a step takes 2 to 30 times as long as with one thread. On idle cores spinning is the
quicker way by some tens of microseconds a wait. Neither changes a bit of any result.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from time import monotonic

import torch

from sklearn_deepmlp._threads import limited_to, n_threads, openmp_libraries

try:
    import resource
except ImportError:  # as on Windows
    _COUNTS_LOST_CORES = False
else:
    _COUNTS_LOST_CORES = hasattr(resource, "RUSAGE_THREAD")  # as on Linux

# Elements for which torch takes one more thread (at::internal::GRAIN_SIZE).
_GRAIN = 32768
# Cores are busy where a thread loses them so often, in all and a second; on idle ones it keeps its
# core for seconds. What one fit has found, others believe for so many seconds.
_LOSSES, _LOSSES_A_SECOND, _BELIEVED = 4, 20.0, 10.0

_busy_until = float("-inf")


@contextmanager
def considerate_waits() -> Iterator[Callable[[], None]]:
    """Let waits spin until the cores turn out to be busy, and sleep from then on.

    Yields
    ------
    callable
        To be called at each step: looks whether they are busy.
    """
    with ExitStack() as stack:
        if not (_COUNTS_LOST_CORES and _is_gnu()):
            yield lambda: None
            return
        yield _Watch(lambda: stack.enter_context(sleeping_waits()))


def _is_gnu() -> bool:
    return any(library.prefix == "libgomp" for library in openmp_libraries())


class _Watch:
    """Calls a function once, when the cores are busy."""

    def __init__(self, when_busy: Callable[[], None]) -> None:
        self._when_busy = when_busy
        self._has_called = False
        self._start, self._losses_before = monotonic(), _lost_cores()

    def __call__(self) -> None:
        if not self._has_called and self._are_busy():
            self._has_called = True
            self._when_busy()

    def _are_busy(self) -> bool:
        global _busy_until  # noqa: PLW0603 - a belief about the machine, which all fits share
        now, losses = monotonic(), _lost_cores() - self._losses_before
        if losses >= max(_LOSSES, _LOSSES_A_SECOND * (now - self._start)):
            _busy_until = now + _BELIEVED
        return now < _busy_until


def _lost_cores() -> int:
    """Return how often the calling thread had to leave a core while it had work."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


@contextmanager
def sleeping_waits() -> Iterator[None]:
    """Have the threads of GNU's OpenMP sleep while they wait.

    It reads its wait policy when it is loaded, but spins a thousandth as long while it has more
    threads than there are cores (gomp_throttled_spin_count_var in its env.c). So a second team of
    threads, which does nothing, is held meanwhile.
    """
    n = _n_cores() - n_threads() + 2  # with those of the calling thread one more than cores
    if n < 2:  # there are as many without
        yield
        return
    is_held, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with limited_to(n):
            torch.zeros(n * _GRAIN).neg_()  # an operation of n threads
            is_held.set()
            is_over.wait()

    thread = threading.Thread(target=hold, daemon=True)
    with suppress(RuntimeError):  # can't start new thread
        thread.start()
        is_held.wait()
    try:
        yield
    finally:
        is_over.set()


def _n_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
