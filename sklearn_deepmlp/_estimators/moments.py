"""Means and standard deviations of columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils.sparsefuncs import mean_variance_axis

Vector = NDArray[np.float64]


def moments(X: Any) -> tuple[Vector, Vector]:
    """Return the means and standard deviations of the columns, computed in float64.

    Parameters
    ----------
    X : ndarray or sparse matrix in CSR or CSC format, of shape (n_rows, n_columns)
        The columns.

    Returns
    -------
    means, stds : ndarray of shape (n_columns,)
    """
    if issparse(X):
        means, variances = mean_variance_axis(X.astype(np.float64), axis=0)
        return means, np.sqrt(variances)
    return X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
