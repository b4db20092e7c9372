"""Targets as a loss wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

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


Classes = Literal["new", "same", "known"]


def checked_labels(y: Any) -> NDArray[Any]:
    """Return class labels (n_samples,), or zeros and ones (n_samples, n_labels).

    Parameters
    ----------
    y : ndarray of shape (n_samples,), (n_samples, 1) or (n_samples, n_labels), or sparse matrix
        Class labels, or a matrix of zeros and ones with a column a label.
    """
    kind = type_of_target(y, input_name="y")
    if kind not in {"binary", "multiclass"}:  # the check looks at all of y once more
        check_classification_targets(y)
    y = y.toarray() if issparse(y) else np.asarray(y)
    if kind == "multilabel-indicator":
        return y
    if kind == "multiclass-multioutput":
        raise ValueError(
            "Multioutput target data is not supported: y has several columns with more values "
            "than 0 and 1. Fit one classifier a column, for instance with MultiOutputClassifier."
        )
    return column_or_1d(y, warn=True)


def classes_in(y: NDArray[Any]) -> NDArray[Any]:
    """Return the sorted classes of labels from `checked_labels`; of several labels the columns."""
    return np.unique(y) if y.ndim == 1 else np.arange(y.shape[1])


def check_known_classes(y: NDArray[Any], classes: NDArray[Any], mode: Classes, name: str) -> None:
    """Refuse labels that a network cannot have.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        From `checked_labels`.
    classes : ndarray of shape (n_classes,)
        What the network knows.
    mode : {"same", "known"}
        Whether y must have all of them, or just no others.
    name : {"y", "y_val"}
        For messages.
    """
    found = classes_in(y)
    if mode == "same" and set(found) != set(classes):
        raise ValueError(
            f"warm_start can only be used where `y` has the same classes as in the previous call "
            f"to fit. Previously got {classes}, `y` has {found}. Set warm_start=False to start a "
            "new network."
        )
    if mode == "known" and not np.isin(found, classes).all():
        raise ValueError(
            f"`{name}` has classes not in `self.classes_`. `self.classes_` has {classes}. "
            f"'{name}' has {found}."
        )


def encode_labels(y: NDArray[Any], classes: NDArray[Any]) -> Targets:
    """Encode labels from `checked_labels`, all of them among the sorted classes."""
    if y.ndim == 2:
        return Targets(y.astype(float), "binary_log_loss", y.shape[1])
    codes = np.searchsorted(classes, y)
    if len(classes) <= 2:
        values = codes[:, None].astype(float)
        return Targets(values, "binary_log_loss", 1, codes.astype(bool))
    return Targets(codes, "log_loss", len(classes), codes)


def encode_values(y: NDArray[Any], loss: str, name: str) -> Targets:
    """Encode regression targets of shape (n_samples,) or (n_samples, n_outputs).

    `name`, "y" or "y_val", is for messages.
    """
    if loss == "poisson" and (y < 0).any():
        row = int(np.flatnonzero((y < 0).reshape(len(y), -1).any(axis=1))[0])
        raise ValueError(
            f"Some value(s) of {name} are out of the valid range of the loss 'poisson', which "
            f"needs {name} >= 0: row {row} holds {y[row]}."
        )
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    values = y.reshape(len(y), -1).astype(float, copy=False)
    return Targets(values, loss, values.shape[1])
