"""The batches of an epoch for M networks, each with its own rows in its own order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.base import Features
from sklearn_deepmlp._layers.normalizations import least_rows
from sklearn_deepmlp._stack.effective_rows import Kinds, are_too_few, row_kinds
from sklearn_deepmlp._stack.epoch_rows import EpochRows, EpochWeights
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.row_order import RowOrder, row_orders
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._stack.step_grid import StepGrid
from sklearn_deepmlp._stack.step_sizes import rows_of_steps


class Batch(NamedTuple):
    """The rows of one step.

    For a single network there is no dimension M, except in `total_weight`.

    Attributes
    ----------
    X : Tensor or SparseFeatures of shape (M, B, n_features)
    targets : Tensor of shape (M, B) or (M, B, n_outputs)
    row_weight : Tensor of shape (M, B)
        Weights of rows, which sum to 1 per network; 0 for padding.
    total_weight : Tensor of shape (M, 1)
        Sum of the sample weights of each network's rows; 1 for a network without rows.
    real : Tensor of bool of shape (M, B), or None
        Which rows are not padding; None where none is padding.
    uses_running : Tensor of bool of shape (M, 1, 1), or None
        Which networks batch normalization normalizes by running statistics, because they have too
        few effective rows or none at all; None where there are no such networks.
    """

    X: Features
    targets: Tensor
    row_weight: Tensor
    total_weight: Tensor
    real: Tensor | None = None
    uses_running: Tensor | None = None


class _Member(NamedTuple):
    """What `Batches` needs of one network."""

    job: Job
    order: RowOrder
    starts: tuple[int, int]
    kinds: Kinds | None


class _Drawn(NamedTuple):
    """The orders of the networks in an epoch, and their indices of X and targets on the grid."""

    orders: Sequence[NDArray[np.intp]]
    X: NDArray[np.intp]
    targets: NDArray[np.intp]


class Batches:
    """The batches of M networks; each iteration gives those of the next epoch.

    Parameters
    ----------
    jobs : sequence of Job
        One per network.
    data : StackedData
        The rows of these jobs.

    Attributes
    ----------
    grid : StepGrid
        Where the rows of each network lie in the steps of an epoch.
    epoch : int
        Number of epochs drawn so far.
    shares : Tensor of shape (n_steps, M)
        The fraction of a network's rows that is in each batch.
    masks : list of (Tensor or None)
        `Batch.real` of each step.
    """

    def __init__(self, jobs: Sequence[Job], data: StackedData) -> None:
        self._data = data
        kinds = _kinds_of_rows(jobs)
        self._members = [
            _Member(*each) for each in zip(jobs, row_orders(jobs), data.starts, kinds, strict=True)
        ]
        self.epoch = 0
        self._plan()

    def keep(self, members: Sequence[int]) -> None:
        """Resume with these members only."""
        self._members = [self._members[i] for i in members]
        self._plan()

    def _plan(self) -> None:
        """Compute what is the same in each epoch."""
        jobs = [member.job for member in self._members]
        self._is_single = len(jobs) == 1
        self._drawn_ahead: _Drawn | None = None
        self.grid = StepGrid(rows_of_steps(jobs))
        self.shares = self._to_device(self.grid.shares)
        self._runs = self.grid.runs(self._data.row_bytes)
        self.masks = [
            None if mask is None else self._per_network(torch.from_numpy(mask)[None])[0]
            for mask in self.grid.masks()
        ]
        self._constant_weights: EpochWeights | None = None
        have_equal_weights = all((job.data.sample_weight == 1.0).all() for job in jobs)
        if have_equal_weights and not self._have_repeats():
            self._constant_weights = self._weights([job.data.rows for job in jobs])

    def _have_repeats(self) -> bool:
        """Return whether some rows are equal, where equal rows count as one."""
        distinct = {id(m.kinds): m.kinds for m in self._members if m.kinds is not None}
        return any(len(np.unique(kinds)) < len(kinds) for kinds in distinct.values())

    def _to_device(self, array: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(array).to(self._data.like.device, self._data.like.dtype)

    def _per_network(self, steps: Tensor) -> Tensor:
        """Move (n_steps, M, ...) to the device, without the dimension M for a single network."""
        steps = steps.to(self._data.like.device)
        return steps[:, 0] if self._is_single else steps

    def _weights(self, orders: Sequence[NDArray[np.intp]]) -> EpochWeights:
        """Return the weights of each step, for networks with their rows in these orders."""
        of_rows = [
            m.job.data.sample_weight[order] for m, order in zip(self._members, orders, strict=True)
        ]
        weight = self.grid.filled(of_rows, np.float64)
        total = weight.sum(axis=2, keepdims=True)
        total[total == 0] = 1
        row_weight = self._per_network(self._to_device(weight / total))
        # A penalty is divided by the sums, which must be above 0 in every dtype.
        total = total[:, :, 0, None].clip(min=torch.finfo(self._data.like.dtype).tiny)
        uses_running, use_running = self._uses_running(weight, orders)
        return EpochWeights(
            row_weight, self._to_device(total), uses_running, self.grid.sizes, use_running
        )

    def _uses_running(
        self, weight: NDArray[np.float64], orders: Sequence[NDArray[np.intp]]
    ) -> tuple[Tensor | None, Sequence[bool]]:
        kinds = [
            m.kinds[order]
            for m, order in zip(self._members, orders, strict=True)
            if m.kinds is not None
        ]
        if not kinds:
            return None, [False] * len(self.grid)
        too_few = are_too_few(weight, self.grid.filled(kinds, np.uint64))
        table = self._per_network(torch.from_numpy(too_few)[:, :, None, None])
        return table, np.any(too_few, axis=1).tolist()

    def __len__(self) -> int:
        return len(self.grid)

    def __iter__(self) -> Iterator[Batch]:
        """Yield the batches of one epoch."""
        X_rows, target_rows, epoch_weights = self._draw()
        weights = epoch_weights.steps
        for steps, size in self._runs:
            X_indices = target_indices = self._to_indices(X_rows[steps, :, :size])
            if target_rows is not X_rows:
                target_indices = self._to_indices(target_rows[steps, :, :size])
            yield from map(
                Batch,
                self._data.X.steps(X_indices),
                self._data.targets.steps(target_indices),
                weights.row_weight[steps],
                weights.total_weight[steps],
                self.masks[steps],
                weights.uses_running[steps],
            )

    def draw(self) -> EpochRows:
        """Return the batches of the next epoch, in place of an iteration."""
        X_rows, target_rows, weights = self._draw()
        X = self._to_indices(X_rows.astype(np.int32))
        if target_rows is X_rows:
            return EpochRows(X, X, weights)
        return EpochRows(X, self._to_indices(target_rows.astype(np.int32)), weights)

    def real(self) -> Tensor | None:
        """Return which rows are not padding, as bool of shape (n_steps, M, B).

        None where none is padding; without the dimension M for a single network.
        """
        if all(mask is None for mask in self.masks):
            return None
        return self._per_network(torch.from_numpy(self.grid.is_real))

    def _to_indices(self, rows: NDArray[np.integer]) -> Tensor:
        return self._per_network(torch.from_numpy(np.ascontiguousarray(rows)))

    def look_ahead(self) -> None:
        """Draw the rows of the next epoch now, while a GPU still computes this one."""
        self._drawn_ahead = self._drawn(self.epoch)

    def _draw(self) -> tuple[NDArray[np.intp], NDArray[np.intp], EpochWeights]:
        """Draw an epoch; return its rows of X, its rows of the targets, and its weights."""
        drawn = self._drawn_ahead or self._drawn(self.epoch)
        self._drawn_ahead = None
        self.epoch += 1
        return drawn.X, drawn.targets, self._constant_weights or self._weights(drawn.orders)

    def _drawn(self, epoch: int) -> _Drawn:
        distinct = {m.order: m.order.of_epoch(epoch) for m in self._members}
        orders = [distinct[m.order] for m in self._members]
        starts = [m.starts for m in self._members]
        X_rows = self._on_grid(orders, [x for x, _ in starts])
        if all(x == t for x, t in starts):
            return _Drawn(orders, X_rows, X_rows)
        return _Drawn(orders, X_rows, self._on_grid(orders, [t for _, t in starts]))

    def _on_grid(
        self, orders: Sequence[NDArray[np.intp]], starts: Sequence[int]
    ) -> NDArray[np.intp]:
        rows = [order + start for order, start in zip(orders, starts, strict=True)]
        return self.grid.filled_with_first(rows)


def _kinds_of_rows(jobs: Sequence[Job]) -> Sequence[Kinds | None]:
    """Return which rows of each job are equal; None where no batch statistics depend on it."""
    if least_rows(jobs[0].architecture.normalization) == 1:
        return [None] * len(jobs)
    kinds = {id(X): row_kinds(X) for X in {id(job.data.X): job.data.X for job in jobs}.values()}
    return [kinds[id(job.data.X)] for job in jobs]
