"""What users give to fit, checked and encoded."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import validate_data

from sklearn_deepmlp._estimators.naming import errors_name
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._estimators.training_data import TrainingData, weighted_data
from sklearn_deepmlp._losses import LOSSES

_X_CHECKS: dict[str, Any] = {"accept_sparse": "csr", "dtype": (np.float64, np.float32)}


def predictable(net: Any, X: Any) -> Any:
    """Return features to predict from, dense or in CSR format."""
    if _is_plain(net, X):
        return X
    with errors_name("X", "X"):
        return validate_data(net, X, reset=False, **_X_CHECKS)


def _is_plain(net: Any, X: Any) -> bool:
    """Tell whether X is an array that `validate_data` would return as it is.

    For a few rows `validate_data` takes longer than the network.
    """
    return (
        type(X) is np.ndarray
        and X.dtype in _X_CHECKS["dtype"]
        and X.ndim == 2
        and X.shape[0] > 0
        and X.shape[1] == net.n_features_in_
        and not hasattr(net, "feature_names_in_")
        and bool(np.isfinite(X).all())
    )


def training_data(net: Any, X: Any, y: Any, sample_weight: Any, classes: Classes) -> TrainingData:
    """Check training data and set the attributes that describe them.

    Parameters
    ----------
    net : DeepMLPClassifier or DeepMLPRegressor
        Gets n_features_in_, n_outputs_ and the like.
    X, y, sample_weight : array-like
        From the user.
    classes : {"new", "announced", "same", "known"}
        How y and the classes belong together, as in ``Classes``.
    """
    is_new = classes == "new" or not hasattr(net, "coefs_")
    X, targets = _encoded(net, X, y, classes, "", is_new=is_new)
    net.n_outputs_ = targets.n_outputs
    net.out_activation_ = LOSSES[targets.loss].out_activation
    return net._weigh(weighted_data(X, targets, sample_weight, "sample_weight"))


def _encoded(
    net: Any, X: Any, y: Any, classes: Classes, suffix: str, *, is_new: bool
) -> tuple[Any, Targets]:
    """Return features, dense or in CSR format, and encoded targets.

    `suffix` is what the names of X and y end with, for messages.
    """
    X_name, y_name = f"X{suffix}", f"y{suffix}"
    with errors_name(X_name, "X"):  # where y is None, it says so
        none_or_later = None if y is None else "no_validation"
        features = validate_data(net, X, none_or_later, reset=is_new, **_X_CHECKS)
    with errors_name(y_name, "y"):
        targets = check_array(
            y, accept_sparse="csr", dtype=None, ensure_2d=False, input_name=y_name, estimator=net
        )
    both = f"{X_name} and {y_name}"
    with errors_name(both, both):
        check_consistent_length(features, targets)
    return features, net._encode(targets, classes, y_name)


def validation_data(net: Any, X: Any, y: Any, sample_weight: Any) -> TrainingData | None:
    """Check the user's validation data, after the training data; None where there are none.

    Parameters
    ----------
    net : DeepMLPClassifier or DeepMLPRegressor
        Knows its features and classes.
    X, y, sample_weight : array-like or None
        From the user.
    """
    if X is None and y is None:
        if sample_weight is not None:
            raise ValueError("sample_weight_val is provided, but X_val was not provided.")
        return None
    if y is None:
        raise ValueError("X_val is provided, but y_val was not provided.")
    if X is None:
        raise ValueError("y_val is provided, but X_val was not provided.")
    if not net.early_stopping:
        raise ValueError(
            "X_val and y_val are passed to fit while at the same time early_stopping is False. "
            "When passing X_val and y_val to fit, early_stopping should be set to True."
        )
    X, targets = _encoded(net, X, y, "known", "_val", is_new=False)
    if targets.n_outputs != net.n_outputs_:
        raise ValueError(
            f"y_val has {targets.n_outputs} outputs, but y has {net.n_outputs_} outputs."
        )
    return net._weigh(weighted_data(X, targets, sample_weight, "sample_weight_val"))
