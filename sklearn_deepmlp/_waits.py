"""How OpenMP's threads wait for each other: spinning on idle cores, asleep on busy ones.

On cores that have other work too, a thread that spins takes the time slice of the one that it waits
for, and a step takes 2 to 30 times as long as with one thread. On idle cores, spinning is faster by
some tens of microseconds per wait. Neither changes any bit of a result.
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
    _COUNTS_PREEMPTIONS = False
else:
    _COUNTS_PREEMPTIONS = hasattr(resource, "RUSAGE_THREAD")  # as on Linux

# Elements per thread of an elementwise operation of torch (at::internal::GRAIN_SIZE).
_GRAIN = 32768
# Cores count as busy if a thread is preempted this often, in total and per second; on idle ones it
# keeps its core for seconds. All fits rely on such a finding for this many seconds.
_PREEMPTIONS, _PREEMPTIONS_PER_SECOND, _SECONDS_VALID = 4, 20.0, 10.0

_busy_until = float("-inf")


@contextmanager
def considerate_waits() -> Iterator[Callable[[], None]]:
    """Let waits spin until the cores turn out to be busy, and sleep from then on.

    Yields
    ------
    callable
        To be called at each step; it checks whether the cores are busy.
    """
    with ExitStack() as stack:
        if not (_COUNTS_PREEMPTIONS and _is_gnu()):
            yield lambda: None
            return
        yield _Watch(lambda: stack.enter_context(sleeping_waits()))


def _is_gnu() -> bool:
    return any(library.prefix == "libgomp" for library in openmp_libraries())


class _Watch:
    """Calls a function once, when the cores turn out to be busy."""

    def __init__(self, when_busy: Callable[[], None]) -> None:
        self._when_busy = when_busy
        self._has_called = False
        self._start, self._n_before = monotonic(), _n_preemptions()

    def __call__(self) -> None:
        if not self._has_called and self._are_busy():
            self._has_called = True
            self._when_busy()

    def _are_busy(self) -> bool:
        global _busy_until  # noqa: PLW0603 - a finding about the machine, which all fits share
        now, n_preemptions = monotonic(), _n_preemptions() - self._n_before
        if n_preemptions >= max(_PREEMPTIONS, _PREEMPTIONS_PER_SECOND * (now - self._start)):
            _busy_until = now + _SECONDS_VALID
        return now < _busy_until


def _n_preemptions() -> int:
    """Return how often the calling thread had to leave a core while it had work."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


@contextmanager
def sleeping_waits() -> Iterator[None]:
    """Have the threads of GNU's OpenMP sleep while they wait.

    GNU's OpenMP reads its wait policy when it is loaded, but threads spin only a thousandth as long
    while there are more of them than cores (gomp_throttled_spin_count_var in its env.c). So a
    second team of threads, which does nothing, is kept meanwhile.
    """
    n = _n_cores() - n_threads() + 2  # together with the calling thread's, one more than cores
    if n < 2:  # there are more threads than cores already
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
