"""M networks of one shape, as a torch module."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from sklearn_deepmlp._layers.base import Context, Pullback, flattened, train_through
from sklearn_deepmlp._layers.build import build_layers, is_noisy
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.noise import DRAWS_PER_LAYER, StepNoise, epoch_keys
from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.job import Job, NetworkState
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp._types import Array


class Network(nn.Module):
    """M networks of one shape, trained together.

    All parameters are one array, and so are their gradients; layers have views of both.

    Parameters
    ----------
    jobs : sequence of Job
        One per network, equal activations adjacent.

    Attributes
    ----------
    jobs : list of Job
        Those of the networks that are still in the stack.
    packed : nn.Parameter of shape (M, P)
        All parameters; its `grad` is `gradient`.
    running_stats : Tensor of shape (M, R)
        Running statistics of the normalizations.
    theta, gradient : Tensor of shape (M, P)
        The parameters without a graph, and their gradients.
    layers : sequence of Layer
        The layers, the output layer last.
    layout : Layout
        The positions of each network's arrays in its row.

    Notes
    -----
    Shape: batches (M, B, n_features) give raw outputs (M, B, n_outputs). For a single network they
    are (B, n_features) and (B, n_outputs).
    """

    running_stats: Tensor

    def __init__(self, jobs: Sequence[Job]) -> None:
        super().__init__()
        like = like_of(jobs[0])
        self._build(jobs, like)
        rows = [self.layout.start_rows(job, member) for member, job in enumerate(jobs)]
        theta, running = (_stacked(arrays, like) for arrays in zip(*rows, strict=True))
        self._bind(theta, running)

    def _build(self, jobs: Sequence[Job], like: Like) -> None:
        self.jobs = list(jobs)
        architectures = [job.architecture for job in jobs]
        self.layers = build_layers(architectures, like)
        self.layout = Layout(self.layers)
        self._noise_seeds = [job.seeds.noise for job in jobs]
        self._epochs_before = [job.start.epochs for job in jobs]
        self._n_hidden = len(jobs[0].architecture.layer_sizes) - 2
        self._is_noisy = is_noisy(architectures)

    def _bind(self, theta: Tensor, running: Tensor) -> None:
        self.theta, self.gradient = theta, torch.zeros_like(theta)
        self.packed = nn.Parameter(theta)
        self.packed.grad = self.gradient
        self.register_buffer("running_stats", running)
        self.layout.bind(theta, self.gradient, running)

    def keep(self, members: Sequence[int]) -> None:
        """Resume with these members only."""
        before = self.layout
        self._build([self.jobs[i] for i in members], like_of(self.jobs[0]))
        columns = self.layout.columns_in(before)
        self._bind(self.theta[members][:, columns], self.running_stats[members])

    def weights(self) -> list[Tensor]:
        """Return the weight of each linear layer, (M, fan_in, fan_out) or (fan_in, fan_out)."""
        return [layer.weight for layer in flattened(self.layers) if isinstance(layer, Linear)]

    def state(self, member: int) -> NetworkState:
        """Copy the state of one network."""
        row, running = self.theta[member].cpu().numpy(), self.running_stats[member].cpu().numpy()
        return self.layout.state(row, running, member)

    def epoch_noise(self, epoch: int, n_steps: int) -> Sequence[StepNoise | None]:
        """Return the noise of each step of an epoch, None where nothing is random.

        Parameters
        ----------
        epoch : int
            Its number in this training, starting at 1.
        n_steps : int
            Number of steps.
        """
        keys = self.epoch_keys(epoch, n_steps)
        return [None] * n_steps if keys is None else [StepNoise(step) for step in keys]

    def epoch_keys(self, epoch: int, n_steps: int) -> Tensor | None:
        """Return the noise keys of all steps of an epoch; parameters as in `epoch_noise`.

        Returns
        -------
        Tensor of int32 of shape (n_steps, n_draws, M, 1, 1), or None
            None where nothing is random.
        """
        if not self._is_noisy:
            return None
        n_draws = DRAWS_PER_LAYER * self._n_hidden
        epochs = [before + epoch for before in self._epochs_before]
        return epoch_keys(self._noise_seeds, epochs, n_steps, n_draws, self.theta.device)

    def forward(self, batch: Batch, noise: StepNoise | None) -> tuple[Tensor, list[Pullback]]:
        """Return the raw outputs and the pullbacks of all layers."""
        context = Context(batch.row_weight, noise, batch.uses_running)
        raw, tape = train_through(self.layers, batch.X, context)
        return raw, tape  # type: ignore[return-value] # the last layer returns a tensor


def like_of(job: Job) -> Like:
    """Return the dtype and device of a job's training."""
    dtype = torch.from_numpy(np.empty(0, job.data.X.dtype)).dtype
    return Like(dtype, torch.device(job.device))


def _stacked(rows: Sequence[Array], like: Like) -> Tensor:
    return torch.from_numpy(np.stack(rows)).to(like.device, like.dtype)
