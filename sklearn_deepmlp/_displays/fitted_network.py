"""The fitted network that a display is about."""

from __future__ import annotations

from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sklearn_deepmlp._estimators.base import BaseDeepMLP


def fitted_network(estimator: Any, owner: str) -> BaseDeepMLP:
    """Return a fitted estimator of this package.

    Parameters
    ----------
    estimator : DeepMLPClassifier, DeepMLPRegressor or Pipeline
        The estimator, or a Pipeline whose last step it is.
    owner : str
        Name of the display's class, for the message.

    Raises
    ------
    TypeError
        If it is something else.
    sklearn.exceptions.NotFittedError
        If it is not fitted.
    """
    network = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if not isinstance(network, BaseDeepMLP):
        raise TypeError(
            f"{owner}.from_estimator needs a DeepMLPClassifier or DeepMLPRegressor, or a Pipeline "
            f"whose last step is one. Got {type(network).__name__} instead."
        )
    check_is_fitted(network, "coefs_")
    return network
