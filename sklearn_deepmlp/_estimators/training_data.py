"""Validated data, from which those of a job are made."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse

from sklearn_deepmlp._compat.sklearn import check_sample_weight
from sklearn_deepmlp._estimators.error_names import errors_name
from sklearn_deepmlp._estimators.messages import overflow_message
from sklearn_deepmlp._estimators.targets import Targets
from sklearn_deepmlp._estimators.weight_bounds import bounded

FeatureNames = NDArray[np.object_] | None


@dataclass(frozen=True)
class TrainingData:
    """Rows of positive weight.

    Attributes
    ----------
    X : ndarray or sparse matrix in CSR format, of shape (n_samples, n_features)
        Features.
    targets : Targets
        The targets of these rows.
    sample_weight : ndarray of float64 of shape (n_samples,)
        Positive weights.
    """

    X: Any
    targets: Targets
    sample_weight: NDArray[np.float64]

    def all_rows(self) -> NDArray[np.intp]:
        """Return the indices of all rows."""
        return np.arange(self.X.shape[0])

    def of(self, rows: NDArray[Any]) -> TrainingData:
        """Return some of the rows."""
        return TrainingData(self.X[rows], self.targets.of(rows), self.sample_weight[rows])

    def astype(self, dtype: np.dtype, feature_names: FeatureNames) -> TrainingData:
        """Return the data in the dtype of the training; refuse values that it cannot hold."""
        with np.errstate(over="ignore"):
            X = self.X.astype(dtype, copy=False)
            values = self.targets.values
            if values.dtype.kind == "f":
                values = values.astype(dtype, copy=False)
        if X is not self.X and not np.isfinite(X.data if issparse(X) else X).all():
            raise ValueError(overflow_message(self.X, feature_names, dtype))
        if values is not self.targets.values and not np.isfinite(values).all():
            row = int(np.argmin(np.isfinite(values).all(axis=1)))
            raise ValueError(
                f"Input y contains values too large for a network of dtype {dtype.name}: row "
                f"{row} holds {self.targets.values[row]}. Scale y, for instance with "
                "TransformedTargetRegressor."
            )
        targets = Targets(values, self.targets.loss, self.targets.n_outputs, self.targets.labels)
        return TrainingData(X, targets, self.sample_weight)


def weighted_data(
    X: Any, targets: Targets, sample_weight: ArrayLike | None, name: str
) -> TrainingData:
    """Check weights and leave out rows of weight 0, so that nothing depends on them.

    Parameters
    ----------
    X : ndarray or sparse matrix in CSR format, of shape (n_samples, n_features)
        Validated features.
    targets : Targets
        Their targets.
    sample_weight : array-like of shape (n_samples,) or None
        As given to `fit`; None means 1 for all.
    name : {"sample_weight", "sample_weight_val"}
        For messages.
    """
    if sample_weight is None:
        return TrainingData(X, targets, np.ones(X.shape[0]))
    with errors_name(name, "sample_weight"):
        if isinstance(sample_weight, Number):  # which `check_sample_weight` would not check
            sample_weight = np.full(X.shape[0], sample_weight)
        weight = check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
    if not weight.any():
        raise ValueError(
            f"Sample weights must contain at least one positive number; all of {name} are 0."
        )
    return of_positive_weight(X, targets, weight)


def of_positive_weight(X: Any, targets: Targets, weight: NDArray[np.float64]) -> TrainingData:
    """Return the rows whose weights, brought within bounds, are positive."""
    data = TrainingData(X, targets, bounded(weight))
    positive = data.sample_weight > 0
    return data if positive.all() else data.of(positive)
