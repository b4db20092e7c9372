"""Linear maps of a stack, in training and in prediction, and their way back."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from sklearn_deepmlp._stack.layout import LayerTensors
from sklearn_deepmlp._stack.sparse_features import SparseFeatures
from sklearn_deepmlp._stack.training_pass import TrainingPass

Features = Tensor | SparseFeatures


def linear(x: Features, layer: LayerTensors, number: int, training: TrainingPass | None) -> Tensor:
    """Return the product of an input and the weights of a layer, plus its bias.

    Parameters
    ----------
    x : Tensor or SparseFeatures of shape (M, B, fan_in)
        The input.
    layer : LayerTensors
        The layer.
    number : int
        Its number.
    training : TrainingPass, optional
        Given while training.

    Returns
    -------
    Tensor of shape (M, B, fan_out)
    """
    if training is not None:
        to = training.gradients[number]
        training.record(
            partial(_pullback, x, layer.weight, to.weight, to.bias, is_first=number == 0)
        )
    return _add_product(layer.bias, x, layer.weight)


def wide_linear(
    h: Features, features: Features, layer: LayerTensors, number: int, training: TrainingPass | None
) -> Tensor:
    """Return the same for an input of two parts, of which the weights' last rows read the second.

    Parameters
    ----------
    h : Tensor or SparseFeatures of shape (M, B, n_hidden)
        What the last hidden layer gives.
    features : Tensor or SparseFeatures of shape (M, B, n_features)
        What stands behind it.
    layer, number, training
        As in `linear`.

    Returns
    -------
    Tensor of shape (M, B, fan_out)
    """
    n_hidden = h.shape[-1]
    of_h, of_features = layer.weight[:, :n_hidden], layer.weight[:, n_hidden:]
    if training is not None:
        to = training.gradients[number]
        training.record(
            partial(_pullback, h, of_h, to.weight[:, :n_hidden], to.bias, is_first=False)
        )
        training.record(partial(_features_pullback, features, to.weight[:, n_hidden:]))
    return _add_product(_add_product(layer.bias, h, of_h), features, of_features)


def _add_product(summand: Tensor, x: Features, weight: Tensor) -> Tensor:
    if isinstance(x, SparseFeatures):
        return x.times(weight).add_(summand)
    return torch.baddbmm(summand, x, weight)


def _pullback(
    x: Features,
    weight: Tensor,
    to_weight: Tensor,
    to_bias: Tensor,
    slopes: Tensor,
    *,
    is_first: bool,
) -> Tensor:
    torch.sum(slopes, 1, keepdim=True, out=to_bias)
    _differentiate_weight(x, slopes, to_weight)
    return slopes if is_first else torch.bmm(slopes, weight.mT)


def _features_pullback(features: Features, to_weight: Tensor, slopes: Tensor) -> Tensor:
    _differentiate_weight(features, slopes, to_weight)
    return slopes


def _differentiate_weight(x: Features, slopes: Tensor, to_weight: Tensor) -> None:
    if isinstance(x, SparseFeatures):
        x.transposed_times(slopes, out=to_weight)
    elif x.shape[0] == 1:
        torch.bmm(x.mT, slopes, out=to_weight)
    else:  # the places of members lie apart, to which torch multiplies one after another
        to_weight.copy_(torch.bmm(x.mT, slopes))


def as_dense(x: Features) -> Tensor:
    """Return the same values as a tensor."""
    return x.to_dense() if isinstance(x, SparseFeatures) else x
