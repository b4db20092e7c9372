"""How early stopping judges a network at the end of an epoch."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring

from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._estimators.outcome import set_weights
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._stack.evaluation import mean_loss
from sklearn_deepmlp._stack.job import Weights

Score = Callable[[Weights], float]


def make_score(net: Any, data: TrainingData) -> Score:
    """Return the function that scores weights on data; a score that is not finite is NaN.

    Parameters
    ----------
    net : DeepMLPClassifier or DeepMLPRegressor
        Gives `scoring`: None for what its `score` is, "loss", or a scorer.
    data : TrainingData
        The rows to judge by, in the dtype of the training.
    """
    if net.scoring is None:
        judge = _own_score(net, data)
    elif net.scoring == "loss":
        judge = _negative_loss(net, data)
    else:
        judge = _scorer(net, data)

    def score(weights: Weights) -> float:
        raw = net._raw_outputs_of(weights, data.X)
        value = judge(weights, raw) if np.isfinite(raw).all() else np.nan
        return value if np.isfinite(value) else np.nan

    return score


Judge = Callable[[Weights, Any], float]


def _own_score(net: Any, data: TrainingData) -> Judge:
    def judge(weights: Weights, raw: Any) -> float:
        return float(net._score_raw(data.targets.values, raw, data.sample_weight))

    return judge


def _negative_loss(net: Any, data: TrainingData) -> Judge:
    def judge(weights: Weights, raw: Any) -> float:
        targets = data.targets
        number = net._loss_number()
        return -mean_loss(targets.loss, number, raw, targets.values, data.sample_weight)

    return judge


def _scorer(net: Any, data: TrainingData) -> Judge:
    scorer = check_scoring(net, net.scoring)
    true = net._decode(data.targets.values)
    options = {}
    if (data.sample_weight != 1.0).any():
        _check_takes_weights(scorer, net)
        options["sample_weight"] = data.sample_weight
    plain = copy.copy(net)
    plain.__dict__.pop("feature_names_in_", None)  # the scorer gets X without names

    def judge(weights: Weights, raw: Any) -> float:
        set_weights(plain, weights)
        return float(scorer(plain, data.X, true, **options))

    return judge


def _check_takes_weights(scorer: Callable[..., float], net: Any) -> None:
    parameters = inspect.signature(scorer).parameters
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    if not takes_all and "sample_weight" not in parameters:
        expected = (
            "a scorer that takes sample_weight, as those of make_scorer do, where rows or classes "
            "have weights"
        )
        owner = type(net).__name__
        raise ValueError(parameter_message("scoring", owner, expected, net.scoring))
