"""The scale of training data, as signals record it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._estimators.moments import moments
from sklearn_deepmlp._losses import LOSSES, REGRESSION_LOSSES
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.signals import DataScale

# How many features with the largest, and with the smallest scale, are recorded.
_N_NAMED = 3

Vector = NDArray[np.float64]


def data_scale(job: Job) -> DataScale:
    """Return the scale of the features and, for a regressor, of the targets of a job."""
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is infinite
        means, stds = moments(job.data.X)
        named = _farthest(means, stds)
        target_mean, target_std = _of_targets(job)
    return DataScale(len(means), named, means[named], stds[named], target_mean, target_std)


def _farthest(means: Vector, stds: Vector) -> NDArray[np.intp]:
    """Return the features with the largest root mean square, and the others with the least std."""
    largest = np.argsort(-np.hypot(means, stds), kind="stable")[:_N_NAMED]
    others = np.where(stds > 0, stds, np.inf)
    others[largest] = np.inf
    smallest = np.argsort(others, kind="stable")[:_N_NAMED]
    return np.concatenate([largest, smallest[others[smallest] < np.inf]])


def _of_targets(job: Job) -> tuple[float | None, float | None]:
    """Return mean and standard deviation of the target that is farthest from standardized."""
    loss = job.objective.loss
    if loss not in REGRESSION_LOSSES or LOSSES[loss].out_activation != "identity":
        return None, None
    means, stds = moments(job.data.targets)
    distances = np.abs(np.log(np.maximum(np.hypot(means, stds), np.finfo(float).tiny)))
    farthest = int(np.argmax(distances))
    return float(means[farthest]), float(stds[farthest])
