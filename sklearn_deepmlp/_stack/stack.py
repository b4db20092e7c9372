"""Everything that training M networks at once works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from sklearn_deepmlp._stack.batches import Batches, StackedData
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.loss import StackLoss
from sklearn_deepmlp._stack.network import StackNetwork
from sklearn_deepmlp._stack.optimizers import StackOptimizer
from sklearn_deepmlp._stack.penalties import StackedPenalty


class Stack:
    """The parts of a stack, which shrink together when members stop.

    Parameters
    ----------
    jobs : sequence of Job
        One a member, equal activations adjacent; layer sizes, loss, solver, dtype and device
        are shared.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = list(jobs)
        device = torch.device(jobs[0].device)
        self._layout = layout_of(jobs)
        start = np.stack([self._layout.initial_row(job) for job in jobs])
        theta = torch.from_numpy(start.astype(jobs[0].X.dtype)).to(device)
        self.network = StackNetwork(jobs, self._layout, theta)
        self.optimizer = StackOptimizer(jobs, theta, self.network.gradient)
        self.batches = Batches(jobs, StackedData(jobs, device))
        self.loss = StackLoss(jobs[0].loss)
        self._set_penalty()

    def _set_penalty(self) -> None:
        alphas = [job.alpha for job in self.jobs]
        self.penalty = None
        if any(alphas):
            self.penalty = StackedPenalty(alphas, self._layout.n_coefs, self.network.theta)

    def keep(self, members: Sequence[int]) -> None:
        """Go on with these members only."""
        self.jobs = [self.jobs[i] for i in members]
        self.network.keep(members, self.jobs)
        network = self.network
        self.optimizer.keep(members, self.jobs, network.theta, network.gradient)
        self.batches.keep(members)
        self._set_penalty()
