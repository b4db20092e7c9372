"""Checks of what users give to `fit` and `predict`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import validate_data

from sklearn_deepmlp._estimators.array_kinds import check_is_array, check_is_no_time
from sklearn_deepmlp._estimators.error_names import errors_name
from sklearn_deepmlp._estimators.unusable_entries import errors_name_entry, errors_name_target

_DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
_X_CHECKS: dict[str, Any] = {"accept_sparse": "csr", "dtype": (np.float64, np.float32)}


def validated_features(estimator: BaseEstimator, X: Any) -> Any:
    """Return features to predict from, dense or in CSR format."""
    if _is_valid(X, estimator.n_features_in_) and not hasattr(estimator, "feature_names_in_"):
        return X
    return _checked_features(estimator, X, "X", reset=False)


def _is_valid(X: Any, n_features: int) -> bool:
    """Return whether X is an array that `validate_data` would return unchanged.

    For few rows, `validate_data` takes longer than the network.
    """
    return (
        type(X) is np.ndarray
        and X.dtype in _DTYPES
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == n_features
        and bool(np.isfinite(X).all())
    )


def new_features(estimator: BaseEstimator, X: Any) -> Any:
    """Return features, dense or in CSR format, whose number and names the estimator gets."""
    return _checked_features(estimator, X, "X", reset=True)


def _checked_features(estimator: BaseEstimator, X: Any, name: str, *, reset: bool) -> Any:
    check_is_array(X, name)
    check_is_no_time(X, name)
    with errors_name_entry(name, X):
        return validate_data(estimator, X, reset=reset, **_X_CHECKS)


def validated(
    estimator: BaseEstimator, X: Any, y: Any, suffix: str, *, reset: bool
) -> tuple[Any, Any]:
    """Return features and targets, each dense or in CSR format.

    Parameters
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        Gets n_features_in_ and feature_names_in_, or has them already.
    X, y : array-like
        What the user has given.
    suffix : {"", "_val"}
        Ending of the names of X and y, for messages.
    reset : bool
        Whether the estimator gets its features from X, instead of X being checked against them.
    """
    X_name, y_name = f"X{suffix}", f"y{suffix}"
    features = _checked_features(estimator, X, X_name, reset=reset)
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y "
            "is None."
        )
    check_is_array(y, y_name)
    with errors_name_target(y_name, y):
        targets = check_array(
            y,
            accept_sparse="csr",
            dtype=None,
            ensure_2d=False,
            input_name=y_name,
            estimator=estimator,
        )
    both = f"{X_name} and {y_name}"
    with errors_name(both, both):
        check_consistent_length(features, targets)
    return features, targets


def has_validation_data(X: Any, y: Any, sample_weight: Any, *, early_stopping: bool) -> bool:
    """Return whether the user has given validation data; refuse incomplete ones.

    Parameters
    ----------
    X, y, sample_weight : array-like or None
        X_val, y_val and sample_weight_val.
    early_stopping : bool
        The parameter of that name; without it, validation data are refused.
    """
    if X is None and y is None:
        if sample_weight is not None:
            raise ValueError("sample_weight_val is provided, but X_val was not provided.")
        return False
    if y is None:
        raise ValueError("X_val is provided, but y_val was not provided.")
    if X is None:
        raise ValueError("y_val is provided, but X_val was not provided.")
    if not early_stopping:
        raise ValueError(
            "X_val and y_val are passed to fit while at the same time early_stopping is False. "
            "When passing X_val and y_val to fit, early_stopping should be set to True."
        )
    return True
