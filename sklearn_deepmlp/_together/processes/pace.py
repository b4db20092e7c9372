"""How fast this process trains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic

from sklearn_deepmlp._together.processes.costs import n_epochs, seconds_of, seconds_per_epoch
from sklearn_deepmlp._together.units import Unit


class Pace:
    """Compares estimates of costs with the time that has passed since the beginning.

    Parameters
    ----------
    units : sequence of sequence of Job
        The units.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
        self._start, self._done = monotonic(), 0.0

    def add_epochs(self, index: int, n: int) -> None:
        """Record that this process has trained networks of a unit for `n` epochs in total."""
        self._done += n * seconds_per_epoch(self._units[index])

    def seconds_of(self, indices: Iterable[int]) -> float:
        """Estimate how long this process takes for units; before the first epoch, at least."""
        first = self._units[0]
        done = self._done or seconds_of(first) * len(first) / n_epochs(first)
        cost = sum(seconds_of(self._units[index]) for index in indices)
        return cost * (monotonic() - self._start) / done
