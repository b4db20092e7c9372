"""Each epoch's batches of M networks, every network with its own rows and its own order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.job import Job


@dataclass(frozen=True)
class Batch:
    """One step's rows.

    Attributes
    ----------
    X : Tensor of shape (M, B, n_features)
    targets : Tensor of shape (M, B) or (M, B, n_outputs)
    row_weight : Tensor of shape (M, B)
        Weights that sum to 1 a member; 0 for padding.
    total_weight : Tensor of shape (M, 1)
        Sum of the sample weights of a member's rows; 1 for a member without rows.
    share : Tensor of shape (M,)
        The part of a member's rows that are in this batch.
    real : Tensor of bool of shape (M, B), or None
        Which rows are no padding; None where all are real.
    active : ndarray of bool of shape (M,), or None
        Which members have rows; None where all have.
    """

    X: Tensor
    targets: Tensor
    row_weight: Tensor
    total_weight: Tensor
    share: Tensor
    real: Tensor | None
    active: NDArray[np.bool_] | None


class StackedData:
    """The rows of all members, each array stored once, and one row of zeros for padding.

    Parameters
    ----------
    jobs : sequence of Job
        One a member.
    device : torch.device
        Where the training runs.
    """

    def __init__(self, jobs: Sequence[Job], device: torch.device) -> None:
        distinct = {id(job.X): job for job in jobs}
        starts = np.cumsum([0, *(len(job.X) for job in distinct.values())])
        self.start_of = dict(zip(distinct, starts.tolist(), strict=False))
        needs_padding = len(jobs) > 1
        self.X = _on_device([job.X for job in distinct.values()], needs_padding, device)
        by_targets = [job.targets for job in distinct.values()]
        self.targets = _on_device(by_targets, needs_padding, device)
        self.padding = int(starts[-1])


class Batches:
    """Batches for as many epochs as it is iterated.

    Parameters
    ----------
    jobs : sequence of Job
        One a member.
    data : StackedData
        The rows of these and possibly other jobs.

    Attributes
    ----------
    n_steps : int
        Batches an epoch.
    steps_of_members : ndarray of int of shape (M,)
        Batches an epoch in which a member has rows.
    """

    def __init__(self, jobs: Sequence[Job], data: StackedData) -> None:
        self._data = data
        self._jobs = list(jobs)
        self._generators = [np.random.default_rng(job.seeds.order) for job in jobs]
        self._plan_sizes()

    def _plan_sizes(self) -> None:
        rows = np.array([len(job.rows) for job in self._jobs])
        sizes = np.array([job.batch_size for job in self._jobs])
        steps = -(-rows // sizes)
        if self._jobs[0].normalization == "batch":  # a row alone has no variance
            steps = np.where((rows % sizes == 1) & (steps > 1), steps - 1, steps)
        self.n_steps = int(steps.max())
        number = np.arange(self.n_steps)[:, None]
        size = np.where(number == steps - 1, rows - number * sizes, sizes)
        self._n_rows = np.where(number < steps, size, 0)  # (steps, M)
        self.steps_of_members = steps

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members only."""
        self._jobs = [self._jobs[i] for i in members]
        self._generators = [self._generators[i] for i in members]
        self._plan_sizes()

    def __len__(self) -> int:
        return self.n_steps

    def __iter__(self) -> Iterator[Batch]:
        """Yield the batches of one epoch."""
        index, weight = self._plan_epoch()
        device = self._data.X.device
        total = weight.sum(axis=2, keepdims=True)
        total[total == 0] = 1
        rows = torch.from_numpy(index).to(device)
        dtype = self._data.X.dtype
        row_weight = torch.from_numpy(weight / total).to(device, dtype)
        total_weight = torch.from_numpy(total[:, :, 0, None]).to(device, dtype)
        share = torch.from_numpy(self._n_rows / self._n_rows.sum(axis=0)).to(device, dtype)
        longest = self._n_rows.max(axis=1)
        shortest = self._n_rows.min(axis=1)
        for step in range(self.n_steps):
            size = longest[step]
            place = rows[step, :, :size]
            is_padded = shortest[step] < size
            yield Batch(
                X=self._data.X[place],
                targets=self._data.targets[place],
                row_weight=row_weight[step, :, :size],
                total_weight=total_weight[step],
                share=share[step],
                real=place != self._data.padding if is_padded else None,
                active=self._n_rows[step] > 0 if shortest[step] == 0 else None,
            )

    def _plan_epoch(self) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Draw each member's order; return row numbers and weights, (steps, M, B)."""
        n_members = len(self._jobs)
        width = int(self._n_rows.max())
        index = np.full((self.n_steps, n_members, width), self._data.padding)
        weight = np.zeros(index.shape)
        is_real = np.arange(width) < self._n_rows[:, :, None]
        for member, job in enumerate(self._jobs):
            order = job.rows
            if job.shuffle:
                order = self._generators[member].permutation(order)
            index[:, member][is_real[:, member]] = order + self._data.start_of[id(job.X)]
            weight[:, member][is_real[:, member]] = job.sample_weight[order]
        return index, weight


def _on_device(
    arrays: Sequence[NDArray[np.float64]], needs_padding: bool, device: torch.device
) -> Tensor:
    if needs_padding:
        arrays = [*arrays, np.zeros_like(arrays[0][:1])]
    joined = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    return as_tensor(joined).to(device)


def as_tensor(array: NDArray[np.float64]) -> Tensor:
    """Return a tensor on the array's memory, or on a copy where torch cannot take it."""
    is_plain = array.flags.writeable and array.dtype.isnative and min(array.strides) >= 0
    return torch.from_numpy(
        array if is_plain else np.array(array, dtype=array.dtype.newbyteorder("="))
    )
