"""How much memory the training of a unit takes in a worker."""

from __future__ import annotations

from collections.abc import Iterable

from scipy.sparse import issparse

from sklearn_deepmlp._stack.training_memory import step_bytes
from sklearn_deepmlp._together.units import Unit


def data_bytes(units: Iterable[Unit]) -> int:
    """Return the size of the distinct arrays of units, without those of scores."""
    arrays = {}
    for unit in units:
        for job in unit:
            X = job.data.X
            parts = [X.data, X.indices, X.indptr] if issparse(X) else [X]
            for array in (*parts, job.data.targets, job.data.rows, job.data.sample_weight):
                arrays[id(array)] = array.nbytes
    return sum(arrays.values())


def training_bytes(unit: Unit) -> int:
    """Estimate what a process holds to train a unit: copies of the rows, and what steps touch."""
    return data_bytes([unit]) + len(unit) * step_bytes(unit[0])
