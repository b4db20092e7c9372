"""Which networks share a stack, and the parts in which a stack is trained."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from sklearn_deepmlp._stack.activation import sort_key
from sklearn_deepmlp._stack.job import Job

# Bytes of weights, moments and activations of a block on a CPU. From 4 to 16 MB made no difference.
_BLOCK_BYTES = 2**23
# The part of a block's rows that must be no padding.
_LEAST_REAL = 0.8


def shape_of(job: Job) -> Hashable:
    """Return what the members of a stack have in common."""
    return (
        job.layer_sizes,
        job.loss,
        job.solver,
        job.normalization,
        job.skip_connections,
        job.X.dtype.str,
        job.device,
        issparse(job.X),
    )


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
        range(len(jobs)), key=lambda i: (sort_key(jobs[i].activation), _batches(jobs[i]))
    )
    most = _most_members(jobs[0], len(jobs))
    found: list[_Block] = []
    for i in order:
        if not found or len(found[-1].places) == most or not found[-1].takes(jobs[i]):
            found.append(_Block())
        found[-1].add(i, jobs[i])
    return [block.places for block in found]


def _most_members(job: Job, n_jobs: int) -> int:
    """Return the size of blocks that fit a cache and are about equally large."""
    if job.device != "cpu":
        return n_jobs
    n_blocks = -(-n_jobs // max(1, _BLOCK_BYTES // _n_bytes(job)))
    return -(-n_jobs // n_blocks)


def _n_bytes(job: Job) -> int:
    """Return what a step of one network touches: weights, gradients, two moments, activations."""
    sizes = np.array(job.layer_sizes)
    weights = int(((sizes[:-1] + 1) * sizes[1:]).sum())
    rows = min(job.batch_size, len(job.rows))
    return (4 * weights + 2 * rows * int(sizes.sum())) * job.X.dtype.itemsize


def _batches(job: Job) -> tuple[int, int]:
    return min(job.batch_size, len(job.rows)), len(job.rows)


class _Block:
    """Networks whose batches are padded to the largest one at each step."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self._n_real = 0
        self._largest: NDArray[np.intp] = np.zeros(0, dtype=np.intp)

    def _with(self, job: Job) -> NDArray[np.intp]:
        """Return how many rows each step would have."""
        return _longer_maximum(self._largest, _rows_of_steps(*_batches(job)))

    def takes(self, job: Job) -> bool:
        """Tell whether there would be little enough padding."""
        n_computed = self._with(job).sum() * (len(self.places) + 1)
        return self._n_real + len(job.rows) >= _LEAST_REAL * n_computed

    def add(self, place: int, job: Job) -> None:
        """Take a job."""
        self.places.append(place)
        self._largest = self._with(job)
        self._n_real += len(job.rows)


@lru_cache(maxsize=64)
def _rows_of_steps(batch_size: int, n_rows: int) -> NDArray[np.intp]:
    return np.diff(np.arange(0, n_rows + batch_size, batch_size).clip(max=n_rows))


def _longer_maximum(a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.intp]:
    if len(a) == len(b):
        return np.maximum(a, b)
    shorter, longer = sorted((a, b), key=len)
    return np.r_[np.maximum(shorter, longer[: len(shorter)]), longer[len(shorter) :]]


def by_shape(jobs: Iterable[Job]) -> list[list[int]]:
    """Return the positions of the jobs of each stack, in the order of their first jobs."""
    found: dict[Hashable, list[int]] = {}
    for place, job in enumerate(jobs):
        found.setdefault(shape_of(job), []).append(place)
    return list(found.values())
