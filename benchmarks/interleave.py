"""Fair timings on a machine that does other things too.

In a round each contender runs once, and the rounds start with another one each. What slows the
machine down for a while slows a whole round down, so ratios are formed inside rounds.
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
    calls: Mapping[str, Callable[[], Any]], n_rounds: int, n_calls: int = 1, *, warm_up: bool = True
) -> dict[str, Seconds]:
    """Time calls in turn.

    Parameters
    ----------
    calls : mapping of str to callable
        The contenders.
    n_rounds : int
        How often each is timed.
    n_calls : int
        Calls that one time is the mean of, for quick ones.
    warm_up : bool
        Whether each is called once before.

    Returns
    -------
    dict of str to ndarray of shape (n_rounds,)
        Seconds a call.
    """
    names = list(calls)
    if warm_up:
        for call in calls.values():
            call()
    gc.collect()
    gc.freeze()  # what imports have made is not searched for garbage in a timed call
    times = {name: np.empty(n_rounds) for name in names}
    for number in range(n_rounds):
        first = number % len(names)
        gc.collect()
        for name in names[first:] + names[:first]:
            times[name][number] = _seconds(calls[name], n_calls)
    return times


def _seconds(call: Callable[[], Any], n_calls: int) -> float:
    start = perf_counter()
    for _ in range(n_calls):
        call()
    return (perf_counter() - start) / n_calls


def spread(values: Seconds) -> Spread:
    """Return median and spread of a figure a round."""
    low, median, high = np.percentile(values, [LOW, 50, HIGH]).tolist()
    return Spread(median, low, high)


def ratio(numerator: Seconds, denominator: Seconds) -> Spread:
    """Return the ratio of two contenders' times, formed inside each round."""
    return spread(numerator / denominator)


def ratios(times: Mapping[str, Seconds], pairs: Mapping[str, tuple[str, str]]) -> dict[str, Spread]:
    """Return the ratios of the contenders that each pair names."""
    return {name: ratio(times[above], times[below]) for name, (above, below) in pairs.items()}


def geometric_mean(values: list[float]) -> float:
    """Return the geometric mean of ratios."""
    return float(np.exp(np.mean(np.log(values))))
