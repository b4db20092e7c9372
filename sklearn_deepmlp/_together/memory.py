"""How much memory a task will hold, from its arguments.

What an array of numbers holds is known. What lists, object arrays and columns of text hold is
estimated from a sample, in a time that does not grow with them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from joblib.parallel import BatchedCalls
from scipy.sparse import issparse

# A task of scikit-learn holds its rows of the data, as they were and transformed, while the
# engine holds them in its own type.
_COPIES = 3
# What a thread and an estimator need beside the data.
_LEAST = 2**20
# Entries that are looked at: in a container and in those within it together, and at least in each.
_SAMPLE, _SAMPLE_OF_EACH = 1000, 8
# Containers within containers that are looked into, as a list may hold itself.
_DEPTH = 3


def held_bytes(function: Any) -> int:
    """Estimate the memory that a task of joblib holds from its start to its end."""
    arguments: list[Any] = []
    if isinstance(function, BatchedCalls):
        for _, args, kwargs in function.items:
            arguments += [*args, *kwargs.values()]
    distinct = {id(argument): argument for argument in arguments}
    return max(_LEAST, _COPIES * sum(map(_n_bytes, distinct.values())))


def _n_bytes(value: Any, most: int = _SAMPLE, depth: int = _DEPTH) -> int:
    """Estimate the memory of a value from at most so many entries of it."""
    if issparse(value):
        return sum(_n_bytes(vars(value).get(name)) for name in ("data", "indices", "indptr"))
    if isinstance(value, np.ndarray):
        return value.nbytes + _n_bytes_of_objects(value, most, depth)
    if hasattr(value, "memory_usage"):  # pandas
        return int(np.sum(value.memory_usage())) + _n_bytes_of_text(value)
    if hasattr(value, "estimated_size"):  # polars
        return int(value.estimated_size())
    return sys.getsizeof(value, 0) + _n_bytes_of_entries(value, most, depth)


def _n_bytes_of_entries(value: Any, most: int, depth: int) -> int:
    """Estimate the memory of what a container holds."""
    if isinstance(value, dict):
        return _n_bytes_like(list(islice(value.values(), most)), len(value), most, depth)
    if isinstance(value, list | tuple):
        return _n_bytes_like(value[:: _step(len(value), most)], len(value), most, depth)
    return 0


def _step(n_entries: int, most: int) -> int:
    """Return a step by which at most so many entries are taken, from everywhere."""
    return -(-n_entries // most) or 1


def _n_bytes_of_objects(array: np.ndarray, most: int, depth: int) -> int:
    """Estimate the memory of what the entries of an array point to, as strings are in numpy 2."""
    if array.dtype.kind not in "OT":
        return 0
    entries = array.flat[:: _step(array.size, most)].tolist()
    return _n_bytes_like(entries, array.size, most, depth)


def _n_bytes_like(entries: Sequence[Any], n_entries: int, most: int, depth: int) -> int:
    """Estimate the memory of values from some of them."""
    if not entries:
        return 0
    if depth == 0:
        return n_entries * sys.getsizeof(entries[0], 0)
    most_each = max(_SAMPLE_OF_EACH, most // len(entries))
    n_bytes = sum(_n_bytes(entry, most_each, depth - 1) for entry in entries)
    return n_bytes * n_entries // len(entries)


def _n_bytes_of_text(table: Any) -> int:
    """Estimate the memory of what the columns of a pandas object point to."""
    frame = table if table.ndim == 2 else table.to_frame()
    are_text = [kind.kind == "O" and kind.name != "category" for kind in frame.dtypes]
    if not any(are_text) or len(frame) == 0:
        return 0
    sample = frame.iloc[:: _step(len(frame) * sum(are_text), _SAMPLE)].loc[:, are_text]
    pointers = sample.memory_usage(index=False).sum()
    with_text = sample.memory_usage(index=False, deep=True).sum()
    return int(with_text - pointers) * len(frame) // len(sample)
