"""Fair timings on a machine that does other work too.

In a round each contender runs once, and each round starts with another one. Whatever slows the
machine down for a while slows down a whole round, so ratios are formed within rounds.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]

# Percentiles over rounds that a spread reaches from and to.
LOW, HIGH = 10, 90


@dataclass(frozen=True)
class Spread:
    """Median and spread of a figure over the rounds."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def interleaved(
    calls: Mapping[str, Callable[[], Any]],
    n_rounds: int,
    n_calls: int = 1,
    *,
    warm_up: bool = True,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, Seconds]:
    """Time calls alternately.

    Parameters
    ----------
    calls : mapping of str to callable
        The contenders.
    n_rounds : int
        How often each is timed.
    n_calls : int
        How many calls one time is the mean of, for short calls.
    warm_up : bool
        Whether each is called once before.
    clock : callable
        Returns seconds. ``time.process_time`` counts the CPU time of this process only, which
        other programs hardly change; for calls that use one thread.

    Returns
    -------
    dict of str to ndarray of shape (n_rounds,)
        Seconds per call.
    """
    names = list(calls)
    if warm_up:
        for call in calls.values():
            call()
    gc.collect()
    gc.freeze()  # timed calls do not search the objects of imports for garbage
    times = {name: np.empty(n_rounds) for name in names}
    for number in range(n_rounds):
        first = number % len(names)
        gc.collect()
        for name in names[first:] + names[:first]:
            times[name][number] = _seconds(calls[name], n_calls, clock)
    return times


def _seconds(call: Callable[[], Any], n_calls: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(n_calls):
        call()
    return (clock() - start) / n_calls


def spread(values: Seconds) -> Spread:
    """Return median and spread of a figure over the rounds."""
    low, median, high = np.percentile(values, [LOW, 50, HIGH]).tolist()
    return Spread(median, low, high)


def ratio(numerator: Seconds, denominator: Seconds) -> Spread:
    """Return the ratio of two contenders' times, formed within each round."""
    return spread(numerator / denominator)


def ratios(times: Mapping[str, Seconds], pairs: Mapping[str, tuple[str, str]]) -> dict[str, Spread]:
    """Return the ratios of the contenders that each pair names."""
    return {name: ratio(times[above], times[below]) for name, (above, below) in pairs.items()}


def geometric_mean(values: list[float]) -> float:
    """Return the geometric mean of ratios."""
    return float(np.exp(np.mean(np.log(values))))
