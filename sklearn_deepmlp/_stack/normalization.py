"""Normalizations of pre-activations.

A normalization is one function of pre-activations, of the layer and, while training, of the
weight that each row has. It returns what has mean 0 and variance 1; scale and
offset follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from sklearn_deepmlp._stack.layout import LayerTensors

EPSILON = 1e-5  # added to variances, as Ioffe and Szegedy (2015) and Ba et al. (2016) do
MOMENTUM = 0.1  # of running moments: the part that a new batch has


def batch_norm(z: Tensor, layer: LayerTensors, row_weight: Tensor | None) -> Tensor:
    """Normalize each unit over the batch (Ioffe and Szegedy 2015, algorithm 1).

    Rows count by their weights, so that padding, weights and repeated rows mean the same. The
    running variance is the biased one, for which that holds too.

    Parameters
    ----------
    z : Tensor of shape (M, B, units)
        Pre-activations.
    layer : LayerTensors
        Its running moments are updated in training and used in prediction.
    row_weight : Tensor of shape (M, B), optional
        Weights that sum to 1 a member, or are all 0 for a member that rests. Given in training.
    """
    moments = cast("Tensor", layer.moments)
    if row_weight is None:
        mean, var = moments[:, :1], moments[:, 1:]
        return (z - mean) * (var + EPSILON).rsqrt()
    weight = row_weight[:, :, None]
    mean = (z * weight).sum(1, keepdim=True)
    centred = z - mean
    var = (centred.square() * weight).sum(1, keepdim=True)
    with torch.no_grad():
        part = MOMENTUM * weight.sum(1, keepdim=True)
        moments += part * (torch.cat([mean, var], dim=1) - moments)
    return centred * (var + EPSILON).rsqrt()


def layer_norm(z: Tensor, layer: LayerTensors, row_weight: Tensor | None) -> Tensor:
    """Normalize each row over the units of the layer (Ba et al. 2016)."""
    return F.layer_norm(z, z.shape[-1:], eps=EPSILON)


NORMALIZATIONS: dict[str, Callable[[Tensor, LayerTensors, Tensor | None], Tensor]] = {
    "batch": batch_norm,
    "layer": layer_norm,
}


def normalize(
    kind: str | None, z: Tensor, layer: LayerTensors, row_weight: Tensor | None
) -> Tensor:
    """Normalize, scale and shift the pre-activations of a layer, where `kind` is not None."""
    if kind is None or layer.affine is None:
        return z
    normalized = NORMALIZATIONS[kind](z, layer, row_weight)
    return normalized * layer.affine[:, :1] + layer.affine[:, 1:]
