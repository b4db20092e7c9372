"""Targets as a loss wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
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
    stratify : ndarray of shape (n_samples,), optional
        Classes of which both parts of a split get their share.
    """

    values: NDArray[Any]
    loss: str
    n_outputs: int
    stratify: NDArray[Any] | None = None

    def of(self, rows: NDArray[Any]) -> Targets:
        """Return the targets of some rows."""
        stratify = None if self.stratify is None else self.stratify[rows]
        return Targets(self.values[rows], self.loss, self.n_outputs, stratify)


def encode_classes(y: NDArray[Any]) -> tuple[Targets, NDArray[Any]]:
    """Encode class labels; return targets and the sorted classes.

    Parameters
    ----------
    y : ndarray of shape (n_samples,), (n_samples, 1) or (n_samples, n_labels)
        Class labels, or a matrix of zeros and ones with a column a label.
    """
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
    stratify = codes if np.bincount(codes).min() > 1 else None  # one row cannot be divided
    return Targets(codes.astype(np.int64), "log_loss", len(classes), stratify), classes


def encode_values(y: NDArray[Any], loss: str) -> Targets:
    """Encode regression targets of shape (n_samples,) or (n_samples, n_outputs)."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    values = y.reshape(len(y), -1).astype(float, copy=False)
    return Targets(values, loss, values.shape[1])
