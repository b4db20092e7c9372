"""Each epoch's batches of M networks, every network with its own rows and its own order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.effective_rows import Kinds, are_too_few, row_kinds
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.linear import Features
from sklearn_deepmlp._stack.rows import row_bytes, stored_once


class Batch(NamedTuple):
    """One step's rows.

    Attributes
    ----------
    X : Tensor or SparseFeatures of shape (M, B, n_features)
    targets : Tensor of shape (M, B) or (M, B, n_outputs)
    row_weight : Tensor of shape (M, B)
        Weights that sum to 1 a member; 0 for padding.
    total_weight : Tensor of shape (M, 1)
        Sum of the sample weights of a member's rows; 1 for a member without rows.
    real : Tensor of bool of shape (M, B), or None
        Which rows are no padding; None where all are real.
    active : ndarray of bool of shape (M,), or None
        Which members have rows; None where all have.
    uses_running : Tensor of bool of shape (M, 1, 1), or None
        Which members batch normalization normalizes by running moments, for they have too few
        effective rows or rest; None where none does.
    """

    X: Features
    targets: Tensor
    row_weight: Tensor
    total_weight: Tensor
    real: Tensor | None
    active: NDArray[np.bool_] | None
    uses_running: Tensor | None = None


class StackedData:
    """The rows of all members, each array stored once.

    Parameters
    ----------
    jobs : sequence of Job
        One a member.
    device : torch.device
        Where the training runs.

    Attributes
    ----------
    X : DenseRows or SparseRows
        Of shape (n_rows, n_features).
    targets : DenseRows
        Of shape (n_rows,) or (n_rows, n_outputs).
    row_bytes : int
        Size of a row of X, of sparse ones the mean size.
    dtype, device : torch.dtype, torch.device
        Of the training.
    starts : list of tuple of int
        Where the rows of each job begin, in X and in the targets.
    """

    def __init__(self, jobs: Sequence[Job], device: torch.device) -> None:
        self.X, X_starts = stored_once([job.data.X for job in jobs], device)
        self.targets, starts = stored_once([job.data.targets for job in jobs], device)
        self.starts = list(zip(X_starts, starts, strict=True))
        self.row_bytes = row_bytes(jobs[0].data.X)
        self.dtype, self.device = torch.from_numpy(np.empty(0, jobs[0].data.X.dtype)).dtype, device


class RowOrder:
    """The order of a job's rows in each epoch, a function of seed and epoch alone.

    The counter of Philox (Salmon et al. 2011) makes it one: a word of it is the epoch.

    Parameters
    ----------
    job : Job
        Gives rows and seed.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._bits = np.random.Philox(key=job.seeds.order)
        self._generator = np.random.Generator(self._bits)
        self._state: Any = self._bits.state

    def of_epoch(self, epoch: int) -> NDArray[np.intp]:
        """Return the rows in the order of an epoch of this training, which is counted from 0."""
        rows = self._job.data.rows
        if not self._job.optimization.shuffle:
            return rows
        self._state["state"]["counter"][2] = self._job.start.epochs + epoch
        self._bits.state = self._state
        return self._generator.permutation(rows)


def _orders(jobs: Sequence[Job]) -> list[RowOrder]:
    """Return each job's order of rows; one object where jobs have the same."""
    keys = [
        (job.seeds.order, job.start.epochs, job.optimization.shuffle, id(job.data.rows))
        for job in jobs
    ]
    distinct = {key: RowOrder(job) for key, job in dict(zip(keys, jobs, strict=True)).items()}
    return [distinct[key] for key in keys]


def _kinds_of_rows(jobs: Sequence[Job]) -> list[Kinds] | None:
    """Return which rows of each job are equal, where statistics of batches must know it."""
    if jobs[0].architecture.normalization != "batch":
        return None
    kinds = {id(X): row_kinds(X) for X in {id(job.data.X): job.data.X for job in jobs}.values()}
    return [kinds[id(job.data.X)] for job in jobs]


def rows_of_steps(jobs: Sequence[Job]) -> NDArray[np.intp]:
    """Return how many rows each member has at each step of an epoch, of shape (n_steps, M)."""
    rows = np.array([len(job.data.rows) for job in jobs])
    sizes = np.array([job.optimization.batch_size for job in jobs])
    steps = -(-rows // sizes)
    if jobs[0].architecture.normalization == "batch":  # a row alone has no variance
        steps = np.where((rows % sizes == 1) & (steps > 1), steps - 1, steps)
    number = np.arange(steps.max())[:, None]
    size = np.where(number == steps - 1, rows - number * sizes, sizes)
    return np.where(number < steps, size, 0)


# Bytes of features that are gathered from all rows at once, for some steps: part of a cache.
_GATHERED_BYTES = 2**20

Places = NDArray[np.intp]


class StepWeights(NamedTuple):
    """What `Batch` has of weights, for each step."""

    row_weight: Sequence[Tensor]
    total_weight: Sequence[Tensor]
    uses_running: Sequence[Tensor | None]


class Batches:
    """Batches for as many epochs as it is iterated.

    Parameters
    ----------
    jobs : sequence of Job
        One a member.
    data : StackedData
        The rows of these jobs.

    Attributes
    ----------
    n_steps : int
        Batches an epoch.
    steps_of_members : ndarray of int of shape (M,)
        Batches an epoch in which a member has rows.
    epoch : int
        Number of epochs drawn.
    shares : Tensor of shape (n_steps, M)
        The part of a member's rows that are in each batch.
    """

    def __init__(self, jobs: Sequence[Job], data: StackedData) -> None:
        self._data = data
        self._members = list(zip(jobs, _orders(jobs), data.starts, strict=True))
        self._kinds = _kinds_of_rows(jobs)
        self.epoch = 0
        self._plan()

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members only."""
        self._members = [self._members[i] for i in members]
        self._kinds = self._kinds and [self._kinds[i] for i in members]
        self._plan()

    def _plan(self) -> None:
        """Find what is the same in each epoch: how many rows each member has at each step."""
        jobs = [job for job, _, _ in self._members]
        self._n_rows = rows_of_steps(jobs)
        self.n_steps = len(self._n_rows)
        self.steps_of_members = (self._n_rows > 0).sum(axis=0)
        self._is_real = np.arange(self._n_rows.max()) < self._n_rows[:, :, None]  # (steps, M, B)
        is_real, self._shape = self._is_real, self._is_real.shape
        flat = np.arange(is_real.size).reshape(self._shape)
        self._places = [flat[:, i][is_real[:, i]] for i in range(len(jobs))]
        self.shares = self._to_device(self._n_rows / self._n_rows.sum(axis=0))
        self._sizes = self._n_rows.max(axis=1).tolist()
        self._gathered = self._runs_of_steps()
        shortest = self._n_rows.min(axis=1)
        self._masks = [
            torch.from_numpy(row[:, :size]).to(self._data.device) if fewest < size else None
            for row, size, fewest in zip(is_real, self._sizes, shortest.tolist(), strict=True)
        ]
        has_all = (shortest > 0).tolist()
        self._active = [
            None if whole else row > 0 for whole, row in zip(has_all, self._n_rows, strict=True)
        ]
        self._constant_weights = None
        have_equal_weights = all((job.data.sample_weight == 1.0).all() for job in jobs)
        if have_equal_weights and not self._have_repeats():
            self._constant_weights = self._weights([job.data.rows for job in jobs])

    def _runs_of_steps(self) -> list[tuple[slice, int]]:
        """Return steps of one size, whose rows are gathered at once within a cache."""
        runs = []
        for size, equal in groupby(range(self.n_steps), key=self._sizes.__getitem__):
            first, *others = equal
            stop = first + 1 + len(others)
            fitting = max(1, _GATHERED_BYTES // (self._shape[1] * size * self._data.row_bytes))
            starts = range(first, stop, fitting)
            runs += [(slice(start, min(start + fitting, stop)), size) for start in starts]
        return runs

    def _to_device(self, array: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(array).to(self._data.device, self._data.dtype)

    def _have_repeats(self) -> bool:
        """Tell whether equal rows count as one, and some are equal."""
        distinct = {id(kinds): kinds for kinds in self._kinds or ()}
        return any(len(np.unique(kinds)) < len(kinds) for kinds in distinct.values())

    def _weights(self, orders: Sequence[NDArray[np.intp]]) -> StepWeights:
        """Return the weights of each step, where members have their rows in these orders."""
        jobs = [job for job, _, _ in self._members]
        weight = np.zeros(self._shape)
        self._fill(weight, [job.data.sample_weight[o] for job, o in zip(jobs, orders, strict=True)])
        total = weight.sum(axis=2, keepdims=True)
        total[total == 0] = 1
        parts = self._to_device(weight / total).unbind()
        # A penalty is divided by the sums, which are numbers above 0 in every data type.
        total = total[:, :, 0, None].clip(min=torch.finfo(self._data.dtype).tiny)
        return StepWeights(
            [part[:, :size] for part, size in zip(parts, self._sizes, strict=True)],
            self._to_device(total).unbind(),
            self._uses_running(weight, orders),
        )

    def _uses_running(
        self, weight: NDArray[np.float64], orders: Sequence[NDArray[np.intp]]
    ) -> Sequence[Tensor | None]:
        if self._kinds is None:
            return [None] * self.n_steps
        kinds = np.zeros(self._shape, np.uint64)
        self._fill(kinds, [k[order] for k, order in zip(self._kinds, orders, strict=True)])
        too_few = are_too_few(weight, kinds)
        members = torch.from_numpy(too_few).to(self._data.device)[:, :, None, None].unbind()
        has_any = np.any(too_few, axis=1)
        return [step if has else None for step, has in zip(members, has_any, strict=True)]

    def __len__(self) -> int:
        return self.n_steps

    def __iter__(self) -> Iterator[Batch]:
        """Yield the batches of one epoch."""
        X_rows, target_rows, weights = self._draw()
        for steps, size in self._gathered:
            X_places = target_places = self._to_places(X_rows[steps, :, :size])
            if target_rows is not X_rows:
                target_places = self._to_places(target_rows[steps, :, :size])
            yield from map(
                Batch,
                self._data.X.steps(X_places),
                self._data.targets.steps(target_places),
                weights.row_weight[steps],
                weights.total_weight[steps],
                self._masks[steps],
                self._active[steps],
                weights.uses_running[steps],
            )

    def _to_places(self, rows: NDArray[np.intp]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(rows)).to(self._data.device)

    def _draw(self) -> tuple[Places, Places, StepWeights]:
        """Draw each member's order of an epoch: rows of X and of the targets, and weights."""
        distinct = {order: order.of_epoch(self.epoch) for _, order, _ in self._members}
        orders = [distinct[order] for _, order, _ in self._members]
        self.epoch += 1
        starts = [start for _, _, start in self._members]
        X_rows = self._placed([o + x for o, (x, _) in zip(orders, starts, strict=True)])
        target_rows = X_rows
        if any(x != t for x, t in starts):
            target_rows = self._placed([o + t for o, (_, t) in zip(orders, starts, strict=True)])
        return X_rows, target_rows, self._constant_weights or self._weights(orders)

    def _placed(self, rows: Sequence[NDArray[np.intp]]) -> Places:
        """Put each member's rows into their places, (steps, M, B).

        A member's padding is its first row of the step: unlike zeros, which its weights may turn
        into infinities where it diverges, it has no numbers that the member would not have alone.
        """
        index = np.zeros(self._shape, np.intp)
        self._fill(index, rows)
        return np.where(self._is_real, index, index[:, :, :1])

    def _fill(self, whole: NDArray[Any], parts: Sequence[NDArray[Any]]) -> None:
        """Put what each member has for its rows into an array of shape (steps, M, B)."""
        for places, values in zip(self._places, parts, strict=True):
            whole.ravel()[places] = values
