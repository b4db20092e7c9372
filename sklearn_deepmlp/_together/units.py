"""Units of training: the jobs of a block of a stack, or a single one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._training.train import Outcome, train_separately, train_stack
from sklearn_deepmlp._training.watch import Watch, taken_back_on_error

Unit = Sequence[Job]


@dataclass(frozen=True)
class Trained:
    """The outcome of a unit.

    Attributes
    ----------
    outcomes : list of Result or Exception
        In the order of its jobs.
    seconds : float
        Duration of the training.
    process : int
        The id of the process that has trained it.
    """

    outcomes: list[Outcome]
    seconds: float
    process: int


def train_unit(unit: Unit, watch: Watch) -> Trained:
    """Train the jobs of a unit in this thread."""
    start = perf_counter()
    outcomes = _train_or_halve(unit, watch)
    return Trained(outcomes, perf_counter() - start, os.getpid())


def _train_or_halve(jobs: Sequence[Job], watch: Watch) -> list[Outcome]:
    """Train jobs; where that raises, their halves, so that only the faulty network fails."""
    if len(jobs) == 1:
        return [_train_separately(jobs[0], watch)]
    with suppress(Exception), taken_back_on_error(watch) as attempt:
        return train_stack(jobs, attempt)
    middle = len(jobs) // 2
    return [*_train_or_halve(jobs[:middle], watch), *_train_or_halve(jobs[middle:], watch)]


def _train_separately(job: Job, watch: Watch) -> Outcome:
    try:
        return train_separately(job, watch)
    except Exception as error:  # noqa: BLE001 - raised where the job came from
        return error
