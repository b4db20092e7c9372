"""How much memory a task will hold, from its arguments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
from joblib.parallel import BatchedCalls
from scipy.sparse import issparse

# A task of scikit-learn holds its rows of the data, as they were and transformed, while the
# engine holds them in its own type.
_COPIES = 3
_MOST_ITEMS = 20
# What a thread and an estimator need beside the data.
_LEAST = 2**20


def held_bytes(function: Any) -> int:
    """Estimate the memory that a task of joblib holds from its start to its end."""
    arguments: list[Any] = []
    if isinstance(function, BatchedCalls):
        for _, args, kwargs in function.items:
            arguments += [*args, *kwargs.values()]
    distinct = {id(argument): argument for argument in arguments}
    return max(_LEAST, _COPIES * sum(map(_n_bytes, distinct.values())))


def _n_bytes(value: Any) -> int:
    if issparse(value):
        return sum(_n_bytes(vars(value).get(name)) for name in ("data", "indices", "indptr"))
    if isinstance(value, np.ndarray):
        return value.nbytes
    if hasattr(value, "memory_usage"):  # pandas
        return int(np.sum(value.memory_usage()))
    if hasattr(value, "estimated_size"):  # polars
        return int(value.estimated_size())
    if isinstance(value, dict):
        return _sum_of(value.values())
    return _sum_of(value) if isinstance(value, list | tuple) else 0


def _sum_of(values: Iterable[Any]) -> int:
    """Sum up what a container holds, which may also be a long list of numbers."""
    few = islice(values, _MOST_ITEMS)
    return sum(_n_bytes(value) for value in few if not isinstance(value, dict | list | tuple))
