"""The loss of each network of a stack on its batch: the weighted mean over real rows."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.batches import Batch


class StackLoss(nn.Module):
    """Weighted mean loss, one number a member.

    Parameters
    ----------
    name : str
        A key of ``LOSSES``.

    Notes
    -----
    Shape: raw outputs (M, B, n_outputs) and a batch give losses (M,). Padded rows are replaced,
    not multiplied by 0, since infinity times 0 is no number.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._per_row = LOSSES[name].per_row

    def forward(self, raw: Tensor, batch: Batch) -> Tensor:
        if batch.real is not None:
            raw = torch.where(batch.real[:, :, None], raw, 0.0)
        return (self._per_row(raw, batch.targets) * batch.row_weight).sum(1)
