"""The loss of each network of a stack on its batch: the weighted mean over real rows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from sklearn_deepmlp._layers.per_network import Like, per_network
from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.job import Job


class StackLoss(nn.Module):
    """Weighted mean loss, one number per network.

    Parameters
    ----------
    jobs : sequence of Job
        One per network, with one loss.
    like : Like
        dtype and device of the networks.

    Notes
    -----
    Shape: raw outputs (M, B, n_outputs) give losses (M,) and gradients (M, B, n_outputs); for a
    single network (B, n_outputs) give () and (B, n_outputs).
    """

    def __init__(self, jobs: Sequence[Job], like: Like) -> None:
        super().__init__()
        self._evaluate = LOSSES[jobs[0].objective.loss].evaluate
        self._parameter = per_network([job.objective.loss_parameter for job in jobs], like, 3)

    def forward(self, raw: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the losses, and their gradients with respect to the raw outputs.

        Padded rows are replaced, not multiplied by 0, since infinity times 0 is NaN.

        Parameters
        ----------
        raw : Tensor of shape (M, B, n_outputs) or (B, n_outputs)
            Raw outputs, without a graph.
        batch : Batch
            Targets and weights of their rows.

        Returns
        -------
        losses : Tensor of shape (M,) or ()
        gradients : Tensor of shape (M, B, n_outputs) or (B, n_outputs)
        """
        if batch.real is not None:
            raw = torch.where(batch.real.unsqueeze(-1), raw, 0.0)
        losses, gradients = self._evaluate(raw, batch.targets, self._parameter)
        weight = batch.row_weight
        return (losses * weight).sum(-1), gradients * weight.unsqueeze(-1)
