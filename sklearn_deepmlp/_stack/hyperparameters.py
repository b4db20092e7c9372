"""The hyperparameters that each step of a solver takes, computed for a whole epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.per_network import per_network
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.solvers import Column, Columns, Solver
from sklearn_deepmlp._types import Number


class StepHyperparameters(NamedTuple):
    """What a step of a solver takes in addition to parameters and gradients.

    Attributes
    ----------
    values : mapping of str to (float or Tensor of shape (M, 1))
        Hyperparameters by name, as tensors where networks differ in them.
    active : Tensor of bool of shape (M, 1), or None
        Which networks make the step; None where all do.
    step_count : float, optional
        The number of the step, starting at 1, if a fused solver can make it: all networks are at
        the same step and have the same hyperparameters.
    is_fused : bool
        Whether a fused solver makes the step with tensors.
    """

    values: Mapping[str, Any]
    active: Tensor | None = None
    step_count: float | None = None
    is_fused: bool = False


class HyperparameterTables(NamedTuple):
    """What changes from step to step of an epoch, as tensors of all its steps.

    Attributes
    ----------
    values : dict of str to Tensor of shape (n_steps, M, 1)
        Hyperparameters by name. Those of `Fused.of_tensors` are of shape (n_steps, 1, 1).
    is_fused : bool
        Whether `Fused.of_tensors` can make the steps, as all networks are alike.
    """

    values: dict[str, Tensor]
    is_fused: bool


class Hyperparameters:
    """The hyperparameters of the solver of M networks.

    Parameters
    ----------
    jobs : sequence of Job
        One per network.
    solver : Solver
        The solver of all networks.
    like : Tensor
        Has the dtype and device of the networks.

    Attributes
    ----------
    constants : dict of str to (float or Tensor of shape (M, 1))
        Those with which the networks started.
    """

    def __init__(self, jobs: Sequence[Job], solver: Solver, like: Tensor) -> None:
        self._solver, self._like = solver, like
        each = [job.optimization.hyperparameters for job in jobs]
        self._columns: Columns = {name: np.array([one[name] for one in each]) for name in each[0]}
        self.constants = {
            name: per_network(column.tolist(), like, 2) for name, column in self._columns.items()
        }
        self._decays = np.array([job.objective.alpha for job in jobs]) * solver.decays_weights
        self._has_decay = bool(self._decays.any())
        are_shared = not any(isinstance(n, Tensor) for n in self.constants.values())
        self._can_be_fused = solver.fused is not None and are_shared

    @np.errstate(over="ignore")  # a huge rate becomes infinite without a warning, as in torch
    def of_epoch(
        self,
        rates: NDArray[np.float64] | None,
        counts: NDArray[np.float64],
        active: NDArray[np.bool_],
    ) -> Sequence[StepHyperparameters]:
        """Return the hyperparameters of each step of an epoch.

        Parameters
        ----------
        rates : ndarray of shape (n_steps, M), or None
            Learning rates; None where they are constant.
        counts : ndarray of shape (n_steps, M)
            How many steps each network has made when the step is over.
        active : ndarray of bool of shape (n_steps, M)
            Which networks make the step.
        """
        columns, varying = self._with_rates(rates)
        if self._can_be_fused and counts.shape[1] == 1:
            return self._for_fused(varying, counts)
        is_alike = self._are_alike(rates, counts, active)
        if is_alike.all():
            return self._for_fused(varying, counts)
        alike = self._for_fused(varying, counts) if is_alike.any() else ()
        if self._solver.corrections is not None:
            varying |= self._solver.corrections(columns, np.maximum(counts, 1))
        unlike = map(StepHyperparameters, self._steps(varying, len(counts)), self._active(active))
        return [alike[i] if is_alike[i] else step for i, step in enumerate(unlike)]

    def _with_rates(self, rates: NDArray[np.float64] | None) -> tuple[Columns, Columns]:
        """Return all hyperparameters, and those of them that differ from the constant ones."""
        columns = self._columns if rates is None else {**self._columns, "learning_rate": rates}
        varying = {} if rates is None else {"learning_rate": rates}
        if self._has_decay:
            varying["shrink"] = 1 - columns["learning_rate"] * self._decays
        return columns, varying

    @np.errstate(over="ignore")
    def tables_of_epoch(
        self,
        rates: NDArray[np.float64] | None,
        counts: NDArray[np.float64],
        active: NDArray[np.bool_],
    ) -> HyperparameterTables:
        """Return the hyperparameters of all steps of an epoch as tensors.

        What they contain is the same in each epoch. Parameters as in `of_epoch`.
        """
        columns, varying = self._with_rates(rates)
        varying["learning_rate"] = columns["learning_rate"]
        steps = np.maximum(counts, 1)
        if self._solver.corrections is not None:
            varying |= self._solver.corrections(columns, steps)
        fused = self._for_fused_tensors(columns, steps)
        shape = counts.shape
        tables = {name: np.broadcast_to(column, shape) for name, column in varying.items()}
        tables |= {name: np.broadcast_to(c, (len(counts), 1)) for name, c in fused.items()}
        is_fused = bool(fused) and bool(self._are_alike(rates, counts, active).all())
        return HyperparameterTables(self._on_device_at_once(tables), is_fused)

    def _for_fused_tensors(self, columns: Columns, steps: Column) -> Columns:
        """Return what torch's kernel takes, whose rate is of float32 where it is a tensor."""
        fused = self._solver.fused if self._can_be_fused else None
        if fused is None or self._like.dtype != torch.float32:
            return {}
        return fused.corrections({name: c[..., :1] for name, c in columns.items()}, steps[:, :1])

    def _on_device_at_once(self, tables: Columns) -> dict[str, Tensor]:
        """Return arrays (n_steps, m) as tensors (n_steps, m, 1), by one copy to the device."""
        joined = self._on_device(np.concatenate(list(tables.values()), axis=1)[:, :, None])
        parts = torch.split(joined, [table.shape[1] for table in tables.values()], dim=1)
        return dict(zip(tables, parts, strict=True))

    def _are_alike(
        self, rates: Column | None, counts: Column, active: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return which steps a fused solver can make."""
        if not self._can_be_fused:
            return np.zeros(len(counts), bool)
        alike = active.all(axis=1) & (counts == counts[:, :1]).all(axis=1)
        return alike if rates is None else alike & (rates == rates[:, :1]).all(axis=1)

    def _for_fused(self, varying: Columns, counts: Column) -> Sequence[StepHyperparameters]:
        if "learning_rate" in varying:
            varying = {**varying, "learning_rate": varying["learning_rate"][:, :1]}
        steps = self._steps(varying, len(counts))
        return list(map(StepHyperparameters, steps, repeat(None), counts[:, 0].tolist()))

    def _steps(self, varying: Columns, n_steps: int) -> Sequence[Mapping[str, Number]]:
        """Return all hyperparameters of each step, constant and varying ones."""
        if not varying:
            return [self.constants] * n_steps
        names = list(varying)
        tables = [np.broadcast_to(table, (n_steps, table.shape[-1])) for table in varying.values()]
        each = zip(*map(self._of_steps, tables), strict=True)
        return [{**self.constants, **dict(zip(names, step, strict=True))} for step in each]

    def _of_steps(self, table: Column) -> Sequence[Number]:
        """Return one entry per step: floats where networks agree, otherwise columns (M, 1)."""
        are_floats = table.shape[1] == 1 or bool((table == table[:, :1]).all())
        if are_floats:
            return table[:, 0].tolist()
        return self._on_device(table[:, :, None]).unbind()

    def _on_device(self, array: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.array(array)).to(self._like)

    def _active(self, active: NDArray[np.bool_]) -> Sequence[Tensor | None]:
        if active.all():
            return [None] * len(active)
        steps = torch.from_numpy(active[:, :, None]).to(self._like.device).unbind()
        return [
            None if all_make else step
            for all_make, step in zip(np.all(active, axis=1).tolist(), steps, strict=True)
        ]
