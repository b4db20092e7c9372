"""Everything that training M networks at once works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.batches import Batch, Batches, StackedData
from sklearn_deepmlp._stack.job import Job, NetworkState
from sklearn_deepmlp._stack.limits import bounds, clip_gradient, limit_incoming_weights
from sklearn_deepmlp._stack.noise import StepNoise
from sklearn_deepmlp._stack.objective import StackObjective
from sklearn_deepmlp._stack.optimizer import StackOptimizer
from sklearn_deepmlp._stack.schedules import epoch_rates
from sklearn_deepmlp._stack.solvers import SOLVERS


class Stack:
    """The parts of a stack, which shrink together when members stop.

    Parameters
    ----------
    jobs : sequence of Job
        One a member, equal activations adjacent; layer sizes, loss, solver, normalization, skip
        connections, dtype and device are shared.

    Attributes
    ----------
    rate_factors : ndarray of shape (M,)
        By which the learning rates of members have been lowered.
    mean_losses : list of float
        Each member's mean loss in the last epoch.
    """

    mean_losses: list[float]

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = list(jobs)
        decays = SOLVERS[jobs[0].optimization.solver].decays_weights
        self.objective = StackObjective(jobs, penalizes=not decays)
        self.network, self.loss = self.objective.network, self.objective.loss
        theta, gradient = self.network.theta, self.network.gradient
        self.optimizer = StackOptimizer(jobs, theta, gradient, self.objective.layout)
        self.batches = Batches(jobs, StackedData(jobs, theta.device))
        self.rate_factors = np.ones(len(jobs))
        self._set_bounds()

    def _set_bounds(self) -> None:
        jobs, like = self.jobs, self.network.theta
        self._max_grad_norm = bounds([job.optimization.max_grad_norm for job in jobs], like, 2)
        self._max_norm = bounds([job.optimization.max_norm for job in jobs], like, 3)

    def epoch_rates(self) -> Sequence[NDArray[np.float64] | None]:
        """Return the learning rates (M,) of each step, None where they are constant."""
        batches = self.batches
        rates = epoch_rates(self.jobs, batches.epoch, batches.steps_of_members, self.rate_factors)
        return [None] * len(self.batches) if rates is None else list(rates)

    def end_epoch(self, losses: Tensor) -> None:
        """Take note of an epoch, given the losses of its steps, of shape (n_steps, M).

        The losses of steps at which a member rests may be infinite and do not count.
        """
        shares = self.batches.shares
        parts = losses * shares
        if len(self.jobs) > 1:
            parts = torch.where(shares > 0, parts, 0.0)
        self.mean_losses = parts.sum(0).tolist()

    def evaluate(self, batch: Batch, noise: StepNoise | None) -> Tensor:
        """Set the gradient of each member's loss with penalty; return the losses, (M,)."""
        return self.objective.evaluate(batch, noise)

    def step(self, batch: Batch, rates: NDArray[np.float64] | None) -> None:
        """Change the parameters by what `evaluate` has found, within the members' bounds."""
        if self._max_grad_norm is not None:
            clip_gradient(self.network.gradient, self._max_grad_norm)
        self.optimizer.step(batch.active, rates)
        if self._max_norm is not None:
            limit_incoming_weights(self.network.layers, self._max_norm)

    def weights(self, member: int) -> NetworkState:
        """Copy the parameters of one member."""
        return self.network.weights(member, self.jobs[member].architecture.activation.learned())

    def moments(self, member: int) -> dict[str, NetworkState]:
        """Copy the moments of one member's solver."""
        return self.optimizer.moments(member, self.jobs[member].architecture.activation.learned())

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members only."""
        self.jobs = [self.jobs[i] for i in members]
        self.objective.keep(members, self.jobs)
        theta, gradient = self.network.theta, self.network.gradient
        self.optimizer.keep(members, self.jobs, theta, gradient)
        self.batches.keep(members)
        self.rate_factors = self.rate_factors[members]
        self._set_bounds()
