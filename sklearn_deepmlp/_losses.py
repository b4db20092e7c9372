"""The losses, each with its derivative and the output activation that belongs to it.

A loss compares raw outputs (logits) with targets. It returns one number per row, summed over the
outputs of the row, and the derivatives of that number with respect to the raw outputs. Some losses
take a number, which is a float, or a tensor of shape (M, 1, 1) where networks differ.

Shapes: raw (M, B, outputs); target (M, B, outputs), or class indices (M, B); results (M, B) and
(M, B, outputs). A single network has no dimension M.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import entr, xlogy
from torch import Tensor
from torch.nn import functional as F

from sklearn_deepmlp._types import Number

Evaluation = tuple[Tensor, Tensor]
Values = NDArray[np.floating]

_MANY_ROWS = 256


def _softmax_log_loss(raw: Tensor, target: Tensor, smoothing: Number) -> Evaluation:
    """Cross-entropy of class indices, smoothed towards all classes (Szegedy et al. 2016)."""
    log_proba = _log_softmax(raw)
    true = target.unsqueeze(-1)
    loss, derivative = -log_proba.gather(-1, true), log_proba.exp()
    if isinstance(smoothing, float) and smoothing == 0.0:
        return loss.squeeze(-1), derivative.scatter_(-1, true, -1.0, reduce="add")
    kept = 1 - smoothing
    mean = log_proba.mean(-1, keepdim=True)
    if isinstance(smoothing, Tensor):  # for networks without smoothing it may be infinite
        mean = torch.where(smoothing > 0, mean, 0.0)
    loss = kept * loss - smoothing * mean
    of_true = (derivative.new_zeros(true.shape) - kept).expand_as(true)
    derivative = (derivative - smoothing / raw.shape[-1]).scatter_add_(-1, true, of_true)
    return loss.squeeze(-1), derivative


def _log_softmax(raw: Tensor) -> Tensor:
    """Return the logarithms of the softmax over the last dimension.

    torch goes through it row by row. On a CPU many rows take less time class by class.
    """
    if not raw.is_cpu or raw.numel() < _MANY_ROWS * raw.shape[-1]:
        return raw.log_softmax(-1)
    return raw.movedim(-1, 0).log_softmax(0).movedim(0, -1).contiguous()


def _logistic_log_loss(raw: Tensor, target: Tensor, smoothing: Number) -> Evaluation:
    """Binary cross-entropy of each label, smoothed towards one half."""
    if isinstance(smoothing, Tensor) or smoothing > 0.0:
        target = target * (1 - smoothing) + smoothing / 2
    loss = F.binary_cross_entropy_with_logits(raw, target, reduction="none")
    return loss.sum(-1), raw.sigmoid() - target


def _half_squared_error(raw: Tensor, target: Tensor, number: Number) -> Evaluation:
    """Half the squared error, summed over the outputs.

    MLPRegressor reports the mean over the outputs, but its gradient, too, is that of the sum.
    """
    error = raw - target
    return error.square().sum(-1) * 0.5, error


def _absolute_error(raw: Tensor, target: Tensor, number: Number) -> Evaluation:
    error = raw - target
    return error.abs().sum(-1), error.sign()


def _huber(raw: Tensor, target: Tensor, number: Number) -> Evaluation:
    """Half the squared error for errors up to 1, linear beyond (Huber 1964)."""
    derivative = (raw - target).clamp(-1.0, 1.0)
    return F.huber_loss(raw, target, reduction="none", delta=1.0).sum(-1), derivative


def _half_poisson_deviance(raw: Tensor, target: Tensor, number: Number) -> Evaluation:
    """Half the Poisson deviance of exp(raw), as in scikit-learn's `PoissonRegressor`."""
    derivative = raw.exp() - target
    constant = torch.xlogy(target, target)
    return (derivative - target * raw + constant).sum(-1), derivative


def _pinball(raw: Tensor, target: Tensor, quantile: Number) -> Evaluation:
    """Pinball loss, which is lowest at the quantile (Koenker and Bassett 1978)."""
    error = raw - target
    derivative = (error > 0).to(raw.dtype) - quantile
    return (derivative * error).sum(-1), derivative


def _entropy(target: Values, weight: Values, smoothing: float, n_outputs: int) -> float:
    frequencies = np.bincount(target, weight, n_outputs) / weight.sum()
    return float(entr((1 - smoothing) * frequencies + smoothing / n_outputs).sum())


def _binary_entropy(target: Values, weight: Values, smoothing: float, n_outputs: int) -> float:
    frequencies = (1 - smoothing) * _means(target, weight) + smoothing / 2
    return float((entr(frequencies) + entr(1 - frequencies)).sum())


def _half_variance(target: Values, weight: Values, number: float, n_outputs: int) -> float:
    errors = target - _means(target, weight)
    return float(_means(errors**2, weight).sum()) / 2


def _mean_absolute_deviation(
    target: Values, weight: Values, number: float, n_outputs: int
) -> float:
    return 2 * _pinball_of_quantile(target, weight, 0.5, n_outputs)


def _deviance_of_mean(target: Values, weight: Values, number: float, n_outputs: int) -> float:
    mean = _means(target, weight)
    return float((_means(xlogy(target, target), weight) - xlogy(mean, mean)).sum())


def _pinball_of_quantile(target: Values, weight: Values, quantile: float, n_outputs: int) -> float:
    """Return the loss of the smallest values at or below which rows have that weight."""
    order = np.argsort(target, axis=0)
    cumulated = np.cumsum(weight[order], axis=0)
    rank = (cumulated < quantile * cumulated[-1]).sum(axis=0)
    values = np.take_along_axis(np.take_along_axis(target, order, 0), rank[None], 0)
    errors = target - values
    return float(_means(np.maximum(quantile * errors, (quantile - 1) * errors), weight).sum())


def _means(values: Values, weight: Values) -> Values:
    return weight @ values / weight.sum()


@dataclass(frozen=True)
class Loss:
    """A loss, its output activation, its parameter and what it requires of targets.

    Attributes
    ----------
    description : str
        What it is, for the documentation.
    evaluate : callable (raw, target, number) -> (Tensor, Tensor)
        Returns the loss of each row, and its derivatives with respect to the raw outputs.
    out_activation : str
        Name of the output activation, as in scikit-learn's MLP.
    parameter : str, optional
        The parameter of the estimator that `evaluate` takes as its number.
    needs_non_negative : bool
        Whether the loss is undefined for targets below 0.
    of_constant : callable (target, weight, number, n_outputs) -> float, optional
        Returns the lowest weighted mean loss of one prediction for all rows, given arrays of
        targets and weights. None where there is no formula.
    """

    description: str
    evaluate: Callable[[Tensor, Tensor, Number], Evaluation]
    out_activation: str = "identity"
    parameter: str | None = None
    needs_non_negative: bool = False
    of_constant: Callable[[Values, Values, float, int], float] | None = None


CLASSIFICATION_LOSSES = {
    "log_loss": Loss(
        "log loss of classes",
        _softmax_log_loss,
        "softmax",
        "label_smoothing",
        of_constant=_entropy,
    ),
    "binary_log_loss": Loss(
        "log loss of two classes or of labels",
        _logistic_log_loss,
        "logistic",
        "label_smoothing",
        of_constant=_binary_entropy,
    ),
}
REGRESSION_LOSSES = {
    "squared_error": Loss(
        "half the squared error, for means", _half_squared_error, of_constant=_half_variance
    ),
    "absolute_error": Loss(
        "the absolute error, for medians", _absolute_error, of_constant=_mean_absolute_deviation
    ),
    "huber": Loss("the squared error up to 1, linear beyond it (Huber 1964)", _huber),
    "poisson": Loss(
        "half the Poisson deviance, for counts",
        _half_poisson_deviance,
        "exp",
        needs_non_negative=True,
        of_constant=_deviance_of_mean,
    ),
    "quantile": Loss(
        "the pinball loss of a quantile",
        _pinball,
        parameter="quantile",
        of_constant=_pinball_of_quantile,
    ),
}
LOSSES = CLASSIFICATION_LOSSES | REGRESSION_LOSSES
