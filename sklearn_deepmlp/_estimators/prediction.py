"""Raw outputs of a network that has been fitted or is being fitted."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_deepmlp._estimators.devices import prediction_device
from sklearn_deepmlp._estimators.dtypes import computed_on
from sklearn_deepmlp._estimators.fitted_network import (
    Fitted,
    fitted_architecture,
    fitted_state,
)
from sklearn_deepmlp._estimators.gpu_gain import forward_flops
from sklearn_deepmlp._estimators.messages import overflow_message
from sklearn_deepmlp._estimators.training_data import FeatureNames
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._stack.prediction import raw_outputs
from sklearn_deepmlp._types import Array


def predict_raw(state: NetworkState, architecture: Architecture, X: Any, device: str) -> Array:
    """Return the raw outputs: those of the output layer, before its activation.

    Parameters
    ----------
    state : NetworkState
        What the network has learned.
    architecture : Architecture
        Its layers.
    X : ndarray or sparse matrix in CSR format, of shape (n_rows, n_features)
        Features, in the dtype of the state.
    device : str
        The parameter of that name.
    """
    where = prediction_device(device, forward_flops(architecture, X, X.shape[0]))
    return raw_outputs(state, computed_on(architecture, where), X, where)


def finite_raw_outputs(fitted: Fitted, X: Any, device: str, names: FeatureNames) -> Array:
    """Return raw outputs of a fitted network; refuse features for which they overflow.

    Parameters
    ----------
    fitted : mapping
        The fitted attributes.
    X : ndarray or sparse matrix in CSR format, of shape (n_rows, n_features)
        Valid features.
    device : str
        The parameter of that name.
    names : ndarray of shape (n_features,), optional
        Names of the features, for the message.
    """
    dtype = fitted["coefs_"][0].dtype
    raw = predict_raw(fitted_state(fitted), fitted_architecture(fitted), _cast(X, dtype), device)
    if not np.isfinite(raw).all():
        raise ValueError(overflow_message(X, names, dtype))
    return raw


def _cast(X: Any, dtype: np.dtype) -> Any:
    if X.dtype == dtype:
        return X
    with np.errstate(over="ignore"):
        return X.astype(dtype)
