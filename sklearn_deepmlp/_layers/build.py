"""Builds the layers of networks from their architectures.

A hidden layer consists of linear map, normalization, activation and dropout, in this order; a
residual connection goes around all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

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


def build_layers(
    architectures: Sequence[Architecture], like: Like = LIKE, n_features: int | None = None
) -> Sequence[Layer]:
    """Return the layers of networks, the output layer last.

    Parameters
    ----------
    architectures : sequence of Architecture
        One per network, equal activations adjacent. They share normalization, skip connections,
        products and layer sizes, but may differ in the number of features, unless these enter a
        residual connection.
    like : Like
        dtype and device of the networks.
    n_features : int, optional
        Number of features that the layers take, of which those that a network does not have are 0;
        by default, that of the widest network.
    """
    shared = architectures[0]
    features = _Features.of(architectures, n_features)
    hidden = [
        layer
        for index in range(shared.n_hidden)
        for layer in _hidden_layer(architectures, index, features, like)
    ]
    if shared.skip_connections == "wide" and hidden:
        fan_in, fan_out = shared.layer_sizes[-2:]
        wide = WideLinear(
            fan_in,
            features.n_features,
            fan_out,
            shared.n_hidden,
            widths=features.widths,
            products=shared.products,
        )
        return [Wide(hidden, wide)]
    return [*hidden, _linear(shared, shared.n_hidden, features, is_output=True)]


class _Features(NamedTuple):
    """How many features layers take, and how many each network has, where these differ."""

    n_features: int
    widths: tuple[int, ...]

    @classmethod
    def of(cls, architectures: Sequence[Architecture], n_features: int | None) -> Self:
        widths = tuple(architecture.layer_sizes[0] for architecture in architectures)
        n_features = max(widths) if n_features is None else n_features
        return cls(n_features, () if min(widths) == n_features else widths)


def _linear(architecture: Architecture, index: int, features: _Features, **params: Any) -> Linear:
    fan_in, units = architecture.layer_sizes[index : index + 2]
    if index == 0:
        fan_in, params["fan_ins"] = features
    return linear_map(fan_in, units, index, products=architecture.products, **params)


def _hidden_layer(
    architectures: Sequence[Architecture], index: int, features: _Features, like: Like
) -> Sequence[Layer]:
    shared = architectures[0]
    units, is_residual = shared.layer_sizes[index + 1], shared.is_residual(index)
    n_sharing = sum(map(shared.is_residual, range(shared.n_hidden))) if is_residual else 1
    rounds = _rounds_signals(shared)
    layers: list[Layer] = [
        _linear(shared, index, features, n_sharing=n_sharing, returns_bfloat16=rounds)
    ]
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
    """Return whether activations are bfloat16 tensors, which takes half the time on a GPU.

    The next product rounds them anyway. Statistics over them, and sums along residual connections,
    need float32.
    """
    is_plain = architecture.normalization is None and architecture.skip_connections != "residual"
    return architecture.products == BFLOAT16 and is_plain


def is_noisy(architectures: Sequence[Architecture]) -> bool:
    """Return whether the training of any of the networks uses random noise."""
    return any(a.dropout > 0 or a.activation.noisy for a in architectures)
