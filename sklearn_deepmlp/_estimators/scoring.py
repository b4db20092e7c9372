"""How early stopping judges a network at the end of an epoch."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from numbers import Real
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring

from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._estimators.outcome import set_weights
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._stack.evaluation import mean_loss
from sklearn_deepmlp._stack.job import NetworkState

Score = Callable[[NetworkState], float]
# What metrics raise for targets, predictions or arguments that they are not for.
_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


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

    def score(weights: NetworkState) -> float:
        raw = net._raw_outputs_of(weights, data.X)
        if not np.isfinite(raw).all():
            return np.nan
        with np.errstate(over="ignore", invalid="ignore"):
            value = judge(weights, raw)
        return value if np.isfinite(value) else np.nan

    return score


Judge = Callable[[NetworkState, Any], float]


def _own_score(net: Any, data: TrainingData) -> Judge:
    def judge(weights: NetworkState, raw: Any) -> float:
        return float(net._score_raw(data.targets.values, raw, data.sample_weight))

    return judge


def _negative_loss(net: Any, data: TrainingData) -> Judge:
    def judge(weights: NetworkState, raw: Any) -> float:
        targets = data.targets
        number = net._loss_number()
        return -mean_loss(targets.loss, number, raw, targets.values, data.sample_weight)

    return judge


def _scorer(net: Any, data: TrainingData) -> Judge:
    scorer = check_scoring(net, net.scoring)
    true = net._decode(data.targets.values)
    options = {}
    if (data.sample_weight != 1.0).any():
        options["sample_weight"] = data.sample_weight
    _check_signature(scorer, net, options)
    plain = copy.copy(net)
    plain.__dict__.pop("feature_names_in_", None)  # the scorer gets X without names

    def judge(weights: NetworkState, raw: Any) -> float:
        set_weights(plain, weights)
        with _errors_of(scorer, net, options):
            return _number(scorer(plain, data.X, true, **options), net)

    return judge


def _check_signature(scorer: Callable[..., Any], net: Any, options: dict[str, Any]) -> None:
    expected = "a scorer, callable as scorer(estimator, X, y)"
    if options:
        expected = (
            "a scorer that takes sample_weight, as those of make_scorer do, where rows or classes "
            "have weights"
        )
    try:
        inspect.signature(scorer).bind(net, None, None, **options)
    except (TypeError, ValueError) as error:  # it does not fit, or there is none
        raise ValueError(_message(net, expected)) from error


@contextmanager
def _errors_of(scorer: Callable[..., Any], net: Any, options: dict[str, Any]) -> Iterator[None]:
    """Explain what a scorer of scikit-learn raises, which knows its own arguments only.

    What a function of the user raises is left to speak for itself.
    """
    try:
        yield
    except _ERRORS as error:
        if not type(scorer).__module__.startswith("sklearn."):
            raise
        expected = f"a scorer for this y and these predictions{' with weights' * bool(options)}"
        found = f" It raised {type(error).__name__}: {error}"
        raise ValueError(_message(net, expected) + found) from error


def _number(value: Any, net: Any) -> float:
    with suppress(AttributeError, ValueError):  # of an array with other than one entry
        value = value.item()
    if not isinstance(value, Real):
        expected = f"a scorer that returns a number; it returned {value!r}"
        raise ValueError(_message(net, expected))  # noqa: TRY004 - a parameter
    return float(value)


def _message(net: Any, expected: str) -> str:
    return parameter_message("scoring", type(net).__name__, expected, net.scoring)
