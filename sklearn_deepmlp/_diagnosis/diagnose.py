"""The public function."""

from __future__ import annotations

from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sklearn_deepmlp._diagnosis.diagnosis import Diagnosis, diagnosis_of
from sklearn_deepmlp._estimators.base import BaseDeepMLP
from sklearn_deepmlp._estimators.fit_record import fit_record


def diagnose(fitted: Any) -> Diagnosis:
    """Tell why a network does not learn, or learns less than it could.

    Parameters
    ----------
    fitted : DeepMLPClassifier, DeepMLPRegressor, Pipeline or TransformedTargetRegressor
        A fitted estimator, or one of scikit-learn's that contains it: a Pipeline whose last step it
        is, or a TransformedTargetRegressor around either.

    Returns
    -------
    Diagnosis
        Its `findings`, each with a code, title, layer, evidence, explanation and remedy, and what
        became of each of its `checks`. It prints as text and shows as HTML in a notebook.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If there is no estimator of this package.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.preprocessing import scale
    >>> from sklearn_deepmlp import DeepMLPClassifier, diagnose
    >>> X, y = load_wine(return_X_y=True)
    >>> net = DeepMLPClassifier((20,) * 30, "logistic", max_iter=50, random_state=0)
    >>> [finding.title for finding in diagnose(net.fit(scale(X), y)).findings]
    ['vanishing gradients']
    """
    network = _network_of(fitted)
    check_is_fitted(network, "coefs_")
    params = network.get_params(deep=False)
    return diagnosis_of(fit_record(type(network).__name__, params, vars(network)))


def _network_of(fitted: Any) -> BaseDeepMLP:
    """Return the estimator of this package that an estimator is or contains."""
    if isinstance(fitted, BaseDeepMLP):
        return fitted
    if isinstance(fitted, Pipeline):
        return _network_of(fitted[-1])
    if isinstance(fitted, TransformedTargetRegressor):
        check_is_fitted(fitted, "regressor_")
        return _network_of(fitted.regressor_)
    raise TypeError(
        "diagnose needs a fitted DeepMLPClassifier or DeepMLPRegressor, or a Pipeline or "
        f"TransformedTargetRegressor that ends in one. Got {type(fitted).__name__} instead."
    )
