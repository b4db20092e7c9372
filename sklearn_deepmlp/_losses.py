"""The losses, each with the output activation that belongs to it.

A loss compares raw outputs (logits) with targets and returns one number a row, summed over
the outputs of the row. Some take a number, which is a float, or a tensor of shape (M, 1, 1)
where members differ.

Shapes: raw (M, B, outputs); target (M, B, outputs), class numbers (M, B); result (M, B).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

Number = float | Tensor


def _softmax_log_loss(raw: Tensor, target: Tensor, smoothing: Number) -> Tensor:
    """Cross-entropy of class numbers, smoothed towards all classes (Szegedy et al. 2016)."""
    if isinstance(smoothing, float) and smoothing == 0.0:
        flat = F.cross_entropy(raw.flatten(0, 1), target.flatten(), reduction="none")
        return flat.view(target.shape)
    log_proba = raw.log_softmax(-1)
    true = log_proba.gather(-1, target[:, :, None])
    return -((1 - smoothing) * true + smoothing * log_proba.mean(-1, keepdim=True))[:, :, 0]


def _logistic_log_loss(raw: Tensor, target: Tensor, smoothing: Number) -> Tensor:
    """Binary cross-entropy of each label, smoothed towards one half."""
    if isinstance(smoothing, Tensor) or smoothing > 0.0:
        target = target * (1 - smoothing) + smoothing / 2
    return F.binary_cross_entropy_with_logits(raw, target, reduction="none").sum(-1)


def _half_squared_error(raw: Tensor, target: Tensor, number: Number) -> Tensor:
    """Half the squared error.

    The sum over outputs is what MLPRegressor's gradient follows too, though it reports the mean.
    """
    return 0.5 * (raw - target).square().sum(-1)


def _absolute_error(raw: Tensor, target: Tensor, number: Number) -> Tensor:
    return (raw - target).abs().sum(-1)


def _huber(raw: Tensor, target: Tensor, number: Number) -> Tensor:
    """Half the squared error up to 1, from there on linear (Huber 1964)."""
    return F.huber_loss(raw, target, reduction="none", delta=1.0).sum(-1)


def _half_poisson_deviance(raw: Tensor, target: Tensor, number: Number) -> Tensor:
    """Half the Poisson deviance of exp(raw), as scikit-learn's `PoissonRegressor` has it."""
    constant = torch.xlogy(target, target) - target
    return (raw.exp() - target * raw + constant).sum(-1)


def _pinball(raw: Tensor, target: Tensor, quantile: Number) -> Tensor:
    """Pinball loss, least at the quantile (Koenker and Bassett 1978)."""
    residual = target - raw
    return torch.maximum(quantile * residual, (quantile - 1) * residual).sum(-1)


@dataclass(frozen=True)
class Loss:
    """A loss and its output activation.

    Attributes
    ----------
    per_row : callable (raw, target, number) -> Tensor
        The loss of each row.
    out_activation : str
        Name of the output activation, as scikit-learn's MLP calls it.
    """

    per_row: Callable[[Tensor, Tensor, Number], Tensor]
    out_activation: str


CLASSIFICATION_LOSSES = {
    "log_loss": Loss(_softmax_log_loss, "softmax"),
    "binary_log_loss": Loss(_logistic_log_loss, "logistic"),
}
REGRESSION_LOSSES = {
    "squared_error": Loss(_half_squared_error, "identity"),
    "absolute_error": Loss(_absolute_error, "identity"),
    "huber": Loss(_huber, "identity"),
    "poisson": Loss(_half_poisson_deviance, "exp"),
    "quantile": Loss(_pinball, "identity"),
}
LOSSES = CLASSIFICATION_LOSSES | REGRESSION_LOSSES
