"""What early stopping judges by: rows held out, and how they are scored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sklearn_deepmlp._compat.sklearn import is_of_sklearn
from sklearn_deepmlp._estimators.fitted_network import network_attributes
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._estimators.prediction import predict_raw
from sklearn_deepmlp._estimators.scorers import scorer_judge
from sklearn_deepmlp._estimators.scoring import Judge, negative_loss, own_score, score_by
from sklearn_deepmlp._estimators.training_data import FeatureNames, TrainingData
from sklearn_deepmlp._estimators.validation_split import split_rows
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._types import Array


@dataclass(frozen=True)
class Judged:
    """The estimator that is judged.

    Attributes
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        The estimator, of which scorers get copies.
    params : Parameters
        Its parameters.
    score : callable (targets, raw outputs, sample weights) -> float
        Computes what its `score` would return.
    decode : callable targets -> ndarray
        Returns encoded targets in the form in which they were given.
    """

    estimator: BaseEstimator
    params: Parameters
    score: Callable[[Array, Array, Array], float]
    decode: Callable[[Array], Array]


def hold_out(
    params: Parameters, data: TrainingData, seed: int
) -> tuple[NDArray[np.intp], TrainingData | None]:
    """Return the rows to train on, and the data to judge by, if any.

    Parameters
    ----------
    params : Parameters
        The estimator's parameters.
    data : TrainingData
        All rows.
    seed : int
        Seed of the random split.
    """
    if not params["early_stopping"] or not SOLVERS[params["solver"]].is_stochastic:
        return data.all_rows(), None
    fraction, strata = params["validation_fraction"], data.targets.strata()
    rows, others = split_rows(data.X.shape[0], fraction, strata, seed)
    return rows, None if others is None else data.of(others)


def with_score(job: Job, held_out: TrainingData, judged: Judged, names: FeatureNames) -> Job:
    """Return a job that is judged by held-out data; `names` of features are for messages."""
    data = held_out.astype(job.data.X.dtype, names)
    device = judged.params["device"]
    return replace(
        job,
        is_portable=_is_portable(judged.params["scoring"]),
        score=score_by(
            _judge(job, data, judged),
            lambda state: predict_raw(state, job.architecture, data.X, device),
        ),
    )


def _is_portable(scoring: Any) -> bool:
    """Return whether a scorer may be called in any process; a user's function may not."""
    return scoring is None or isinstance(scoring, str) or is_of_sklearn(scoring)


def _judge(job: Job, data: TrainingData, judged: Judged) -> Judge:
    scoring = judged.params["scoring"]
    if scoring is None:
        return own_score(judged.score, data)
    if isinstance(scoring, str) and scoring == "loss":
        return negative_loss(job.objective.loss_parameter, data)
    return scorer_judge(
        judged.estimator,
        judged.params,
        data,
        judged.decode(data.targets.values),
        lambda state: network_attributes(state, job.architecture),
    )
