"""Validated data, from which those of a job are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse

from sklearn_deepmlp._compat.sklearn import check_sample_weight
from sklearn_deepmlp._estimators.array_kinds import check_is_array, check_is_no_time
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
    suffix : {"", "_val"}
        Ending of the names of the user's arguments, for messages.
    """

    X: Any
    targets: Targets
    sample_weight: NDArray[np.float64]
    suffix: str = ""

    def all_rows(self) -> NDArray[np.intp]:
        """Return the indices of all rows."""
        return np.arange(self.X.shape[0])

    def of(self, rows: NDArray[Any]) -> TrainingData:
        """Return some of the rows."""
        weight = self.sample_weight[rows]
        return replace(self, X=self.X[rows], targets=self.targets.of(rows), sample_weight=weight)

    def astype(self, dtype: np.dtype, feature_names: FeatureNames) -> TrainingData:
        """Return the data in the dtype of the training; refuse values that it cannot hold."""
        with np.errstate(over="ignore"):
            X = self.X.astype(dtype, copy=False)
            values = self.targets.values
            if values.dtype.kind == "f":
                values = values.astype(dtype, copy=False)
        if X is not self.X and not np.isfinite(X.data if issparse(X) else X).all():
            raise ValueError(overflow_message(self.X, feature_names, dtype, name=f"X{self.suffix}"))
        if values is not self.targets.values and not np.isfinite(values).all():
            row = int(np.argmin(np.isfinite(values).all(axis=1)))
            raise ValueError(
                f"Input y{self.suffix} contains values too large for a network of dtype "
                f"{dtype.name}: row {row} holds {self.targets.values[row]}. Scale y, for "
                "instance with TransformedTargetRegressor."
            )
        targets = Targets(values, self.targets.loss, self.targets.n_outputs, self.targets.labels)
        return replace(self, X=X, targets=targets)


def weighted_data(
    X: Any, targets: Targets, sample_weight: ArrayLike | None, suffix: str
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
    suffix : {"", "_val"}
        Ending of the names of the user's arguments, for messages.
    """
    name = f"sample_weight{suffix}"
    if sample_weight is None:
        return TrainingData(X, targets, np.ones(X.shape[0]), suffix)
    with errors_name(name, "sample_weight"):
        if isinstance(sample_weight, Number):  # which `check_sample_weight` would not check
            sample_weight = np.full(X.shape[0], sample_weight)
        check_is_array(sample_weight, name)
        check_is_no_time(sample_weight, name)
        weight = check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
    if not weight.any():
        raise ValueError(
            f"Sample weights must contain at least one positive number; all of {name} are 0."
        )
    return of_positive_weight(TrainingData(X, targets, weight, suffix))


def of_positive_weight(data: TrainingData) -> TrainingData:
    """Return the rows whose weights, brought within bounds, are positive."""
    data = replace(data, sample_weight=bounded(data.sample_weight))
    positive = data.sample_weight > 0
    return data if positive.all() else data.of(positive)
