"""The stack as a torch module that trains."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from sklearn_deepmlp._stack.activation import StackedActivation
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.dropout import StackedDropout
from sklearn_deepmlp._stack.forward import Architecture, forward
from sklearn_deepmlp._stack.job import Job, NetworkState
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp._stack.noise import DRAWS_PER_LAYER, StepNoise, epoch_keys
from sklearn_deepmlp._stack.training_pass import TrainingPass


class StackNetwork(nn.Module):
    """M networks of one shape.

    All parameters are one array and all gradients another, of which the layers are views. They
    are no `nn.Parameter`, of which torch expects that each has its memory for itself.

    Parameters
    ----------
    jobs : sequence of Job
        One a member, equal activations adjacent.
    layout : Layout
        Positions of parameters.
    theta : Tensor of shape (M, P)
        The parameters to start from, taken over.
    moments : Tensor of shape (M, n_moments)
        The running moments of normalizations to start from, taken over.

    Notes
    -----
    Shape: batches (M, B, n_features) give raw outputs (M, B, n_outputs).
    """

    def __init__(self, jobs: Sequence[Job], layout: Layout, theta: Tensor, moments: Tensor) -> None:
        super().__init__()
        self._layout = layout
        self._take(jobs, theta, moments)

    def _take(self, jobs: Sequence[Job], theta: Tensor, moments: Tensor) -> None:
        self.theta, self.moments = theta, moments
        self.gradient = torch.zeros_like(theta)
        self.layers = self._layout.tensors(theta, moments)
        self._gradients = self._layout.tensors(self.gradient, moments)
        dropout = None
        if any(job.architecture.dropout for job in jobs):
            rates, alpha = (
                [job.architecture.dropout for job in jobs],
                [job.architecture.alpha_dropout for job in jobs],
            )
            dropout = StackedDropout(rates, alpha, theta)
        self._architecture = Architecture(
            StackedActivation([job.architecture.activation for job in jobs], theta),
            jobs[0].architecture.normalization,
            jobs[0].architecture.skip_connections,
            dropout,
        )
        self._noise_seeds = [job.seeds.noise for job in jobs]
        self._epochs_before = [job.start.epochs for job in jobs]
        self._is_noisy = dropout is not None or any(
            job.architecture.activation.noisy for job in jobs
        )

    def keep(self, members: Sequence[int], jobs: Sequence[Job]) -> None:
        """Go on with these members only; `jobs` are theirs."""
        self._take(jobs, self.theta[members], self.moments[members])

    def weights(self, member: int, learned_names: Sequence[str]) -> NetworkState:
        """Copy the parameters of one member."""
        row, moments = self.theta[member].cpu().numpy(), self.moments[member].cpu().numpy()
        return self._layout.unpack(row, moments, learned_names)

    def epoch_noise(self, epoch: int, n_steps: int) -> Sequence[StepNoise | None]:
        """Return the noise of each step of an epoch, None where nothing is random.

        Parameters
        ----------
        epoch : int
            Its number in this training.
        n_steps : int
            Number of steps.
        """
        if not self._is_noisy:
            return [None] * n_steps
        n_draws = DRAWS_PER_LAYER * (len(self.layers) - 1)
        epochs = [before + epoch for before in self._epochs_before]
        keys = epoch_keys(self._noise_seeds, epochs, n_steps, n_draws, self.theta.device)
        return [StepNoise(step) for step in keys]

    def forward(self, batch: Batch, noise: StepNoise | None) -> tuple[Tensor, TrainingPass]:
        """Return the raw outputs, and the pass, which going back fills `gradient`."""
        training = TrainingPass(self._gradients, batch.row_weight, noise, batch.uses_running)
        return forward(batch.X, self.layers, self._architecture, training), training
