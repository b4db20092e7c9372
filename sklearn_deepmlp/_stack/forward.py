"""The forward pass of a stack of networks, in training and in prediction.

In a hidden layer: linear, normalization, activation, dropout; then the skip connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from sklearn_deepmlp._stack.activation import StackedActivation
from sklearn_deepmlp._stack.dropout import StackedDropout
from sklearn_deepmlp._stack.layout import LayerTensors, has_residual
from sklearn_deepmlp._stack.normalization import normalize
from sklearn_deepmlp._stack.training_pass import TrainingPass

SKIP_CONNECTIONS = ("residual", "wide")


@dataclass(frozen=True)
class Architecture:
    """What happens between the linear maps of M networks.

    Attributes
    ----------
    activation : StackedActivation
        Of the hidden layers.
    normalization : str or None
        A key of ``NORMALIZATIONS``.
    skip_connections : str or None
        "residual" adds its input to the output of each hidden layer that has as many units as
        inputs; "wide" shows the features to the output layer too, behind the last hidden layer.
    dropout : StackedDropout or None
        After each activation, while training.
    """

    activation: StackedActivation
    normalization: str | None = None
    skip_connections: str | None = None
    dropout: StackedDropout | None = None


def hidden_states(
    X: Tensor,
    layers: Sequence[LayerTensors],
    architecture: Architecture,
    training: TrainingPass | None = None,
) -> Iterator[Tensor]:
    """Yield the features and the outputs of each hidden layer.

    Parameters
    ----------
    X : Tensor of shape (M, B, n_features)
        A batch for each network.
    layers : sequence of LayerTensors
        The output layer last.
    architecture : Architecture
        What happens between the layers.
    training : TrainingPass, optional
        Given while training.

    Yields
    ------
    Tensor of shape (M, B, units)
    """
    h = X
    yield h
    for number, layer in enumerate(layers[:-1]):
        h = _hidden_layer(h, layer, number, architecture, training)
        yield h


def _hidden_layer(
    h: Tensor,
    layer: LayerTensors,
    number: int,
    architecture: Architecture,
    training: TrainingPass | None,
) -> Tensor:
    is_residual = has_residual(architecture.skip_connections, *layer.weight.shape[1:])
    if is_residual and training is not None:
        training.begin_skip()
    out = _linear(h, layer, number, training)
    if architecture.normalization is not None:
        out = normalize(architecture.normalization, out, layer, number, training)
    out = architecture.activation(out, layer.learned, number, training)
    if architecture.dropout is not None and training is not None:
        out = architecture.dropout(out, number, training)
    if is_residual and training is not None:
        training.end_skip()
    return h + out if is_residual else out


def forward(
    X: Tensor,
    layers: Sequence[LayerTensors],
    architecture: Architecture,
    training: TrainingPass | None = None,
) -> Tensor:
    """Return the raw outputs, of shape (M, B, n_outputs); parameters as in `hidden_states`."""
    for h in hidden_states(X, layers, architecture, training):
        last = h
    if architecture.skip_connections == "wide" and len(layers) > 1:
        n_hidden = last.shape[-1]
        last = torch.cat([last, X], dim=-1)
        if training is not None:
            training.record(lambda slopes: slopes[..., :n_hidden])
    return _linear(last, layers[-1], len(layers) - 1, training)


def _linear(h: Tensor, layer: LayerTensors, number: int, training: TrainingPass | None) -> Tensor:
    if training is not None:
        gradient = training.gradients[number]
        training.record(partial(_linear_pullback, h, layer, gradient, is_first=number == 0))
    return torch.baddbmm(layer.bias, h, layer.weight)


def _linear_pullback(
    h: Tensor, layer: LayerTensors, gradient: LayerTensors, slopes: Tensor, *, is_first: bool
) -> Tensor:
    torch.sum(slopes, 1, keepdim=True, out=gradient.bias)
    if h.shape[0] == 1:
        torch.bmm(h.mT, slopes, out=gradient.weight)
    else:  # the places of members lie apart, to which torch multiplies one after another
        gradient.weight.copy_(torch.bmm(h.mT, slopes))
    return slopes if is_first else torch.bmm(slopes, layer.weight.mT)
