"""Targets as a loss wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target


@dataclass(frozen=True)
class Targets:
    """Encoded targets.

    Attributes
    ----------
    values : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Class numbers, or one column an output.
    loss : str
        The key of ``LOSSES`` for targets of this kind.
    n_outputs : int
        Units of the output layer.
    labels : ndarray of shape (n_samples,), optional
        The class of each row, where it has one.
    """

    values: NDArray[Any]
    loss: str
    n_outputs: int
    labels: NDArray[Any] | None = None

    def of(self, rows: NDArray[Any]) -> Targets:
        """Return the targets of some rows."""
        labels = None if self.labels is None else self.labels[rows]
        return Targets(self.values[rows], self.loss, self.n_outputs, labels)

    def strata(self) -> NDArray[Any] | None:
        """Return the classes of which both parts of a split get their share.

        None where there are none, and where one of more than two has a single row, which cannot
        be divided.
        """
        if self.labels is None:
            return None
        counts = np.unique(self.labels, return_counts=True)[1]
        return None if len(counts) > 2 and min(counts) == 1 else self.labels


def encode_classes(y: NDArray[Any]) -> tuple[Targets, NDArray[Any]]:
    """Encode class labels; return targets and the sorted classes.

    Parameters
    ----------
    y : ndarray of shape (n_samples,), (n_samples, 1) or (n_samples, n_labels)
        Validated class labels, or a matrix of zeros and ones with a column a label.
    """
    if issparse(y):
        raise ValueError("Sparse y is not supported: give a dense array, y.toarray().")
    y = np.asarray(y)
    check_classification_targets(y)
    kind = type_of_target(y, input_name="y")
    if kind == "multilabel-indicator":
        return Targets(y.astype(float), "binary_log_loss", y.shape[1]), np.arange(y.shape[1])
    if kind == "multiclass-multioutput":
        raise ValueError(
            "Multioutput target data is not supported: y has several columns with more values "
            "than 0 and 1. Fit one classifier a column, for instance with MultiOutputClassifier."
        )
    classes, codes = np.unique(column_or_1d(y, warn=True), return_inverse=True)
    if len(classes) <= 2:
        values = codes[:, None].astype(float)
        return Targets(values, "binary_log_loss", 1, codes.astype(bool)), classes
    codes = codes.astype(np.int64)
    return Targets(codes, "log_loss", len(classes), codes), classes


def encode_values(y: NDArray[Any], loss: str) -> Targets:
    """Encode regression targets of shape (n_samples,) or (n_samples, n_outputs)."""
    if loss == "poisson" and (y < 0).any():
        row = int(np.flatnonzero((y < 0).reshape(len(y), -1).any(axis=1))[0])
        raise ValueError(
            "Some value(s) of y are out of the valid range of the loss 'poisson', which needs "
            f"y >= 0: row {row} holds {y[row]}."
        )
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    values = y.reshape(len(y), -1).astype(float, copy=False)
    return Targets(values, loss, values.shape[1])
