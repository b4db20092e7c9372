"""The forward pass of a stack of networks, in training and in prediction.

In a hidden layer: linear, normalization, activation, dropout; then the skip connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor

from sklearn_deepmlp._stack.activation import StackedActivation
from sklearn_deepmlp._stack.dropout import StackedDropout
from sklearn_deepmlp._stack.layout import LayerTensors, has_residual
from sklearn_deepmlp._stack.linear import Features, as_dense, linear, wide_linear
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
    X: Features,
    layers: Sequence[LayerTensors],
    architecture: Architecture,
    training: TrainingPass | None = None,
) -> Iterator[Features]:
    """Yield the features and the outputs of each hidden layer.

    Parameters
    ----------
    X : Tensor or SparseFeatures of shape (M, B, n_features)
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
        First the features, which may be sparse.
    """
    h = X
    yield h
    for number, layer in enumerate(layers[:-1]):
        h = _hidden_layer(h, layer, number, architecture, training)
        yield h


def _hidden_layer(
    h: Features,
    layer: LayerTensors,
    number: int,
    architecture: Architecture,
    training: TrainingPass | None,
) -> Tensor:
    is_residual = has_residual(architecture.skip_connections, *layer.weight.shape[1:])
    if is_residual and training is not None:
        training.begin_skip()
    out = linear(h, layer, number, training)
    if architecture.normalization is not None:
        out = normalize(architecture.normalization, out, layer, number, training)
    out = architecture.activation(out, layer.learned, number, training)
    if architecture.dropout is not None and training is not None:
        out = architecture.dropout(out, number, training)
    if is_residual and training is not None:
        training.end_skip()
    return as_dense(h) + out if is_residual else out


def forward(
    X: Features,
    layers: Sequence[LayerTensors],
    architecture: Architecture,
    training: TrainingPass | None = None,
) -> Tensor:
    """Return the raw outputs, of shape (M, B, n_outputs); parameters as in `hidden_states`."""
    for h in hidden_states(X, layers, architecture, training):
        last = h
    number, layer = len(layers) - 1, layers[-1]
    if architecture.skip_connections == "wide" and number > 0:
        return wide_linear(last, X, layer, number, training)
    return linear(last, layer, number, training)
