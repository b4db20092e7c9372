"""The training of a group by this process, and by workers where they are worth their cost.

This process and the workers take units from one list. So training does not wait for workers that
are still starting, and no bit of a result depends on which process trains a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from time import monotonic

from sklearn_deepmlp._threads import limited_to
from sklearn_deepmlp._together.processes.helpers import Helpers
from sklearn_deepmlp._together.processes.memory_of_units import data_bytes
from sklearn_deepmlp._together.processes.pace import Pace
from sklearn_deepmlp._together.processes.plan import Limits, Plan, plan
from sklearn_deepmlp._together.processes.rule import Worth
from sklearn_deepmlp._together.processes.workers import WORKERS
from sklearn_deepmlp._together.units import Trained, Unit, train_unit
from sklearn_deepmlp._training.watch import Watch

# Seconds between two checks of the workers.
_CHECK_INTERVAL = 0.02


def train_units(units: Sequence[Unit], watch: Watch, limits: Limits) -> list[Trained]:
    """Train units, each on one thread or all on as many as their steps can use.

    Parameters
    ----------
    units : sequence of sequence of Job
        The units.
    watch : Watch
        What is called in this process while they are trained.
    limits : Limits
        The bounds on processes and memory.

    Returns
    -------
    list of Trained
        In the order of the units.
    """
    if not units:  # all were cancelled
        return []
    planned = plan(units, limits)
    crew = _Crew(planned, watch, limits.worth)
    with limited_to(1) if planned.has_one_thread else nullcontext():
        trained = crew.train()
    by_index = dict(zip(planned.indices, trained, strict=True))
    return [by_index[index] for index in range(len(units))]


class _Crew:
    """The processes that train a group, as this one sees them."""

    def __init__(self, planned: Plan, watch: Watch, worth: Worth) -> None:
        self._units, self._watch, self._worth = planned.units, watch, worth
        self._n_workers = planned.n_workers
        self._left = set(range(planned.n_fixed, len(planned.units)))
        self._n_bytes = data_bytes(planned.units[planned.n_fixed :])
        self._pace = Pace(planned.units)
        self._trained: dict[int, Trained] = {}
        self._helpers: Helpers | None = None
        self._next_check = monotonic() + _CHECK_INTERVAL

    def train(self) -> list[Trained]:
        """Train all units."""
        try:
            self._train_what_is_left()
            self._wait_for_helpers()
        except BaseException:
            self._end_helpers(abort=True)
            raise
        self._end_helpers()
        self._train_what_is_lost()
        return [self._trained[index] for index in range(len(self._units))]

    def _train_what_is_left(self) -> None:
        for index in range(len(self._units)):
            self._left.discard(index)
            self._check_if_due()
            if self._helpers is None or self._helpers.take(index):
                self._train_here(index)

    def _train_here(self, index: int) -> None:
        self._trained[index] = train_unit(self._units[index], self._watch_of(index))

    def _watch_of(self, index: int) -> Watch:
        def at_step() -> None:
            self._watch.at_step()
            self._check_if_due()

        def at_epoch(n: int) -> None:
            self._pace.add_epochs(index, n)
            self._watch.at_epoch(n)

        return Watch(at_step, at_epoch)

    def _check_if_due(self) -> None:
        """Call helpers, or check how far they are."""
        if monotonic() < self._next_check:
            return
        if self._helpers is None:
            if self._n_workers and self._left and self._workers_pay():
                self._call_helpers()
        else:
            self._helpers.receive()
            self._watch.at_epoch(self._helpers.epochs_since())
        self._next_check = monotonic() + _CHECK_INTERVAL

    def _workers_pay(self) -> bool:
        return self._worth.is_reached(
            self._pace.seconds_of(self._left),
            self._n_bytes,
            are_ready=WORKERS.are_ready(self._n_workers),
        )

    def _call_helpers(self) -> None:
        units = {index: self._units[index] for index in sorted(self._left)}
        if not WORKERS.try_to_lend():  # another group has them
            return
        try:
            self._helpers = Helpers(units, self._n_workers)
        except Exception:  # noqa: BLE001 - no room, no process: this one trains all units
            WORKERS.give_back()
            self._n_workers = 0
        except BaseException:  # Ctrl-C while they start
            WORKERS.kill()
            WORKERS.give_back()
            raise

    def _wait_for_helpers(self) -> None:
        while self._helpers is not None and self._helpers.have_work():
            self._watch.at_step()
            self._helpers.receive(_CHECK_INTERVAL)
            self._watch.at_epoch(self._helpers.epochs_since())

    def _end_helpers(self, *, abort: bool = False) -> None:
        if self._helpers is None:
            return
        try:
            self._trained |= self._helpers.trained
            if abort:
                self._helpers.abort()
            else:
                self._helpers.end()
        finally:
            self._helpers = None
            WORKERS.give_back()

    def _train_what_is_lost(self) -> None:
        """Train what workers could not."""
        for index in range(len(self._units)):
            if index not in self._trained:
                self._train_here(index)
