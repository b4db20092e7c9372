"""The loss of each network of a stack on its batch: the weighted mean over real rows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.members import per_member


class StackLoss(nn.Module):
    """Weighted mean loss, one number a member.

    Parameters
    ----------
    jobs : sequence of Job
        One a member, with one loss.
    like : Tensor
        Gives dtype and device.

    Notes
    -----
    Shape: raw outputs (M, B, n_outputs) and a batch give losses (M,). Padded rows are replaced,
    not multiplied by 0, since infinity times 0 is no number.
    """

    def __init__(self, jobs: Sequence[Job], like: Tensor) -> None:
        super().__init__()
        self._per_row = LOSSES[jobs[0].loss].per_row
        self.take(jobs, like)

    def take(self, jobs: Sequence[Job], like: Tensor) -> None:
        """Go on with the members of these jobs only."""
        self._number = per_member([job.loss_number for job in jobs], like, 3)

    def forward(self, raw: Tensor, batch: Batch) -> Tensor:
        if batch.real is not None:
            raw = torch.where(batch.real[:, :, None], raw, 0.0)
        return (self._per_row(raw, batch.targets, self._number) * batch.row_weight).sum(1)
