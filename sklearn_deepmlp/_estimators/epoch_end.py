"""What an estimator does at the end of each epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn_deepmlp._estimators.epoch_callbacks import EpochCallbacks
from sklearn_deepmlp._estimators.reporting import print_epoch
from sklearn_deepmlp._stack.job import EpochReport, Job, Result

OnEpoch = Callable[[EpochReport], bool]
# All attributes of the estimator, given what training would end with.
Attributes = Callable[[Result], dict[str, Any]]


def on_epoch(
    job: Job,
    verbose: bool | int,
    callbacks: EpochCallbacks | None,
    attributes: Attributes,
) -> OnEpoch | None:
    """Return what happens at the end of each epoch; None where nothing does.

    Parameters
    ----------
    job : Job
        What is trained.
    verbose : bool or int
        Whether to print losses and scores.
    callbacks : EpochCallbacks, optional
        scikit-learn's callbacks, where the estimator has any.
    attributes : callable
        Returns all attributes of the estimator, given what training would end with.
    """
    if callbacks is None:
        return _printing(job) if verbose else None
    told = _telling(callbacks, attributes)
    return _both(_printing(job), told) if verbose else told


def _both(first: OnEpoch, second: OnEpoch) -> OnEpoch:
    return lambda report: first(report) or second(report)


def _printing(job: Job) -> OnEpoch:
    def end_epoch(report: EpochReport) -> bool:
        print_epoch(job, report)
        return False

    return end_epoch


def _telling(callbacks: EpochCallbacks, attributes: Attributes) -> OnEpoch:
    losses: list[float] = []
    scores: list[float] = []

    def end_epoch(report: EpochReport) -> bool:
        losses.append(report.loss)
        if report.score is not None:
            scores.append(report.score)

        def current() -> dict[str, Any]:
            return attributes(Result(report.state(), report.loss, [*losses], [*scores]))

        return callbacks.end_epoch(report, current)

    return end_epoch
