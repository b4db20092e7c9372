"""The effective number of rows of a batch, for statistics over its rows.

Equal rows count as one row with the sum of their weights, so that a weight of 2 means the same as a
repeated row. A batch in which one row has nearly all the weight has about one effective row, and no
meaningful variance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

# On average, the variance of n effective rows is 1 − 1/n of the variance of all data: here half.
LEAST_EFFECTIVE_ROWS = 2.0
# Relative tolerance: for that many equal weights the formula gives the number only up to rounding.
_ROUNDING = 1e-9

Kinds = NDArray[np.uint64]


def row_kinds(X: Any) -> Kinds:
    """Return a hash of each row; equal rows have equal hashes.

    Parameters
    ----------
    X : ndarray or sparse matrix in CSR format, of shape (n_rows, n_features)
        Rows, without NaN.

    Returns
    -------
    ndarray of uint64 of shape (n_rows,)
        Sums of products of the entries' bits and random numbers. In integer arithmetic they do not
        depend on the order of summation. Different rows almost never share a hash.
    """
    multipliers = np.random.default_rng(0).integers(1, 2**64, X.shape[1], np.uint64, endpoint=False)
    if issparse(X):
        bits = X.copy()
        bits.data = _mixed_bits(X.data)
        return np.asarray(bits @ multipliers)
    return _mixed_bits(X) @ multipliers


def _mixed_bits(values: NDArray[Any]) -> Kinds:
    """Return the bits of numbers, mixed so that round numbers, too, differ in the low bits."""
    bits = (values.astype(np.float64) + 0.0).view(np.uint64)  # −0 becomes 0
    return (bits ^ (bits >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)


def effective_rows(weight: NDArray[np.float64], kinds: Kinds) -> NDArray[np.float64]:
    """Return (Σw)² / Σw² over the distinct rows of batches (Kish 1965); 0 if all weights are 0.

    Parameters
    ----------
    weight : ndarray of shape (..., B)
        Weights of rows; 0 for padding.
    kinds : ndarray of shape (..., B)
        From `row_kinds`.

    Returns
    -------
    ndarray of shape (...)
        The effective number of rows of each batch.
    """
    order = np.argsort(kinds, axis=-1)
    ordered = np.take_along_axis(kinds, order, -1)
    is_new = np.ones(ordered.shape, bool)
    is_new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    highest = weight.max(axis=-1, keepdims=True)
    # Otherwise squares might overflow or underflow.
    weight = weight / np.where(highest > 0, highest, 1.0)
    sums = np.add.reduceat(
        np.take_along_axis(weight, order, -1).ravel(), np.flatnonzero(is_new.ravel())
    )
    squares = np.zeros(is_new.size)
    squares[is_new.ravel()] = sums**2
    total = squares.reshape(weight.shape).sum(axis=-1)
    return weight.sum(axis=-1) ** 2 / np.where(total > 0, total, 1.0)


def are_too_few(weight: NDArray[np.float64], kinds: Kinds) -> NDArray[np.bool_]:
    """Return which batches have too few effective rows for a variance.

    Parameters
    ----------
    weight, kinds : ndarray of shape (..., B)
        As in `effective_rows`.

    Returns
    -------
    ndarray of bool of shape (...)
    """
    return effective_rows(weight, kinds) < LEAST_EFFECTIVE_ROWS * (1 - _ROUNDING)
