"""Which networks share a stack, and the parts in which a stack is trained."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._layers.activation import sort_key
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.rows import row_bytes
from sklearn_deepmlp._stack.step_sizes import rows_of_steps

# Bytes of weights, moments and activations of a block on a CPU. From 4 to 16 MB made no difference.
_BLOCK_BYTES = 2**23
# The part of a block's rows that must be no padding.
_LEAST_REAL = 0.8


def blocks(jobs: Sequence[Job]) -> list[list[int]]:
    """Divide the jobs of one stack into parts that are trained one after another.

    Equal activations stand together, because they are computed together, and equal batches,
    because the others are padded.

    Parameters
    ----------
    jobs : sequence of Job
        In the order of their tasks.

    Returns
    -------
    list of list of int
        Positions of the jobs of each block.
    """
    order = sorted(
        range(len(jobs)),
        key=lambda i: (sort_key(jobs[i].architecture.activation), _batches(jobs[i])),
    )
    most = _most_members(jobs[0], len(jobs))
    n_rows = rows_of_steps(jobs)
    found: list[_Block] = []
    for i in order:
        if not found or len(found[-1].places) == most or not found[-1].takes(n_rows[:, i]):
            found.append(_Block(len(n_rows)))
        found[-1].add(i, n_rows[:, i])
    return [block.places for block in found]


def _batches(job: Job) -> tuple[int, int]:
    return min(job.optimization.batch_size, len(job.data.rows)), len(job.data.rows)


def _most_members(job: Job, n_jobs: int) -> int:
    """Return the size of blocks that fit a cache and are about equally large."""
    if job.device != "cpu":
        return n_jobs
    n_blocks = -(-n_jobs // max(1, _BLOCK_BYTES // _n_bytes(job)))
    return -(-n_jobs // n_blocks)


def _n_bytes(job: Job) -> int:
    """Return what a step of one network touches: weights, gradients, two moments, activations."""
    n_rows, _ = _batches(job)
    n_values = 4 * layout_of(job.architecture).n_parameters + 2 * n_rows * sum(
        job.architecture.layer_sizes[1:]
    )
    return n_values * job.data.X.dtype.itemsize + 2 * n_rows * row_bytes(job.data.X)


class _Block:
    """Networks whose batches are padded to the largest one at each step."""

    def __init__(self, n_steps: int) -> None:
        self.places: list[int] = []
        self._n_real = 0
        self._largest = np.zeros(n_steps, dtype=np.intp)

    def takes(self, n_rows: NDArray[np.intp]) -> bool:
        """Tell whether with a job's rows at each step there would be little enough padding."""
        n_computed = np.maximum(self._largest, n_rows).sum() * (len(self.places) + 1)
        return bool(self._n_real + n_rows.sum() >= _LEAST_REAL * n_computed)

    def add(self, place: int, n_rows: NDArray[np.intp]) -> None:
        """Take a job."""
        self.places.append(place)
        self._largest = np.maximum(self._largest, n_rows)
        self._n_real += int(n_rows.sum())


def by_shape(jobs: Iterable[Job]) -> list[list[int]]:
    """Return the positions of the jobs of each stack, in the order of their first jobs."""
    found: dict[Hashable, list[int]] = {}
    for place, job in enumerate(jobs):
        found.setdefault(job.shape, []).append(place)
    return list(found.values())
