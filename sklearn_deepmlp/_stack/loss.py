"""The loss of each network of a stack on its batch: the weighted mean over real rows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.members import per_member


class StackLoss:
    """Weighted mean loss, one number a member.

    Parameters
    ----------
    jobs : sequence of Job
        One a member, with one loss.
    like : Tensor
        Gives dtype and device.
    """

    def __init__(self, jobs: Sequence[Job], like: Tensor) -> None:
        self._evaluate = LOSSES[jobs[0].objective.loss].evaluate
        self.take(jobs, like)

    def take(self, jobs: Sequence[Job], like: Tensor) -> None:
        """Go on with the members of these jobs only."""
        self._number = per_member([job.objective.loss_parameter for job in jobs], like, 3)

    def __call__(self, raw: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Evaluate raw outputs.

        Padded rows are replaced, not multiplied by 0, since infinity times 0 is no number.

        Parameters
        ----------
        raw : Tensor of shape (M, B, n_outputs)
            Raw outputs, without a graph.
        batch : Batch
            Targets and weights of their rows.

        Returns
        -------
        losses : Tensor of shape (M,)
        slopes : Tensor of shape (M, B, n_outputs)
            Derivatives of the losses by the raw outputs.
        """
        if batch.real is not None:
            raw = torch.where(batch.real.unsqueeze(2), raw, 0.0)
        losses, slopes = self._evaluate(raw, batch.targets, self._number)
        weight = batch.row_weight
        return (losses * weight).sum(1), slopes * weight.unsqueeze(2)
