"""The forms that hidden_layer_sizes may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from numbers import Integral
from typing import Any

import numpy as np

from sklearn_deepmlp._estimators.messages import parameter_message


def hidden_sizes(value: Any, owner: str) -> tuple[int, ...]:
    """Return the units of each hidden layer.

    Parameters
    ----------
    value : int or array-like of int
        The parameter hidden_layer_sizes; empty for a linear model.
    owner : str
        Name of the estimator, for messages.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    sizes = list(value) if isinstance(value, Iterable) else [value]
    is_ordered = not isinstance(value, (Mapping, AbstractSet, bytes))
    if not is_ordered or not all(
        isinstance(size, Integral) and not isinstance(size, bool) for size in sizes
    ):
        expected = "an int or a sequence of ints"
        raise ValueError(parameter_message("hidden_layer_sizes", owner, expected, value))
    if any(size <= 0 for size in sizes):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    return tuple(int(size) for size in sizes)
