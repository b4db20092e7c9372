"""The solver of a stack: its state, step counts and bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.tensors import CPU
from sklearn_deepmlp._stack.clipping import bounds, clip_gradient, limit_incoming_weights
from sklearn_deepmlp._stack.hyperparameters import (
    Hyperparameters,
    HyperparameterTables,
    StepHyperparameters,
)
from sklearn_deepmlp._stack.job import NetworkState, OptimizerState
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.solvers import SOLVERS, EqualSteps
from sklearn_deepmlp._stack.step_grid import StepGrid
from sklearn_deepmlp._types import Number


class StackOptimizer:
    """The solver of M networks, with a state and a step count for each.

    Parameters
    ----------
    network : Network
        The networks, all with the same solver; their parameters are changed in place.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        jobs = network.jobs
        self._solver = SOLVERS[jobs[0].optimization.solver]
        self._state = {name: torch.zeros_like(network.theta) for name in self._solver.state}
        self._counts = np.zeros(len(jobs))
        for member, job in enumerate(jobs):
            if job.start.optimizer_state is not None:
                self._resume(member, job.start.optimizer_state, network.layout)
        self._prepare()

    def _resume(self, member: int, state: OptimizerState, layout: Layout) -> None:
        self._counts[member] = state.steps
        for name, values in self._state.items():
            is_here = values.device == CPU
            row = values[member] if is_here else torch.zeros_like(values[member], device=CPU)
            layout.fill(state.arrays[name], member, row.numpy())
            if not is_here:
                values[member].copy_(row)

    def _prepare(self) -> None:
        jobs, theta = self._network.jobs, self._network.theta
        self._layout = self._network.layout
        self._coefs = theta[:, : self._layout.n_coefs]
        self._hyperparameters = Hyperparameters(jobs, self._solver, theta)
        self._count = torch.zeros((), dtype=torch.float32, device=theta.device)
        self._max_grad_norm = bounds([job.optimization.max_grad_norm for job in jobs], theta, 2)
        self._max_norm = bounds([job.optimization.max_norm for job in jobs], theta, 3)

    def keep(self, members: Sequence[int]) -> None:
        """Resume with these members only; `network.keep` has been called before."""
        columns = self._network.layout.columns_in(self._layout)
        self._state = {name: values[members][:, columns] for name, values in self._state.items()}
        self._counts = self._counts[members]
        self._prepare()

    @property
    def constants(self) -> Mapping[str, Number]:
        """The hyperparameters with which the networks started, by name."""
        return self._hyperparameters.constants

    def begin_epoch(
        self, rates: NDArray[np.float64] | None, grid: StepGrid
    ) -> Sequence[StepHyperparameters]:
        """Return the hyperparameters of each step of an epoch, and count these steps.

        Parameters
        ----------
        rates : ndarray of shape (n_steps, M), or None
            Learning rates; None where they are constant.
        grid : StepGrid
            Determines which networks make each step.
        """
        return self._hyperparameters.of_epoch(rates, self._count_steps(grid), grid.active)

    def epoch_tables(
        self, rates: NDArray[np.float64] | None, grid: StepGrid
    ) -> HyperparameterTables:
        """Do the same as `begin_epoch` with tensors of all steps."""
        return self._hyperparameters.tables_of_epoch(rates, self._count_steps(grid), grid.active)

    def _count_steps(self, grid: StepGrid) -> NDArray[np.float64]:
        """Count the steps of an epoch; return how many each network has made after each one."""
        counts = self._counts + grid.n_made
        self._counts = counts[-1]
        return counts

    def step(self, hyperparameters: StepHyperparameters) -> None:
        """Update the parameters by the network's gradient, and apply the bounds on both."""
        if self._max_grad_norm is not None:
            clip_gradient(self._network.gradient, self._max_grad_norm)
        if hyperparameters.active is None:
            self._update(hyperparameters)
        else:
            self._update_active(hyperparameters, hyperparameters.active)
        if self._max_norm is not None:
            limit_incoming_weights(self._network.weights(), self._max_norm)

    def _update_active(self, hyperparameters: StepHyperparameters, active: Tensor) -> None:
        """Update active networks and leave the others as they were."""
        changing = [self._network.theta, *self._state.values()]
        before = [values.clone() for values in changing]
        self._update(hyperparameters)
        for values, old in zip(changing, before, strict=True):
            torch.where(active, values, old, out=values)

    def _update(self, hyperparameters: StepHyperparameters) -> None:
        if "shrink" in hyperparameters.values:
            self._coefs.mul_(hyperparameters.values["shrink"])
        arrays = self._network.theta, self._network.gradient, self._state
        fused = self._solver.fused
        if fused is not None and hyperparameters.step_count is not None:
            self._count.fill_(hyperparameters.step_count)
            steps = EqualSteps(self._count, hyperparameters.step_count)
            fused.of_floats(*arrays, hyperparameters.values, steps)
        elif fused is not None and hyperparameters.is_fused:
            fused.of_tensors(*arrays, hyperparameters.values)
        elif self._solver.update is not None:
            self._solver.update(*arrays, hyperparameters.values)

    def states(self, members: Sequence[int]) -> list[dict[str, NetworkState]]:
        """Copy the solver's state for some networks, by the names of its arrays."""
        layout = self._network.layout
        each = [layout.states(members, values) for values in self._state.values()]
        return [
            dict(zip(self._state, of_member, strict=True)) for of_member in zip(*each, strict=True)
        ]

    def n_steps(self, member: int) -> int:
        """Return how many steps one network has made."""
        return int(self._counts[member])
