"""The solver of a stack: its moments, step counts and bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.clipping import bounds, clip_gradient, limit_incoming_weights
from sklearn_deepmlp._stack.hyperparameters import StepHyperparameters, StepNumbers
from sklearn_deepmlp._stack.job import Job, NetworkState, SolverState
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.solvers import SOLVERS


class StackOptimizer:
    """The solver of M networks, with moments and a step count for each.

    Parameters
    ----------
    jobs : sequence of Job
        One per network, with one solver.
    network : Network
        The networks, whose parameters it changes in place.
    as_tensors : bool
        As in `StepHyperparameters`.
    """

    def __init__(self, jobs: Sequence[Job], network: Network, *, as_tensors: bool = False) -> None:
        self._as_tensors = as_tensors
        self._solver = SOLVERS[jobs[0].optimization.solver]
        self._moments = {name: torch.zeros_like(network.theta) for name in self._solver.moments}
        self._counts = np.zeros(len(jobs))
        for member, job in enumerate(jobs):
            if job.start.solver is not None:
                self._resume(member, job.start.solver, network.layout)
        self._take(jobs, network)

    def _resume(self, member: int, state: SolverState, layout: Layout) -> None:
        self._counts[member] = state.steps
        for name, moment in self._moments.items():
            row, _ = layout.rows(state.moments[name], member)
            moment[member] = torch.from_numpy(row).to(moment)

    def _take(self, jobs: Sequence[Job], network: Network) -> None:
        self._network, self._layout, theta = network, network.layout, network.theta
        self._coefs = theta[:, : network.layout.n_coefs]
        self._hyperparameters = StepHyperparameters(
            jobs, self._solver, theta, as_tensors=self._as_tensors
        )
        self._count = torch.zeros((), dtype=torch.float32, device=theta.device)
        self._max_grad_norm = bounds([job.optimization.max_grad_norm for job in jobs], theta, 2)
        self._max_norm = bounds([job.optimization.max_norm for job in jobs], theta, 3)

    def keep(self, members: Sequence[int], jobs: Sequence[Job]) -> None:
        """Resume with these members only; `jobs` are theirs, and so is the network by now."""
        columns = self._network.layout.columns_in(self._layout)
        for name, moment in self._moments.items():
            self._moments[name] = moment[members][:, columns]
        self._counts = self._counts[members]
        self._take(jobs, self._network)

    def begin_epoch(
        self, rates: NDArray[np.float64] | None, active: NDArray[np.bool_]
    ) -> Sequence[StepNumbers]:
        """Return what each step of an epoch takes.

        Parameters
        ----------
        rates : ndarray of shape (n_steps, M), or None
            Learning rates; None where they are constant.
        active : ndarray of bool of shape (n_steps, M)
            Which networks make each step.
        """
        counts = self._counts + active.cumsum(axis=0)
        self._counts = counts[-1]
        return self._hyperparameters.of_epoch(rates, counts, active)

    def step(self, numbers: StepNumbers) -> None:
        """Update parameters within their bounds, by the gradient that the network has."""
        if self._max_grad_norm is not None:
            clip_gradient(self._network.gradient, self._max_grad_norm)
        if numbers.active is None:
            self._update(numbers)
        else:
            self._update_active(numbers, numbers.active)
        if self._max_norm is not None:
            limit_incoming_weights(self._network.weights(), self._max_norm)

    def _update_active(self, numbers: StepNumbers, active: Tensor) -> None:
        """Update, and leave networks that rest as they were."""
        state = [self._network.theta, *self._moments.values()]
        before = [values.clone() for values in state]
        self._update(numbers)
        for values, old in zip(state, before, strict=True):
            torch.where(active, values, old, out=values)

    def _update(self, numbers: StepNumbers) -> None:
        if "shrink" in numbers.values:
            self._coefs.mul_(numbers.values["shrink"])
        arrays = self._network.theta, self._network.gradient, self._moments
        if numbers.step_count is not None and self._solver.fused is not None:
            self._count.fill_(numbers.step_count)  # torch counts in float32, exact to 16 million
            self._solver.fused(*arrays, self._count, numbers.step_count, numbers.values)
        elif self._solver.update is not None:
            self._solver.update(*arrays, numbers.values)

    def moments(self, member: int) -> dict[str, NetworkState]:
        """Copy the moments of one member."""
        return {
            name: self._network.layout.state(moment[member].cpu().numpy(), None, member)
            for name, moment in self._moments.items()
        }

    def count(self, member: int) -> int:
        """Return how many steps a member has made."""
        return int(self._counts[member])
