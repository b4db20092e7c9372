"""Fitted attributes from what training gave."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from sklearn_deepmlp._estimators.continuing import is_scored_alike
from sklearn_deepmlp._estimators.epoch_callbacks import EpochCallbacks
from sklearn_deepmlp._estimators.reporting import print_epoch
from sklearn_deepmlp._stack.job import EpochReport, Job, NetworkState, Result


def set_weights(net: Any, weights: NetworkState) -> None:
    """Make weights the fitted attributes of an estimator."""
    net.coefs_ = weights.coefs
    net.intercepts_ = weights.intercepts
    net.activation_params_ = weights.activation_params
    net.normalization_params_ = weights.normalization_params


def take_over(net: Any, job: Job, result: Result) -> None:
    """Make all fitted attributes of what training gave.

    Parameters
    ----------
    net : DeepMLPClassifier or DeepMLPRegressor
        Where training went on with a fitted network, its attributes are added to.
    job : Job
        What was trained.
    result : Result
        What came out.
    """
    if not result.state.is_finite():
        raise ValueError(
            "Solver produced non-finite parameter weights. The input data may contain large "
            f"values and need to be preprocessed, or learning_rate_init="
            f"{net.learning_rate_init} is too large."
        )
    goes_on = job.start.state is not None
    losses = [*(net.loss_curve_ if goes_on else ()), *result.loss_curve]
    is_judged = job.score is not None
    judged_before = is_judged and goes_on and is_scored_alike(net)
    scores = [*(net.validation_scores_ if judged_before else ()), *result.validation_scores]
    set_weights(net, result.state)
    net.loss_ = result.loss
    net.loss_curve_ = losses
    net.best_loss_ = None if is_judged else _best(min, [*losses, result.loss])
    net.validation_scores_ = scores if is_judged else None
    net.best_validation_score_ = _best(max, scores) if is_judged else None
    net._scoring = net.scoring
    net.n_iter_ = len(result.loss_curve)
    net.t_ = job.start.rows_seen + net.n_iter_ * len(job.data.rows)
    net.n_layers_ = len(job.architecture.layer_sizes)


def _best(choose: Callable[..., float], values: list[float]) -> float | None:
    """Return the best of what is defined: NaN where nothing is, None where there are no values."""
    defined = [value for value in values if not np.isnan(value)]
    return choose(defined, default=np.nan) if values else None


def on_epoch(
    net: Any, job: Job, callbacks: EpochCallbacks | None
) -> Callable[[EpochReport], bool] | None:
    """Return what an estimator does at the end of each epoch; None where there is nothing to do."""
    if not net.verbose and callbacks is None:
        return None
    losses: list[float] = []
    scores: list[float] = []

    def attributes(report: EpochReport) -> dict[str, Any]:
        there = copy.copy(net)
        take_over(there, job, Result(report.state(), report.loss, [*losses], [*scores]))
        return there.__dict__

    def end_epoch(report: EpochReport) -> bool:
        if net.verbose:
            print_epoch(job, report)
        if callbacks is None:
            return False
        losses.append(report.loss)
        if report.score is not None:
            scores.append(report.score)
        return callbacks.end_epoch(report, lambda: attributes(report))

    return end_epoch
