"""Targets of the regressor, checked and encoded."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils import assert_all_finite, column_or_1d

from sklearn_deepmlp._estimators.array_kinds import check_is_no_time
from sklearn_deepmlp._estimators.targets import Targets
from sklearn_deepmlp._estimators.unusable_entries import errors_name_target
from sklearn_deepmlp._losses import LOSSES


def encode_values(y: Any, loss: str, name: str) -> Targets:
    """Encode regression targets of shape (n_samples,) or (n_samples, n_outputs).

    `name`, "y" or "y_val", is for messages.
    """
    if issparse(y):
        raise TypeError(
            f"Sparse data was passed as {name}, but a regressor needs dense targets. Use "
            f"'{name}.toarray()'."
        )
    check_is_no_time(y, name)
    with errors_name_target(name, y):
        if y.ndim > 2:
            raise ValueError(f"{name} must have 1 or 2 dimensions. Got the shape {y.shape}.")
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        values = y.reshape(len(y), -1).astype(float, copy=False)
        if y.dtype == object:  # None becomes NaN
            assert_all_finite(values, input_name=name)
    if LOSSES[loss].needs_non_negative:
        _check_non_negative(values, y, loss, name)
    return Targets(values, loss, values.shape[1])


def _check_non_negative(values: NDArray[Any], y: Any, loss: str, name: str) -> None:
    is_wrong = (values < 0).any(axis=1)
    if is_wrong.any():
        row = int(np.argmax(is_wrong))
        raise ValueError(
            f"Some value(s) of {name} are out of the valid range of the loss {loss!r}, which "
            f"needs {name} >= 0: row {row} holds {y[row]}."
        )
