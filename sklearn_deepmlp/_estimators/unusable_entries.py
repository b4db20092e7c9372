"""Where features or targets hold what cannot be used, for messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
_PER_FOLD = "Within a search, rows are counted per fold."


@contextmanager
def errors_name_entry(name: str, X: Any) -> Iterator[None]:
    """Have the errors of a check of features name them, and the first entries that are unusable.

    Parameters
    ----------
    name : {"X", "X_val"}
        What the user calls the features.
    X : object
        What the user has given.
    """
    with _errors_end_with(lambda: unusable_entries(X)), errors_name(name, "X"):
        yield


@contextmanager
def errors_name_target(name: str, y: Any) -> Iterator[None]:
    """Have the errors of a check of targets name them, and the first that is missing or infinite.

    Parameters
    ----------
    name : {"y", "y_val"}
        What the user calls the targets.
    y : object
        What the user has given.
    """
    with _errors_end_with(lambda: unusable_target(name, y)), errors_name(name, "y"):
        yield


@contextmanager
def _errors_end_with(places: Callable[[], list[str]]) -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError) as error:
        found: list[str] = []
        with suppress(Exception):  # what cannot be read has no entries
            found = places()
        if not found:
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind("\n".join([str(error), *found])) from error


def unusable_entries(X: Any) -> list[str]:
    """Describe the first word and the first other entry that is not a finite number, if any."""
    word = other = None
    for label, column in _columns(X):
        unusable = ~_usable(column, _is_finite)
        words = unusable & _words(column)
        if word is None and words.any():
            word = f"{_entry(label, column, words)} {_ENCODE}"
        if other is None and (unusable & ~words).any():
            other = f"{_entry(label, column, unusable & ~words)} {_PER_FOLD}"
    return [found for found in (word, other) if found is not None]


def unusable_target(name: str, y: Any) -> list[str]:
    """Describe the first target that is missing or infinite, if there is one."""
    y = y.toarray() if issparse(y) else np.asarray(y)
    columns = y.reshape(len(y), -1).T
    for index, column in enumerate(columns):
        unusable = ~_usable(column, _is_present)
        if unusable.any():
            label = name if len(columns) == 1 else f"column {index} of {name}"
            return [f"{_entry(label, column, unusable)} {_PER_FOLD}"]
    return []


def _entry(label: str, column: NDArray[Any], chosen: NDArray[np.bool_]) -> str:
    row = int(np.argmax(chosen))
    (value,) = column[row : row + 1].tolist()
    return f"Row {row} of {label} holds {repr(value)}."


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


def _usable(column: NDArray[Any], is_usable: Callable[[Any], bool]) -> NDArray[np.bool_]:
    """Return which entries are usable; of numbers, these are the finite ones."""
    if column.dtype.kind in _NUMBERS:
        return np.isfinite(column)
    return np.array([is_usable(value) for value in column.tolist()], dtype=bool)


def _words(column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype.kind in _NUMBERS:
        return np.zeros(len(column), dtype=bool)
    return np.array([isinstance(value, str) for value in column.tolist()], dtype=bool)


def _is_finite(value: Any) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except (OverflowError, TypeError, ValueError):
        return False


def _is_present(value: Any) -> bool:
    """Return whether a target is neither missing nor infinite, be it a number or not."""
    if isinstance(value, float):
        return bool(np.isfinite(value))
    return value is not None and type(value).__name__ != "NAType"  # that of pandas.NA
