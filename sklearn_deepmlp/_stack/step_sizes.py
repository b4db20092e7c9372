"""How many rows each network has at each step of an epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._layers.normalizations import least_rows
from sklearn_deepmlp._stack.job import Job


def rows_of_steps(jobs: Sequence[Job]) -> NDArray[np.intp]:
    """Return how many rows each network has at each step of an epoch, of shape (n_steps, M).

    If the rows that are left at the end are too few for a batch, the batch before includes them.
    """
    rows = np.array([len(job.data.rows) for job in jobs])
    sizes = np.array([job.optimization.batch_size for job in jobs])
    steps = -(-rows // sizes)
    rest, least = rows % sizes, least_rows(jobs[0].architecture.normalization)
    steps = np.where((rest > 0) & (rest < least) & (steps > 1), steps - 1, steps)
    step = np.arange(steps.max())[:, None]
    size = np.where(step == steps - 1, rows - step * sizes, sizes)
    return np.where(step < steps, size, 0)
