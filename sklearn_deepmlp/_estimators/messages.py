"""The two forms of errors: about a parameter, and about data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from sklearn_deepmlp._did_you_mean import did_you_mean


def parameter_message(
    name: str, owner: str, expected: str, got: Any, names: Collection[str] = ()
) -> str:
    """Say what a parameter must be, in the words of scikit-learn's own checks.

    If `got` is similar to one of `names`, the message asks whether that was meant.
    """
    hint = "" if got in names else did_you_mean(got, names)
    return f"The {name!r} parameter of {owner} must be {expected}. Got {got!r} instead.{hint}"


def feature_label(index: int, names: NDArray[np.object_] | None) -> str:
    """Name a feature by its column name, or by its index."""
    return f"feature {names[index]!r}" if names is not None else f"feature {index}"


def feature_labels(
    indices: Sequence[int] | NDArray[np.intp], names: NDArray[np.object_] | None
) -> str:
    """Name some features, "feature 3" or "features 3, 5 and 8", by their column names if any."""
    *others, last = [str(i) if names is None else repr(names[i]) for i in indices]
    return f"features {', '.join(others)} and {last}" if others else f"feature {last}"


def overflow_message(
    X: Any, names: NDArray[np.object_] | None, dtype: np.dtype, name: str = "X"
) -> str:
    """Say which entry of X is the largest, where numbers of that size break the computation.

    `name` is what the user calls X.
    """
    if issparse(X):
        entries = X.tocoo()
        largest = np.argmax(np.abs(entries.data))
        row, column, value = (a[largest] for a in (entries.row, entries.col, entries.data))
    else:
        row, column = np.unravel_index(np.argmax(np.abs(X)), X.shape)
        value = X[row, column]
    return (
        f"Input {name} contains values too large for a network of dtype {np.dtype(dtype).name}: "
        f"row {row} of {feature_label(int(column), names)} holds {value:.6g}. "
        "Scale the features, for instance with StandardScaler in a Pipeline."
    )
