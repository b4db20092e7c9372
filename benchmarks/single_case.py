"""A network that is trained separately, and its training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.case_data import OF_REGRESSION, Array, load, row_weights
from benchmarks.fitted_arrays import Arrays, fitted_arrays
from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

Parameters = dict[str, Any]

# The last batch of an epoch is smaller than the others in every data set.
TRAINING: Parameters = {
    "hidden_layer_sizes": (14, 11),
    "batch_size": 32,
    "max_iter": 5,
    "learning_rate_init": 0.01,
    "random_state": 0,
    "device": "cpu",
}
PIECES = 3
TRAINING_PART = 0.7


@dataclass(frozen=True)
class SingleCase:
    """A network and how it is trained.

    Attributes
    ----------
    data : str
        A key of ``DATA``.
    parameters : dict
        Of the estimator, where they are not ``TRAINING``.
    dtype : str
        Of the features.
    has_weights : bool
        Whether rows are weighted.
    has_validation : bool
        Whether `fit` is given validation data.
    n_fits : int
        Calls of `fit`.
    n_partial_fits : int
        Calls of `partial_fit`, each with a part of the rows, after those of `fit`.
    """

    data: str
    parameters: Parameters = field(default_factory=dict)
    dtype: str = "float64"
    has_weights: bool = False
    has_validation: bool = False
    n_fits: int = 1
    n_partial_fits: int = 0

    def arrays(self) -> Arrays:
        """Train the network and return all its numbers."""
        X, y = load(self.data)
        X = X.astype(self.dtype)
        net = estimator(self.data, self.parameters)
        weights = row_weights(len(y)) if self.has_weights else None
        n_train = round(TRAINING_PART * len(y))
        rows = np.arange(n_train if self.has_validation else len(y))
        for _ in range(self.n_fits):
            net.fit(X[rows], y[rows], _of(weights, rows), **self._validation(X, y, n_train))
        for number in range(self.n_partial_fits):
            piece = rows[number % PIECES :: PIECES]
            _partial_fit(net, X[piece], y[piece], _classes(y), _of(weights, piece))
        return fitted_arrays(net, X)

    def _validation(self, X: Any, y: Array, n_train: int) -> dict[str, Any]:
        if not self.has_validation:
            return {}
        held_back = {"X_val": X[n_train:], "y_val": y[n_train:]}
        if self.has_weights:
            held_back["sample_weight_val"] = row_weights(len(y))[n_train:]
        return held_back


def estimator(data: str, parameters: Parameters) -> Any:
    """Return the unfitted estimator for a data set.

    Parameters
    ----------
    data : str
        A key of ``DATA``.
    parameters : dict
        Where they are not ``TRAINING``.
    """
    kind = DeepMLPRegressor if data in OF_REGRESSION else DeepMLPClassifier
    return kind(**TRAINING | parameters)


def _of(weights: Array | None, rows: Array) -> Array | None:
    return None if weights is None else weights[rows]


def _partial_fit(net: Any, X: Any, y: Array, classes: Array, weights: Array | None) -> None:
    if isinstance(net, DeepMLPRegressor):
        net.partial_fit(X, y, sample_weight=weights)
    else:
        net.partial_fit(X, y, classes=classes, sample_weight=weights)


def _classes(y: Array) -> Array:
    return np.unique(y) if y.ndim == 1 else np.arange(y.shape[1])
