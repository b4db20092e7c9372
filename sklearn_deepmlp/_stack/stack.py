"""M networks and what each of them minimizes: the loss on its batch, and its penalty."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from sklearn_deepmlp._by_numpy import ignored_overflow
from sklearn_deepmlp._layers.base import pull_back
from sklearn_deepmlp._layers.noise import StepNoise
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.job import Job, NetworkState
from sklearn_deepmlp._stack.loss import StackLoss
from sklearn_deepmlp._stack.network import Network, like_of
from sklearn_deepmlp._stack.penalties import StackedPenalty
from sklearn_deepmlp._stack.solvers import SOLVERS


class Stack:
    """M networks and their objectives.

    Parameters
    ----------
    jobs : sequence of Job
        One per network, all with the same `Job.shape`, equal activations adjacent.

    Attributes
    ----------
    network : Network
        The networks, at first in their initial states.
    loss : StackLoss
        Their losses without penalty.

    Notes
    -----
    Shape: losses are (M,). The loss of a single network is () without a penalty, (1,) with one.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deepmlp._layers.architecture import Architecture, Initializers
    >>> from sklearn_deepmlp._randomness import seeds_from
    >>> from sklearn_deepmlp._stack.batches import Batches
    >>> from sklearn_deepmlp._stack.job import Data, Objective, Optimization, Start, Stopping
    >>> from sklearn_deepmlp._stack.network import like_of
    >>> from sklearn_deepmlp._stack.stacked_data import StackedData
    >>> from sklearn_deepmlp.activations import ReLU
    >>> from sklearn_deepmlp.initializers import Normal
    >>> job = Job(
    ...     Data(np.ones((8, 3)), np.zeros((8, 1)), np.ones(8), np.arange(8)),
    ...     Architecture((3, 5, 1), ReLU()),
    ...     Objective("squared_error"),
    ...     Optimization("sgd", {"learning_rate": 0.1}, batch_size=4),
    ...     Stopping(max_iter=1, max_fun=1, tol=0.0, n_iter_no_change=1),
    ...     Start(Initializers(Normal(), Normal(), Normal())),
    ...     seeds_from(0),
    ... )
    >>> jobs = [job, job.changed(alpha=0.1)]
    >>> stack = Stack(jobs)
    >>> batch = next(iter(Batches(jobs, StackedData(jobs, like_of(job)))))
    >>> batch.X.shape, stack.evaluate(batch, None).shape
    (torch.Size([2, 4, 3]), torch.Size([2]))
    >>> stack.network.gradient.shape
    torch.Size([2, 26])
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.network = Network(jobs)
        self._set_objective()

    def _set_objective(self) -> None:
        jobs = self.network.jobs
        self.loss = StackLoss(jobs, like_of(jobs[0]))
        self._penalty = None
        decays = SOLVERS[jobs[0].optimization.solver].decays_weights
        if any(job.objective.alpha for job in jobs) and not decays:
            network = self.network
            self._penalty = StackedPenalty(
                [job.objective for job in jobs],
                network.theta[:, : network.layout.n_coefs],
                network.gradient[:, : network.layout.n_coefs],
            )

    def keep(self, members: Sequence[int]) -> None:
        """Resume with these members only."""
        self.network.keep(members)
        self._set_objective()

    def evaluate(self, batch: Batch, noise: StepNoise | None) -> Tensor:
        """Set the gradient of each network's loss with penalty; return the losses."""
        losses = self.evaluate_loss(batch, noise)
        penalty = self.add_penalty(batch.total_weight)
        return losses if penalty is None else losses + penalty

    def evaluate_loss(self, batch: Batch, noise: StepNoise | None) -> Tensor:
        """Set the gradient of each network's loss without penalty; return the losses."""
        with ignored_overflow():
            raw, tape = self.network.forward(batch, noise)
            losses, grad_raw = self.loss.forward(raw, batch)
            pull_back(tape, grad_raw)
        return losses

    def add_penalty(self, total_weight: Tensor) -> Tensor | None:
        """Add the gradient of the penalties to that of the network; return the penalties.

        Parameters
        ----------
        total_weight : Tensor of shape (M, 1)
            Sum of the sample weights of the rows in the loss.

        Returns
        -------
        Tensor of shape (M,), or None
            None where no network has a penalty in its loss.
        """
        if self._penalty is None:
            return None
        return self._penalty.add_gradient(total_weight)

    def state(self, member: int) -> NetworkState:
        """Copy the state of one network."""
        return self.network.state(member)

    def states(self, members: Sequence[int]) -> list[NetworkState]:
        """Copy the states of some networks."""
        return self.network.states(members)
