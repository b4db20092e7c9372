"""Which jobs of a group share a stack, and the blocks in which a stack is trained."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from sklearn_deepmlp._layers.activation import sort_key
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.free_memory import free_bytes
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.step_sizes import rows_of_steps
from sklearn_deepmlp._stack.training_memory import step_bytes

# Bytes of weights, solver state and activations of a block on a CPU.
MAX_BYTES = 2**24
# Networks that a block has at least where it is made smaller to have one for each core. Each block
# of small networks adds to the time of all cores together.
_MIN_NETWORKS = 8
# The fraction of a GPU's free memory that a block may take. A GPU gains from the largest blocks.
_GPU_FRACTION = 0.5
# The fraction of a block's rows, and of a network's weights, that must not be padding.
_MIN_REAL = 0.8
# The same of a network's columns, which take only memory where they are a small part of the work.
_MIN_REAL_COLUMNS = 0.5


def blocks(jobs: Sequence[Job], max_bytes: int = MAX_BYTES, n_cores: int = 1) -> list[list[int]]:
    """Divide the jobs of one stack into blocks, each of which is trained by one process.

    Jobs with equal activations are adjacent, because these are computed together, and so are jobs
    with equal batches, because unequal ones are padded.

    Parameters
    ----------
    jobs : sequence of Job
        In the order of their tasks.
    max_bytes : int
        Bytes that a training step of a block may touch on a CPU.
    n_cores : int
        Cores of the machine, which get equally many blocks where that does not make them too small.

    Returns
    -------
    list of list of int
        Indices of the jobs of each block.
    """
    max_jobs = _max_jobs(max(jobs, key=_width), len(jobs), max_bytes, n_cores)
    n_rows = rows_of_steps(jobs)
    found: list[_Block] = []
    for index in _similar_adjacent(jobs):
        if not found or not found[-1].takes(n_rows[:, index], max_jobs):
            found.append(_Block(len(n_rows)))
        found[-1].add(index, n_rows[:, index])
    return [block.indices for block in found]


def _similar_adjacent(jobs: Sequence[Job]) -> list[int]:
    """Return the indices of the jobs, with similar jobs adjacent."""
    keys = [(sort_key(job.architecture.activation), _batches(job), _width(job)) for job in jobs]
    return sorted(range(len(jobs)), key=keys.__getitem__)


def _batches(job: Job) -> tuple[int, int]:
    return min(job.optimization.batch_size, len(job.data.rows)), len(job.data.rows)


def _width(job: Job) -> int:
    return job.architecture.layer_sizes[0]


def _max_jobs(job: Job, n_jobs: int, max_bytes: int, n_cores: int) -> int:
    """Return the size of blocks that fit a cache, or a GPU, and are about equally large."""
    if job.device != "cpu":
        free = free_bytes(torch.device(job.device))
        if free is None:
            return n_jobs
        max_bytes, n_cores = int(_GPU_FRACTION * free), 1
    n_blocks = -(-n_jobs // max(1, max_bytes // step_bytes(job)))
    return -(-n_jobs // n_blocks_for(n_cores, n_jobs, n_blocks))


def n_blocks_for(n_cores: int, n_jobs: int, n_least: int) -> int:
    """Return into how many blocks to divide jobs, given the least number that fits a cache."""
    most = n_jobs // _MIN_NETWORKS
    equally_many = -(-n_least // n_cores) * n_cores
    return equally_many if equally_many <= most else max(n_least, min(n_cores, most))


class _Block:
    """Networks whose batches are padded to the largest one at each step."""

    def __init__(self, n_steps: int) -> None:
        self.indices: list[int] = []
        self._n_real = 0
        self._largest = np.zeros(n_steps, dtype=np.intp)

    def takes(self, n_rows: NDArray[np.intp], max_jobs: int) -> bool:
        """Return whether one more job, with its rows per step, causes little enough padding."""
        n_computed = np.maximum(self._largest, n_rows).sum() * (len(self.indices) + 1)
        is_full = len(self.indices) == max_jobs
        return not is_full and bool(self._n_real + n_rows.sum() >= _MIN_REAL * n_computed)

    def add(self, index: int, n_rows: NDArray[np.intp]) -> None:
        """Add a job."""
        self.indices.append(index)
        self._largest = np.maximum(self._largest, n_rows)
        self._n_real += int(n_rows.sum())


def by_shape(jobs: Sequence[Job]) -> list[list[int]]:
    """Return the indices of the jobs of each stack, in the order of their first jobs.

    Networks of one shape with similar numbers of features are in one stack, in which the features
    of narrower ones are filled up with zeros.
    """
    same: dict[Hashable, list[int]] = {}
    for index, job in enumerate(jobs):
        same.setdefault(job.shape, []).append(index)
    return sorted(stack for indices in same.values() for stack in _by_width(jobs, indices))


def _by_width(jobs: Sequence[Job], indices: Sequence[int]) -> list[list[int]]:
    """Divide jobs of one shape into stacks, in which little is padding for any network."""
    stacks: list[list[int]] = []
    for index in sorted(indices, key=lambda index: -_width(jobs[index])):
        if not stacks or not _can_be_filled_up(jobs[index], jobs[stacks[-1][0]]):
            stacks.append([])
        stacks[-1].append(index)
    return list(map(sorted, stacks))


def _can_be_filled_up(job: Job, widest: Job) -> bool:
    """Return whether features of zeros are little enough of the weights and of the data."""
    weights, most_weights = (_n_weights(each.architecture) for each in (job, widest))
    has_enough_columns = _width(job) >= _MIN_REAL_COLUMNS * _width(widest)
    return has_enough_columns and weights >= _MIN_REAL * most_weights


def _n_weights(architecture: Architecture) -> float:
    """Return the number of weights, to which the work per row is proportional."""
    return sum(product_flops(architecture, architecture.layer_sizes[0])) / 2
