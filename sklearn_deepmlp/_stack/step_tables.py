"""Everything that changes from step to step of an epoch, in tensors that stay where they are.

A step that takes its inputs from such tables, by an index that is a tensor too, runs the same
kernels on the same addresses each time, so that a GPU can record it once and replay it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.noise import Counters, StepNoise
from sklearn_deepmlp._stack.batches import Batch, Batches
from sklearn_deepmlp._stack.epoch_rows import EpochRows
from sklearn_deepmlp._stack.hyperparameters import HyperparameterTables, StepHyperparameters
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.optimizer import StackOptimizer
from sklearn_deepmlp._stack.packed_table import PackedTable
from sklearn_deepmlp._stack.rows import DenseRows
from sklearn_deepmlp._stack.step import Step


class StepKind(NamedTuple):
    """What steps must have in common to run the same kernels on the same addresses.

    Attributes
    ----------
    size : int
        Rows of the largest batch.
    has_padding : bool
        Whether some batches are smaller.
    uses_running : bool
        Whether some networks are normalized by running statistics.
    is_partial : bool
        Whether some networks do not make the step.
    is_fused : bool
        Whether a fused solver makes it.
    """

    size: int
    has_padding: bool
    uses_running: bool
    is_partial: bool
    is_fused: bool


class _BatchRows:
    """Rows of a batch: where their indices are found, and where they are put.

    Parameters
    ----------
    rows : DenseRows
        All rows.
    indices : Tensor of int32 of shape (M, B) or (B,)
        The tensor that holds the indices of each batch.

    Attributes
    ----------
    gathered : Tensor of shape (M, B, ...) or (B, ...)
        The rows.
    """

    def __init__(self, rows: DenseRows, indices: Tensor) -> None:
        self._rows, self._indices = rows, indices
        self.gathered = rows.take(indices)

    def gather(self) -> None:
        """Gather the rows of the current batch."""
        self._rows.copy_to(self.gathered, self._indices)


class _HeldStep(NamedTuple):
    """A step whose tensors stay, and the rows that it gathers."""

    step: Step
    rows: Sequence[_BatchRows]


class StepTables:
    """The steps of an epoch, from tables that are filled once per epoch.

    Parameters
    ----------
    network : Network
        The networks.
    optimizer : StackOptimizer
        Their solver.
    batches : Batches
        Their batches.
    X, targets : DenseRows
        Their rows.

    Attributes
    ----------
    losses : Tensor of shape (n_steps, M)
        The loss of each network at each step that has been made.
    """

    def __init__(
        self,
        network: Network,
        optimizer: StackOptimizer,
        batches: Batches,
        X: DenseRows,
        targets: DenseRows,
    ) -> None:
        self._network, self._optimizer, self._batches = network, optimizer, batches
        self._X, self._targets = X, targets
        theta = network.theta
        self.losses = theta.new_empty(batches.grid.shape[:2])
        self._index = torch.zeros(1, dtype=torch.int64, device=theta.device)
        self._real, self._counters = batches.real(), Counters()
        active = batches.grid.active
        self._is_partial = np.any(~active, axis=1).tolist()
        self._active = torch.from_numpy(active[:, :, None]).to(theta.device)
        self._table: PackedTable | None = None
        self._held: dict[StepKind, _HeldStep] = {}
        self._solver: Sequence[str] = ()

    def begin_epoch(self, rates: NDArray[np.float64] | None) -> list[StepKind]:
        """Fill the tables with the next epoch, and return the kind of each of its steps.

        Parameters
        ----------
        rates : ndarray of shape (n_steps, M), or None
            Learning rates; None where they are constant.
        """
        batches = self._batches
        keys = self._network.epoch_keys(batches.epoch + 1, len(batches))
        hyperparameters = self._optimizer.epoch_tables(rates, batches.grid)
        rows = batches.draw()
        self._fill(self._columns(rows, keys, hyperparameters))
        self._solver = list(hyperparameters.values)
        self._index.zero_()
        return [
            StepKind(size, mask is not None, uses_running, is_partial, hyperparameters.is_fused)
            for size, mask, uses_running, is_partial in zip(
                batches.grid.sizes,
                batches.masks,
                rows.weights.use_running,
                self._is_partial,
                strict=True,
            )
        ]

    def _fill(self, columns: Mapping[str, Tensor]) -> None:
        if self._table is None:
            self._table = PackedTable(columns)
        else:
            self._table.fill(columns)

    def _columns(
        self, rows: EpochRows, keys: Tensor | None, hyperparameters: HyperparameterTables
    ) -> dict[str, Tensor]:
        columns = {
            "X": rows.X,
            "targets": None if rows.targets is rows.X else rows.targets,
            "row_weight": rows.weights.row_weight,
            "total_weight": rows.weights.total_weight,
            "real": self._real,
            "uses_running": rows.weights.uses_running,
            "active": self._active if any(self._is_partial) else None,
            "keys": keys,
            **hyperparameters.values,
        }
        return {name: column for name, column in columns.items() if column is not None}

    def step(self, kind: StepKind) -> Step:
        """Return the next step, which is of this kind; it lasts until the one after it."""
        table = cast("PackedTable", self._table)  # of the epoch that has begun
        table.load(self._index)
        held = self._held.get(kind)
        if held is None:
            held = self._held[kind] = self._new_step(kind, table.current)
        for batch_rows in held.rows:
            batch_rows.gather()
        return held.step

    def _new_step(self, kind: StepKind, current: Mapping[str, Tensor]) -> _HeldStep:
        keys = current.get("keys")
        X = _BatchRows(self._X, current["X"][..., : kind.size])
        targets = _BatchRows(self._targets, current.get("targets", current["X"])[..., : kind.size])
        step = Step(
            Batch(
                X.gathered,
                targets.gathered,
                current["row_weight"][..., : kind.size],
                current["total_weight"],
                current["real"][..., : kind.size] if kind.has_padding else None,
                current["uses_running"] if kind.uses_running else None,
            ),
            None if keys is None else StepNoise(keys, self._counters),
            StepHyperparameters(
                {**self._optimizer.constants, **{name: current[name] for name in self._solver}},
                current["active"] if kind.is_partial else None,
                is_fused=kind.is_fused,
            ),
        )
        return _HeldStep(step, (X, targets))

    def end_step(self, losses: Tensor) -> None:
        """Store the losses of the next step, and advance to the one after it.

        Parameters
        ----------
        losses : Tensor of shape (M,) or ()
            The loss of each network.
        """
        self.losses.index_copy_(0, self._index, losses.view(1, -1))
        self._index.add_(1)
