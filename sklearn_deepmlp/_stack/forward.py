"""The forward pass of a stack of networks: linear, activation, dropout, layer after layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._stack.activation import StackedActivation
from sklearn_deepmlp._stack.dropout import StackedDropout
from sklearn_deepmlp._stack.layout import LayerTensors
from sklearn_deepmlp._stack.noise import StepNoise

# Each hidden layer makes two draws: random slopes and dropout.
DRAWS_PER_LAYER = 2


def hidden_states(
    X: Tensor,
    layers: Sequence[LayerTensors],
    activation: StackedActivation,
    dropout: StackedDropout | None = None,
    noise: StepNoise | None = None,
) -> Iterator[Tensor]:
    """Yield the outputs of the input layer and of each hidden layer.

    Parameters
    ----------
    X : Tensor of shape (M, B, n_features)
        A batch for each network.
    layers : sequence of LayerTensors
        The output layer last.
    activation : StackedActivation
        Of the hidden layers.
    dropout : StackedDropout, optional
        After each activation, while training.
    noise : StepNoise, optional
        Given while training.

    Yields
    ------
    Tensor of shape (M, B, units)
    """
    h = X
    yield h
    for number, layer in enumerate(layers[:-1]):
        z = torch.baddbmm(layer.bias, h, layer.weight)
        h = activation(z, layer.learned, noise, DRAWS_PER_LAYER * number)
        if dropout is not None and noise is not None:
            h = dropout(h, noise, DRAWS_PER_LAYER * number + 1)
        yield h


def forward(
    X: Tensor,
    layers: Sequence[LayerTensors],
    activation: StackedActivation,
    dropout: StackedDropout | None = None,
    noise: StepNoise | None = None,
) -> Tensor:
    """Return the raw outputs, of shape (M, B, n_outputs); parameters as in `hidden_states`."""
    for h in hidden_states(X, layers, activation, dropout, noise):
        last = h
    return torch.baddbmm(layers[-1].bias, last, layers[-1].weight)
