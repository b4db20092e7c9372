"""Small data sets of all kinds of task, standardized."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    make_multilabel_classification,
    make_regression,
)
from sklearn.preprocessing import scale

Array = NDArray[Any]


@cache
def load(name: str) -> tuple[Any, Array]:
    """Return features in float64 and targets.

    Parameters
    ----------
    name : str
        A key of ``DATA``.
    """
    return DATA[name]()


def row_weights(n_rows: int) -> Array:
    """Return weights from 0 to 2, a tenth of which are 0."""
    weights = np.random.default_rng(0).uniform(0.1, 2.0, n_rows)
    weights[::10] = 0.0
    return weights


def _subset(load_all: Callable[..., Any], n_rows: int) -> tuple[Array, Array]:
    X, y = load_all(return_X_y=True)
    rows = np.random.default_rng(0).permutation(len(X))[:n_rows]
    return scale(X[rows]), y[rows]


def _digits() -> tuple[Array, Array]:
    return _subset(load_digits, 210)


def _cancer() -> tuple[Array, Array]:
    return _subset(load_breast_cancer, 183)


def _iris() -> tuple[Array, Array]:
    return _subset(load_iris, 150)


def _diabetes() -> tuple[Array, Array]:
    X, y = _subset(load_diabetes, 205)
    return X, scale(y)


def _counts() -> tuple[Array, Array]:
    X, y = _subset(load_diabetes, 205)
    return X, np.floor(y / 50)


def _outputs() -> tuple[Array, Array]:
    X, y = make_regression(170, 8, n_targets=3, noise=1.0, random_state=0)
    return scale(X), scale(y)


def _labels() -> tuple[Array, Array]:
    X, y = make_multilabel_classification(170, 12, n_classes=4, random_state=0)
    return scale(X), y


def _sparse() -> tuple[Any, Array]:
    X, y = _digits()
    return scipy.sparse.csr_matrix(np.where(X > 0.5, X, 0.0)), y


DATA: dict[str, Callable[[], tuple[Any, Array]]] = {
    "digits": _digits,
    "cancer": _cancer,
    "iris": _iris,
    "diabetes": _diabetes,
    "counts": _counts,
    "outputs": _outputs,
    "labels": _labels,
    "sparse": _sparse,
}
# The others are classified.
OF_REGRESSION = ("diabetes", "counts", "outputs")
