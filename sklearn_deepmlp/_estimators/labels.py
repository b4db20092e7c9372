"""Class labels, checked against the classes of a network and encoded."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from sklearn_deepmlp._estimators.array_kinds import check_is_array
from sklearn_deepmlp._estimators.targets import Classes, Targets
from sklearn_deepmlp._estimators.unusable_entries import errors_name_target


def checked_labels(y: Any, name: str) -> NDArray[Any]:
    """Return class labels (n_samples,), or zeros and ones (n_samples, n_labels).

    Parameters
    ----------
    y : ndarray of shape (n_samples,), (n_samples, 1) or (n_samples, n_labels), or sparse matrix
        Class labels, or a matrix of zeros and ones with one column per label.
    name : {"y", "y_val"}
        For messages.
    """
    with errors_name_target(name, y):
        if issparse(y) and y.ndim != 2:
            raise ValueError(f"Sparse {name} must have 2 dimensions. Got the shape {y.shape}.")
        _check_one_type(y, name)
        kind = type_of_target(y, input_name=name)
        if kind not in {"binary", "multiclass"}:  # the check goes through all of y once more
            check_classification_targets(y)
        y = y.toarray() if issparse(y) else np.asarray(y)
        if kind == "multiclass-multioutput":
            raise ValueError(
                f"Multioutput target data is not supported: {name} has several columns with values "
                "other than 0 and 1. Fit one classifier per column, for instance with "
                "MultiOutputClassifier."
            )
        if kind == "multilabel-indicator":
            _check_zeros_and_ones(y, name)
            return y
        return column_or_1d(y, warn=True)


def _check_one_type(y: Any, name: str) -> None:
    """Refuse mixtures of words, numbers and None, which have no order."""
    if issparse(y) or y.dtype != object:
        return
    types = {type(label) for label in y.flat}
    if type(None) in types or len({issubclass(each, str) for each in types}) > 1:
        names = sorted(each.__name__ for each in types)
        raise TypeError(
            f"Labels in {name} must be all words or all numbers. Got the types {names}. "
            "Leave out rows without a label, or give the label a name."
        )


def _check_zeros_and_ones(y: NDArray[Any], name: str) -> None:
    """Refuse values other than 0 and 1, which are all that is ever predicted."""
    is_coded = ((y == 0) | (y == 1)).all(axis=0)
    if not is_coded.all():
        column = int(np.argmin(is_coded))
        raise ValueError(
            f"Multilabel {name} must hold zeros and ones only. Column {column} holds the values "
            f"{np.unique(y[:, column]).tolist()}. Encode it first, for instance as "
            f"{name} = ({name} == {y.max()!s})."
        )


def check_classes(classes: Any) -> None:
    """Refuse what cannot be all classes; None stands for those of an earlier call."""
    if classes is None:
        return
    check_is_array(classes, "classes")
    found = classes.toarray() if issparse(classes) else np.asarray(classes, dtype=object)
    if found.ndim != 1 or len(found) == 0:
        raise ValueError(
            f"classes must be one label or more, in one dimension. Got the shape {found.shape}."
        )
    is_missing = [label is None or label != label for label in found]  # noqa: PLR0124 - NaN
    if any(is_missing):
        raise ValueError(f"classes must not contain missing values. Got {found.tolist()}.")
    _check_one_type(found, "classes")


def classes_in(y: NDArray[Any]) -> NDArray[Any]:
    """Return the sorted classes of labels from `checked_labels`; for multilabel, column indices."""
    return np.unique(y) if y.ndim == 1 else np.arange(y.shape[1])


def check_kind(y: NDArray[Any], classes: NDArray[Any], name: str, *, is_multilabel: bool) -> None:
    """Refuse labels (n_samples,) for a multilabel network, and vice versa.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        From `checked_labels`.
    classes : ndarray of shape (n_classes,)
        The classes that the network knows.
    name : {"y", "y_val"}
        For messages.
    is_multilabel : bool
        Whether the network is multilabel.
    """
    if (y.ndim == 2) == is_multilabel:
        return
    if is_multilabel:
        problem = (
            f"`{name}` has one column of class labels, but the network is multilabel, with "
            f"{len(classes)} labels per row. Give zeros and ones of shape "
            f"(n_samples, {len(classes)})"
        )
    else:
        problem = (
            f"`{name}` is multilabel, with {y.shape[1]} labels per row, but the network predicts "
            f"one of the classes {classes}. Give one column of them"
        )
    raise ValueError(f"{problem}, or fit a new network.")


def check_known_classes(y: NDArray[Any], classes: NDArray[Any], mode: Classes, name: str) -> None:
    """Refuse labels that a network cannot have.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        From `checked_labels`, of the kind of the network.
    classes : ndarray of shape (n_classes,)
        The classes that the network knows.
    mode : {"announced", "same", "known"}
        With "same", y must have all of them, else no others; multilabel targets have all.
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
    if y.ndim == 2 and not np.array_equal(found, classes):
        raise ValueError(
            f"`{name}` has classes not in `self.classes_`, or not all of them. `self.classes_` "
            f"has {classes}. '{name}' has {found}: the classes of multilabel targets are the "
            "indices of the columns of y."
        )
    if not np.isin(found, classes).all():
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
