"""Where features hold anything other than finite numbers, for messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from reprlib import repr  # noqa: A004 - which shortens what is long
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from sklearn_deepmlp._estimators.error_names import errors_name
from sklearn_deepmlp._estimators.messages import feature_label

_NUMBERS = "fiub"  # kinds of dtypes that numpy compares and converts as a whole
_ENCODE = "Encode words as numbers, for instance with OneHotEncoder in a ColumnTransformer."


@contextmanager
def errors_name_entry(name: str, X: Any) -> Iterator[None]:
    """Have the errors of a check of features name them, and the first entry that is unusable.

    Parameters
    ----------
    name : {"X", "X_val"}
        What the user calls the features.
    X : object
        What the user has given.
    """
    try:
        with errors_name(name, "X"):
            yield
    except (TypeError, ValueError) as error:
        place = None
        with suppress(Exception):  # what cannot be read has no entries
            place = first_unusable_entry(X)
        if place is None:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{error}\n{place}") from error


def first_unusable_entry(X: Any) -> str | None:
    """Describe the first entry that is not a finite number; None if it is not found."""
    for label, column in _columns(X):
        row = _first_unusable_row(column)
        if row is not None:
            (value,) = column[row : row + 1].tolist()
            found = f"Row {row} of {label} holds {repr(value)}."
            return f"{found} {_ENCODE}" if isinstance(value, str) else found
    return None


def _columns(X: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the label of each column and its entries."""
    if hasattr(X, "columns"):
        names = np.array([*X.columns], dtype=object)
        for index, name in enumerate(names):
            column = X.iloc[:, index] if hasattr(X, "iloc") else X[name]
            yield feature_label(index, names), np.asarray(column)
        return
    X = X.tocsc() if issparse(X) and X.ndim == 2 else _as_array(X)
    for index in range(X.shape[1]):
        column = X[:, [index]]
        yield feature_label(index, None), (column.toarray() if issparse(column) else column).ravel()


def _as_array(X: Any) -> NDArray[Any]:
    """Return features as an array; an empty one if they have no two dimensions."""
    array = np.asarray(X)
    return array if array.ndim == 2 else np.empty((0, 0))


def _first_unusable_row(column: NDArray[Any]) -> int | None:
    if column.dtype.kind in _NUMBERS:
        is_usable = np.isfinite(column)
    else:
        is_usable = np.array([_is_finite(value) for value in column.tolist()], dtype=bool)
    return None if is_usable.all() else int(np.argmin(is_usable))


def _is_finite(value: Any) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except (OverflowError, TypeError, ValueError):
        return False
