"""Scorers of scikit-learn or of the user, as judges of early stopping."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from numbers import Real
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.metrics import check_scoring

from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._estimators.scoring import Judge
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._types import Array

# What metrics raise for targets, predictions or arguments that they do not support.
_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def scorer_judge(
    estimator: BaseEstimator,
    params: Parameters,
    data: TrainingData,
    y: Array,
    attributes: Callable[[NetworkState], dict[str, Any]],
) -> Judge:
    """Return the judge that asks a scorer.

    Parameters
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        The estimator, of which the scorer gets a copy.
    params : Parameters
        Its parameters, whose `scoring` is a scorer or the name of one.
    data : TrainingData
        The rows to judge by.
    y : ndarray
        Their targets, in the form in which the user gives them.
    attributes : callable
        Returns the attributes that a state gives to the estimator.
    """
    scorer = check_scoring(estimator, params["scoring"])
    options = {"sample_weight": data.sample_weight} if (data.sample_weight != 1.0).any() else {}
    _check_signature(scorer, estimator, options, params)
    plain = copy.copy(estimator)
    vars(plain).pop("feature_names_in_", None)  # the scorer gets X without names

    def judge(state: NetworkState, raw: Array) -> float:
        vars(plain).update(attributes(state))
        with _errors_of(scorer, params, has_options=bool(options)):
            return _number(scorer(plain, data.X, y, **options), params)

    return judge


def _check_signature(
    scorer: Callable[..., Any],
    estimator: BaseEstimator,
    options: dict[str, Any],
    params: Parameters,
) -> None:
    expected = "a scorer, callable as scorer(estimator, X, y)"
    if options:
        expected = (
            "a scorer that takes sample_weight, as those of make_scorer do, where rows or classes "
            "have weights"
        )
    try:
        inspect.signature(scorer).bind(estimator, None, None, **options)
    except (TypeError, ValueError) as error:  # it does not fit, or there is none
        raise params.error("scoring", expected) from error


@contextmanager
def _errors_of(
    scorer: Callable[..., Any], params: Parameters, *, has_options: bool
) -> Iterator[None]:
    """Make errors of scikit-learn's scorers name the parameter.

    Errors of a user's function are left unchanged.
    """
    try:
        yield
    except _ERRORS as error:
        if not type(scorer).__module__.startswith("sklearn."):
            raise
        expected = f"a scorer for this y and these predictions{' with weights' * has_options}"
        cause = f" It raised {type(error).__name__}: {error}{_remedy(error, params['scoring'])}"
        raise ValueError(f"{params.error('scoring', expected)}{cause}") from error


def _remedy(error: Exception, scoring: Any) -> str:
    """Return what to pass instead of a scorer that needs to know the positive class, or nothing."""
    if "pos_label" not in str(error):
        return ""
    metric = f"{scoring}_score" if isinstance(scoring, str) else "metric"
    return f". Pass scoring=make_scorer({metric}, pos_label=...) with the positive class."


def _number(value: Any, params: Parameters) -> float:
    with suppress(AttributeError, ValueError):  # for an array with more or less than one entry
        value = value.item()
    if not isinstance(value, Real):
        expected = f"a scorer that returns a number; it returned {value!r}"
        raise params.error("scoring", expected)
    return float(value)
