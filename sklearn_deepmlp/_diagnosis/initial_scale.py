"""The scale of the features, which the signal of the first layer is proportional to."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse

# Standardized features have a root mean square of 1.
_SCALED = (0.1, 10.0)


def root_mean_square(X: Any) -> float:
    """Return the root mean square of all entries of X, dense or in CSR format."""
    entries = X.data if issparse(X) else X.ravel()
    return float(np.linalg.norm(entries.astype(np.float64)) / np.sqrt(np.prod(X.shape)))


def scale_note(X: Any) -> str:
    """Return a sentence on features that are far from standardized, or no text.

    Parameters
    ----------
    X : ndarray or sparse matrix in CSR format, of shape (n_samples, n_features)
        The features.
    """
    scale, (low, high) = root_mean_square(X), _SCALED
    if low <= scale <= high:
        return ""
    scaler = "StandardScaler(with_mean=False)" if issparse(X) else "StandardScaler()"
    return (
        f" X has a root mean square of {scale:.3g} instead of 1, so that layer 1 is far from unit "
        f"scale already: standardize the features, with {scaler} before this estimator in a "
        "Pipeline."
    )
