"""Normalizations of pre-activations.

A normalization gives pre-activations mean 0 and variance 1; scale and offset follow. It is two
functions: one for prediction, and one for training, which also returns its pullback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from sklearn_deepmlp._compat.torch import layer_norm_backward
from sklearn_deepmlp._stack.layout import LayerTensors
from sklearn_deepmlp._stack.training_pass import Pullback, TrainingPass

EPSILON = 1e-5  # added to variances, as Ioffe and Szegedy (2015) and Ba et al. (2016) do
MOMENTUM = 0.1  # of running moments: the part that a new batch has


def _predict_batch_norm(z: Tensor, layer: LayerTensors) -> Tensor:
    moments = cast("Tensor", layer.moments)
    return (z - moments[:, :1]) * (moments[:, 1:] + EPSILON).rsqrt()


def _train_batch_norm(
    z: Tensor, layer: LayerTensors, row_weight: Tensor, uses_running: Tensor | None
) -> tuple[Tensor, Pullback]:
    """Normalize each unit over the batch (Ioffe and Szegedy 2015, algorithm 1).

    Rows count by their weights, which sum to 1, so that padding, weights and repeated rows mean
    the same. The running variance is the biased one, for which that holds too. A member whose
    rows have no variance to speak of is normalized by its running moments, as in prediction, and
    keeps them.
    """
    running = cast("Tensor", layer.moments)
    weight = row_weight[:, :, None]
    mean = (z * weight).sum(1, keepdim=True)
    centred = z - mean
    var = (centred * weight * centred).sum(1, keepdim=True)  # no infinite square times weight 0
    moments = torch.cat([mean, var], dim=1)
    if uses_running is not None:
        moments = torch.where(uses_running, running, moments)
        weight = torch.where(uses_running, 0.0, weight)
    inverse = (moments[:, 1:] + EPSILON).rsqrt()
    normalized = (z - moments[:, :1]) * inverse
    running += MOMENTUM * (moments - running)

    def pullback(slopes: Tensor) -> Tensor:
        of_variance = (slopes * normalized).sum(1, keepdim=True)
        shared = slopes.sum(1, keepdim=True) + normalized * of_variance
        return inverse * (slopes - weight * shared)

    return normalized, pullback


def _predict_layer_norm(z: Tensor, layer: LayerTensors) -> Tensor:
    return F.layer_norm(z, z.shape[-1:], eps=EPSILON)


def _train_layer_norm(
    z: Tensor, layer: LayerTensors, row_weight: Tensor, uses_running: Tensor | None
) -> tuple[Tensor, Pullback]:
    """Normalize each row over the units of the layer (Ba et al. 2016)."""
    units = list(z.shape[-1:])
    normalized, mean, inverse = torch.native_layer_norm(z, units, None, None, EPSILON)

    def pullback(slopes: Tensor) -> Tensor:
        wanted = [True, False, False]
        found: Tensor = layer_norm_backward(slopes, z, units, mean, inverse, None, None, wanted)[0]
        return found

    return normalized, pullback


@dataclass(frozen=True)
class Normalization:
    """What a kind of normalization does before scale and offset.

    Attributes
    ----------
    predict : callable (z, layer) -> Tensor
        By the running moments of the layer where there are any.
    train : callable (z, layer, row_weight, uses_running) -> (Tensor, Pullback)
        By the moments of the batch, which update the running ones; by the running ones for the
        members of `Batch.uses_running`.
    """

    predict: Callable[[Tensor, LayerTensors], Tensor]
    train: Callable[[Tensor, LayerTensors, Tensor, Tensor | None], tuple[Tensor, Pullback]]


NORMALIZATIONS = {
    "batch": Normalization(_predict_batch_norm, _train_batch_norm),
    "layer": Normalization(_predict_layer_norm, _train_layer_norm),
}


def normalize(
    kind: str, z: Tensor, layer: LayerTensors, number: int, training: TrainingPass | None
) -> Tensor:
    """Normalize, scale and shift the pre-activations of the layer of this number."""
    affine = cast("Tensor", layer.affine)
    scale, offset = affine[:, :1], affine[:, 1:]
    if training is None:
        return NORMALIZATIONS[kind].predict(z, layer) * scale + offset
    normalized, normalization_pullback = NORMALIZATIONS[kind].train(
        z, layer, training.row_weight, training.uses_running
    )
    gradient = cast("Tensor", training.gradients[number].affine)

    def pullback(slopes: Tensor) -> Tensor:
        torch.sum(slopes * normalized, 1, keepdim=True, out=gradient[:, :1])
        torch.sum(slopes, 1, keepdim=True, out=gradient[:, 1:])
        return normalization_pullback(slopes * scale)

    training.record(pullback)
    return normalized * scale + offset
