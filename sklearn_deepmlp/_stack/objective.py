"""What training minimizes: each network's loss on its batch with the penalty, and its gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.job import Array, Job
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.loss import StackLoss
from sklearn_deepmlp._stack.network import StackNetwork
from sklearn_deepmlp._stack.noise import StepNoise
from sklearn_deepmlp._stack.penalties import StackedPenalty


class StackObjective:
    """M networks with what each of them minimizes.

    Parameters
    ----------
    jobs : sequence of Job
        One a member, equal activations adjacent; layer sizes, loss, normalization, skip
        connections, dtype and device are shared.
    penalizes : bool
        Whether `alpha` is part of the loss.

    Attributes
    ----------
    layout : Layout
        Positions of parameters.
    network : StackNetwork
        The networks, from their starts.
    loss : StackLoss
        Their loss without penalty.
    """

    def __init__(self, jobs: Sequence[Job], *, penalizes: bool) -> None:
        self.layout = layout_of(jobs)
        theta, moments = (
            _stacked(rows, jobs[0])
            for rows in zip(*(self.layout.start_rows(job) for job in jobs), strict=True)
        )
        self.network = StackNetwork(jobs, self.layout, theta, moments)
        self.loss = StackLoss(jobs, theta)
        self._penalizes = penalizes
        self._set_penalty(jobs)

    def _set_penalty(self, jobs: Sequence[Job]) -> None:
        self._penalty = None
        if self._penalizes and any(job.objective.alpha for job in jobs):
            theta, gradient = self.network.theta, self.network.gradient
            self._penalty = StackedPenalty(jobs, self.layout.n_coefs, theta, gradient)

    def evaluate(self, batch: Batch, noise: StepNoise | None) -> Tensor:
        """Set the gradient of each member's loss with penalty; return the losses, (M,)."""
        losses = self.evaluate_loss(batch, noise)
        penalty = self.add_penalty(batch.total_weight)
        return losses if penalty is None else losses + penalty

    def evaluate_loss(self, batch: Batch, noise: StepNoise | None) -> Tensor:
        """Set the gradient of each member's loss without penalty; return the losses, (M,)."""
        raw, training = self.network.forward(batch, noise)
        losses, slopes = self.loss(raw, batch)
        training.backward(slopes)
        return losses

    def add_penalty(self, total_weight: Tensor) -> Tensor | None:
        """Add the penalty's gradient to what is there; return the penalties, (M,).

        Parameters
        ----------
        total_weight : Tensor of shape (M, 1)
            Sum of the sample weights of the rows in the loss.
        """
        if self._penalty is None:
            return None
        return self._penalty.add_gradient(total_weight)

    def keep(self, members: Sequence[int], jobs: Sequence[Job]) -> None:
        """Go on with these members only; `jobs` are theirs."""
        self.network.keep(members, jobs)
        self.loss.take(jobs, self.network.theta)
        self._set_penalty(jobs)


def _stacked(rows: Sequence[Array], job: Job) -> Tensor:
    stacked = np.stack(rows).astype(job.data.X.dtype)
    return torch.from_numpy(stacked).to(torch.device(job.device))
