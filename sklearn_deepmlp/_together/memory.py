"""How much memory a task will hold, from its arguments.

The memory of numeric arrays is known. That of lists, object arrays and columns of text is estimated
from a sample, in a time that does not grow with their length.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from scipy.sparse import issparse

from sklearn_deepmlp._compat.joblib import BatchedCalls

# A task of scikit-learn holds its rows of the data, both as given and transformed, while the engine
# holds them in its own dtype.
_COPIES = 3
# What a thread and an estimator need in addition to the data.
_MIN_BYTES = 2**20
# Entries that are sampled: of a container with all containers in it, and at least of each of these.
_SAMPLE, _MIN_SAMPLE = 1000, 8
# Levels of containers within containers that are sampled; a list may contain itself.
_DEPTH = 3


def held_bytes(function: Any) -> int:
    """Estimate the memory that a task of joblib holds from its start to its end."""
    arguments: list[Any] = []
    if isinstance(function, BatchedCalls):
        for _, args, kwargs in function.items:
            arguments += [*args, *kwargs.values()]
    distinct = {id(argument): argument for argument in arguments}
    return max(_MIN_BYTES, _COPIES * sum(map(_n_bytes, distinct.values())))


def _n_bytes(value: Any, max_entries: int = _SAMPLE, depth: int = _DEPTH) -> int:
    """Estimate the memory of a value from at most `max_entries` of its entries."""
    if issparse(value):
        return sum(_n_bytes(vars(value).get(name)) for name in ("data", "indices", "indptr"))
    if isinstance(value, np.ndarray):
        return value.nbytes + _n_bytes_of_objects(value, max_entries, depth)
    if hasattr(value, "memory_usage"):  # pandas
        return int(np.sum(value.memory_usage())) + _n_bytes_of_text(value)
    if hasattr(value, "estimated_size"):  # polars
        return int(value.estimated_size())
    return sys.getsizeof(value, 0) + _n_bytes_of_entries(value, max_entries, depth)


def _n_bytes_of_entries(value: Any, max_entries: int, depth: int) -> int:
    """Estimate the memory of the entries of a container."""
    entries: Sequence[Any] = ()
    if isinstance(value, dict):
        entries = list(islice(value.values(), max_entries))
    elif isinstance(value, list | tuple):
        entries = value[:: _step(len(value), max_entries)]
    return _n_bytes_like(entries, len(value), max_entries, depth) if entries else 0


def _step(n_entries: int, max_entries: int) -> int:
    """Return a step that spreads at most `max_entries` evenly over all entries."""
    return -(-n_entries // max_entries) or 1


def _n_bytes_of_objects(array: np.ndarray, max_entries: int, depth: int) -> int:
    """Estimate the memory of objects and strings to which the entries of an array point."""
    if array.dtype.kind not in "OT":
        return 0
    entries = array.flat[:: _step(array.size, max_entries)].tolist()
    return _n_bytes_like(entries, array.size, max_entries, depth)


def _n_bytes_like(entries: Sequence[Any], n_entries: int, max_entries: int, depth: int) -> int:
    """Estimate the memory of `n_entries` values from some of them."""
    if not entries:
        return 0
    if depth == 0:
        return n_entries * sys.getsizeof(entries[0], 0)
    max_each = max(_MIN_SAMPLE, max_entries // len(entries))
    n_bytes = sum(_n_bytes(entry, max_each, depth - 1) for entry in entries)
    return n_bytes * n_entries // len(entries)


def _n_bytes_of_text(table: Any) -> int:
    """Estimate the memory of objects to which the columns of a pandas object point."""
    frame = table if table.ndim == 2 else table.to_frame()
    are_text = [kind.kind == "O" and kind.name != "category" for kind in frame.dtypes]
    if not any(are_text) or len(frame) == 0:
        return 0
    sample = frame.iloc[:: _step(len(frame) * sum(are_text), _SAMPLE)].loc[:, are_text]
    pointers = sample.memory_usage(index=False).sum()
    with_text = sample.memory_usage(index=False, deep=True).sum()
    return int(with_text - pointers) * len(frame) // len(sample)
