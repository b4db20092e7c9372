"""Builds the layers of networks from their architectures.

A hidden layer consists of linear map, normalization, activation and dropout, in this order; a
residual connection goes around all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sklearn_deepmlp._layers.activation import ActivationLayer
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._layers.base import Layer
from sklearn_deepmlp._layers.dropout import Dropout
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.linear_map import linear_map
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._layers.per_network import LIKE, Like
from sklearn_deepmlp._layers.products import BFLOAT16
from sklearn_deepmlp._layers.residual import Residual
from sklearn_deepmlp._layers.rounded_activation import RoundedActivation
from sklearn_deepmlp._layers.wide import Wide, WideLinear

# "residual" adds the input of each hidden layer with as many units as inputs to its output; "wide"
# passes the features to the output layer too, after the units of the last hidden layer.
SKIP_CONNECTIONS = ("residual", "wide")


def build_layers(architectures: Sequence[Architecture], like: Like = LIKE) -> Sequence[Layer]:
    """Return the layers of networks, the output layer last.

    Parameters
    ----------
    architectures : sequence of Architecture
        One per network, equal activations adjacent; they share layer sizes, normalization, skip
        connections and products.
    like : Like
        dtype and device of the networks.
    """
    shared = architectures[0]
    n_hidden, n_residual = len(shared.layer_sizes) - 2, _n_residual(shared)
    hidden = [
        layer
        for index in range(n_hidden)
        for layer in _hidden_layer(architectures, index, n_residual, like)
    ]
    if shared.skip_connections == "wide" and hidden:
        fan_in, fan_out = shared.layer_sizes[-2:]
        n_features = shared.layer_sizes[0]
        wide = WideLinear(fan_in, n_features, fan_out, n_hidden, products=shared.products)
        return [Wide(hidden, wide)]
    return [*hidden, _linear(shared, n_hidden, is_output=True)]


def _linear(architecture: Architecture, index: int, **params: Any) -> Linear:
    fan_in, units = architecture.layer_sizes[index : index + 2]
    return linear_map(fan_in, units, index, products=architecture.products, **params)


def _hidden_layer(
    architectures: Sequence[Architecture], index: int, n_residual: int, like: Like
) -> Sequence[Layer]:
    shared = architectures[0]
    fan_in, units = shared.layer_sizes[index : index + 2]
    is_residual = n_residual > 0 and fan_in == units
    n_sharing = n_residual if is_residual else 1
    rounds = _rounds_signals(shared)
    layers: list[Layer] = [_linear(shared, index, n_sharing=n_sharing, returns_bfloat16=rounds)]
    if shared.normalization is not None:
        layers.append(NORMALIZATIONS[shared.normalization](units, index))
    kind = RoundedActivation if rounds else ActivationLayer
    layers.append(kind([a.activation for a in architectures], units, index, like))
    if any(architecture.dropout for architecture in architectures):
        rates = [architecture.dropout for architecture in architectures]
        alpha = [architecture.alpha_dropout for architecture in architectures]
        layers.append(Dropout(rates, alpha, index, like))
    return [Residual(layers)] if is_residual else layers


def _rounds_signals(architecture: Architecture) -> bool:
    """Tell whether activations are bfloat16 tensors, which takes half the time on a GPU.

    The next product rounds them anyway. Statistics over them, and sums along residual connections,
    need float32.
    """
    is_plain = architecture.normalization is None and architecture.skip_connections != "residual"
    return architecture.products == BFLOAT16 and is_plain


def _n_residual(architecture: Architecture) -> int:
    """Return how many hidden layers have a residual connection."""
    if architecture.skip_connections != "residual":
        return 0
    return sum(fan_in == units for fan_in, units in pairwise(architecture.layer_sizes[:-1]))


def is_noisy(architectures: Sequence[Architecture]) -> bool:
    """Tell whether the training of any of the networks uses random noise."""
    return any(a.dropout > 0 or a.activation.noisy for a in architectures)
