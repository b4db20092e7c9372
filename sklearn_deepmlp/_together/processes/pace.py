"""How fast this process trains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic

from sklearn_deepmlp._together.processes.costs import seconds_of, seconds_per_epoch
from sklearn_deepmlp._together.units import Unit


class Pace:
    """Compares estimates of costs with the time that has passed since the beginning.

    Parameters
    ----------
    units : sequence of sequence of Job
        The units.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self._costs = [seconds_of(unit) for unit in units]
        self._costs_per_epoch = [seconds_per_epoch(unit) for unit in units]
        self._least = len(units[0]) * self._costs_per_epoch[0]
        self._start, self._done = monotonic(), 0.0

    def add_epochs(self, index: int, n: int) -> None:
        """Record that this process has trained networks of a unit for `n` epochs in total."""
        self._done += n * self._costs_per_epoch[index]

    def seconds_of(self, indices: Iterable[int]) -> float:
        """Estimate how long this process takes for units; before the first epoch, at least."""
        cost = sum(self._costs[index] for index in indices)
        return cost * (monotonic() - self._start) / (self._done or self._least)
