"""The losses, each with the output activation that belongs to it.

A loss compares raw outputs (logits) with targets and returns one number a row, summed over
the outputs of the row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional as F


def _softmax_log_loss(raw: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of class numbers; raw (M, B, classes), target (M, B) -> (M, B)."""
    flat = F.cross_entropy(raw.flatten(0, 1), target.flatten(), reduction="none")
    return flat.view(target.shape)


def _logistic_log_loss(raw: Tensor, target: Tensor) -> Tensor:
    """Binary cross-entropy a label; raw and target (M, B, labels) -> (M, B)."""
    return F.binary_cross_entropy_with_logits(raw, target, reduction="none").sum(-1)


def _half_squared_error(raw: Tensor, target: Tensor) -> Tensor:
    """Half the squared error; raw and target (M, B, outputs) -> (M, B).

    The sum over outputs is what MLPRegressor's gradient follows too, though it reports the mean.
    """
    return 0.5 * (raw - target).square().sum(-1)


@dataclass(frozen=True)
class Loss:
    """A loss and its output activation.

    Attributes
    ----------
    per_row : callable (raw, target) -> Tensor
        Shapes: raw (M, B, outputs), result (M, B), M networks and B rows.
    out_activation : str
        Name of the output activation, as scikit-learn's MLP calls it.
    """

    per_row: Callable[[Tensor, Tensor], Tensor]
    out_activation: str


LOSSES = {
    "log_loss": Loss(_softmax_log_loss, "softmax"),
    "binary_log_loss": Loss(_logistic_log_loss, "logistic"),
    "squared_error": Loss(_half_squared_error, "identity"),
}
