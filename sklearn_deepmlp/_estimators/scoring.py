"""How early stopping judges a network at the end of an epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._stack.mean_loss import mean_loss
from sklearn_deepmlp._types import Array

Score = Callable[[NetworkState], float]
# Judges a state whose raw outputs are known.
Judge = Callable[[NetworkState, Array], float]


def score_by(judge: Judge, raw_outputs: Callable[[NetworkState], Array]) -> Score:
    """Return the function that scores a state; a score that is not finite is NaN."""

    def score(state: NetworkState) -> float:
        raw = raw_outputs(state)
        if not np.isfinite(raw).all():
            return np.nan
        with np.errstate(over="ignore", invalid="ignore"):
            value = judge(state, raw)
        return value if np.isfinite(value) else np.nan

    return score


def own_score(
    score: Callable[[NDArray[Any], Array, NDArray[Any]], float], data: TrainingData
) -> Judge:
    """Judge by a function of targets, raw outputs and sample weights."""
    return lambda state, raw: float(score(data.targets.values, raw, data.sample_weight))


def negative_loss(loss_parameter: float, data: TrainingData) -> Judge:
    """Judge by the weighted loss without penalty."""
    targets = data.targets

    def judge(state: NetworkState, raw: Array) -> float:
        return -mean_loss(targets.loss, loss_parameter, raw, targets.values, data.sample_weight)

    return judge
