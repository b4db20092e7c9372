"""The forward pass of a stack of networks.

In a hidden layer: linear, normalization, activation, dropout; then the skip connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sklearn_deepmlp._stack.activation import StackedActivation
from sklearn_deepmlp._stack.dropout import StackedDropout
from sklearn_deepmlp._stack.layout import LayerTensors, has_residual
from sklearn_deepmlp._stack.noise import StepNoise
from sklearn_deepmlp._stack.normalization import normalize

SKIP_CONNECTIONS = ("residual", "wide")
# Each hidden layer makes two draws: random slopes and dropout.
DRAWS_PER_LAYER = 2


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
    noise: StepNoise | None = None,
    row_weight: Tensor | None = None,
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
    noise : StepNoise, optional
        Given while training where something is random.
    row_weight : Tensor of shape (M, B), optional
        Weights of rows, given while training.

    Yields
    ------
    Tensor of shape (M, B, units)
    """
    h = X
    yield h
    for number, layer in enumerate(layers[:-1]):
        z = torch.baddbmm(layer.bias, h, layer.weight)
        z = normalize(architecture.normalization, z, layer, row_weight)
        out = architecture.activation(z, layer.learned, noise, DRAWS_PER_LAYER * number)
        if architecture.dropout is not None and noise is not None:
            out = architecture.dropout(out, noise, DRAWS_PER_LAYER * number + 1)
        is_residual = has_residual(architecture.skip_connections, *layer.weight.shape[1:])
        h = h + out if is_residual else out
        yield h


def forward(
    X: Tensor,
    layers: Sequence[LayerTensors],
    architecture: Architecture,
    noise: StepNoise | None = None,
    row_weight: Tensor | None = None,
) -> Tensor:
    """Return the raw outputs, of shape (M, B, n_outputs); parameters as in `hidden_states`."""
    for h in hidden_states(X, layers, architecture, noise, row_weight):
        last = h
    if architecture.skip_connections == "wide" and len(layers) > 1:
        last = torch.cat([last, X], dim=-1)
    return torch.baddbmm(layers[-1].bias, last, layers[-1].weight)
