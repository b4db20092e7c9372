"""How much memory a training needs, and the error where a device has less."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sklearn_deepmlp._layers.products import BFLOAT16
from sklearn_deepmlp._stack.free_memory import free_bytes
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.rows import row_bytes
from sklearn_deepmlp._stack.solvers import SOLVERS

_BFLOAT16_BYTES = 2


def step_bytes(job: Job) -> int:
    """Estimate the bytes that a step touches: weights, gradients, solver state, activations.

    A training needs at least these at the same time. Its rows are not included, except for those
    of a batch.
    """
    n_rows = min(job.optimization.batch_size, len(job.data.rows))
    n_parameters = layout_of(job.architecture).n_parameters
    n_outputs = sum(job.architecture.layer_sizes[1:])
    n_arrays = 2 + len(SOLVERS[job.optimization.solver].state)
    itemsize = of_signals = job.data.X.dtype.itemsize
    of_weights = n_arrays * itemsize
    if job.architecture.products == BFLOAT16:
        of_signals = _BFLOAT16_BYTES
        of_weights += _BFLOAT16_BYTES  # a copy
    of_batch = 2 * n_rows * (n_outputs * of_signals + row_bytes(job.data.X))
    return n_parameters * of_weights + of_batch


def require_memory(jobs: Sequence[Job]) -> None:
    """Refuse to train a stack for which its device has too little memory.

    This takes less time than drawing the weights of a network that large.

    Parameters
    ----------
    jobs : sequence of Job
        One per network of the stack.

    Raises
    ------
    MemoryError
        With the remedy.
    """
    free = free_bytes(torch.device(jobs[0].device))
    if free is None:
        return
    needed = sum(map(step_bytes, jobs))
    if needed > free:
        raise memory_error(jobs[0], f": about {_gb(needed)} are needed, {_gb(free)} are free")


def _gb(n_bytes: float) -> str:
    return f"{n_bytes / 1e9:.3g} GB"


def memory_error(job: Job, figures: str = "") -> MemoryError:
    """Return the error for a training that does not fit into the memory of its device.

    Parameters
    ----------
    job : Job
        The training.
    figures : str
        How much is needed and free, where that is known.
    """
    elsewhere = "" if job.device == "cpu" else ", or device='cpu'"
    return MemoryError(
        f"The memory of device {job.device!r} is too small to train layers of the sizes "
        f"{job.architecture.layer_sizes} on batches of {job.optimization.batch_size} rows in "
        f"{job.data.X.dtype}{figures}. Set a smaller batch_size, smaller hidden_layer_sizes "
        f"or dtype='float32'{elsewhere}."
    )
