"""Everything that training M networks at once works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.batches import Batch, Batches, StackedData
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.limits import bounds, clip_gradient, limit_incoming_weights
from sklearn_deepmlp._stack.loss import StackLoss
from sklearn_deepmlp._stack.network import StackNetwork
from sklearn_deepmlp._stack.noise import StepNoise
from sklearn_deepmlp._stack.optimizers import SOLVERS, StackOptimizer
from sklearn_deepmlp._stack.penalties import StackedPenalty
from sklearn_deepmlp._stack.schedules import epoch_rates


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
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = list(jobs)
        device = torch.device(jobs[0].device)
        self._layout = layout_of(jobs)
        start = np.stack([self._layout.initial_row(job) for job in jobs])
        theta = torch.from_numpy(start.astype(jobs[0].X.dtype)).to(device)
        self.network = StackNetwork(jobs, self._layout, theta)
        self.optimizer = StackOptimizer(jobs, theta, self.network.gradient, self._layout.n_coefs)
        self.batches = Batches(jobs, StackedData(jobs, device))
        self.loss = StackLoss(jobs, theta)
        self.rate_factors = np.ones(len(jobs))
        self._set_numbers()

    def _set_numbers(self) -> None:
        jobs, like = self.jobs, self.network.theta
        self._max_grad_norm = bounds([job.max_grad_norm for job in jobs], like, 2)
        self._max_norm = bounds([job.max_norm for job in jobs], like, 3)
        alphas = [job.alpha for job in jobs]
        self._penalty = None
        if any(alphas) and not SOLVERS[jobs[0].solver].decays_weights:
            l1_ratios = [job.l1_ratio for job in jobs]
            self._penalty = StackedPenalty(alphas, l1_ratios, self._layout.n_coefs, like)

    def epoch_rates(self, epoch: int) -> Sequence[NDArray[np.float64] | None]:
        """Return the learning rates (M,) of each step, None where they are constant."""
        rates = epoch_rates(self.jobs, epoch, self.batches.steps_of_members, self.rate_factors)
        return [None] * len(self.batches) if rates is None else list(rates)

    def evaluate(self, batch: Batch, noise: StepNoise | None) -> Tensor:
        """Set the gradient of each member's loss with penalty; return the losses, (M,)."""
        network = self.network
        losses = self.loss(network(batch, noise), batch)
        network.set_gradient(losses)
        losses = losses.detach()
        if self._penalty is not None:
            losses = losses + self._penalty.add_gradient(
                network.theta, network.gradient, batch.total_weight
            )
        return losses

    def step(self, batch: Batch, rates: NDArray[np.float64] | None) -> None:
        """Change the parameters by what `evaluate` has found, within the members' bounds."""
        if self._max_grad_norm is not None:
            clip_gradient(self.network.gradient, self._max_grad_norm)
        self.optimizer.step(batch.active, rates)
        if self._max_norm is not None:
            limit_incoming_weights(self.network.layers, self._max_norm)

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members only."""
        self.jobs = [self.jobs[i] for i in members]
        self.network.keep(members, self.jobs)
        network = self.network
        self.optimizer.keep(members, self.jobs, network.theta, network.gradient)
        self.batches.keep(members)
        self.rate_factors = self.rate_factors[members]
        self.loss.take(self.jobs, network.theta)
        self._set_numbers()
