"""A fitted network as a module of torch."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from sklearn_deepmlp._export.activation import ActivationModule
from sklearn_deepmlp._export.normalization import NormalizationModule
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._layers.tensors import as_tensor
from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._types import Array


class Residual(nn.Sequential):
    """Modules in turn, to whose output the input is added."""

    def forward(self, x: Tensor) -> Tensor:
        """Return x + f(x), of shape (B, units)."""
        return x + super().forward(x)  # type: ignore[no-untyped-call] # of torch


class Wide(nn.Module):
    """A network whose output layer reads the last hidden layer and the features.

    Parameters
    ----------
    hidden : torch.nn.Sequential
        The hidden layers.
    output : torch.nn.Linear
        The output layer; the last columns of its weight belong to the features.
    """

    def __init__(self, hidden: nn.Sequential, output: nn.Linear) -> None:
        super().__init__()
        self.hidden, self.output = hidden, output

    def forward(self, x: Tensor) -> Tensor:
        """Return raw outputs, of shape (B, n_outputs)."""
        return self.output(torch.cat([self.hidden(x), x], -1))


def torch_module(state: NetworkState, architecture: Architecture) -> nn.Module:
    """Return a fitted network as a module in eval mode, which has copies of the arrays.

    Parameters
    ----------
    state : NetworkState
        What the network has learned.
    architecture : Architecture
        Its layers.
    """
    hidden = OrderedDict(
        (f"hidden_{index}", _hidden_layer(state, architecture, index))
        for index in range(architecture.n_hidden)
    )
    output = _linear(state, -1)
    if architecture.skip_connections == "wide" and hidden:
        return Wide(nn.Sequential(hidden), output).eval()
    return nn.Sequential(OrderedDict([*hidden.items(), ("output", output)])).eval()


def _hidden_layer(state: NetworkState, architecture: Architecture, index: int) -> nn.Module:
    kind = Residual if architecture.is_residual(index) else nn.Sequential
    return kind(OrderedDict(_parts(state, architecture, index)))


def _parts(
    state: NetworkState, architecture: Architecture, index: int
) -> Iterator[tuple[str, nn.Module]]:
    """Yield the modules of a hidden layer by name, in the order of `build_layers`."""
    yield "linear", _linear(state, index)
    if architecture.normalization is not None:
        kind, arrays = architecture.normalization, _copies(state.normalization_params[index])
        layer = NORMALIZATIONS[kind](architecture.layer_sizes[index + 1], index)
        yield "normalization", layer.torch_module(arrays) or NormalizationModule(layer, arrays)
    learned = _copies(state.activation_params[index])
    yield "activation", ActivationModule(architecture.activation, learned)
    if architecture.dropout:
        dropout = nn.AlphaDropout if architecture.alpha_dropout else nn.Dropout
        yield "dropout", dropout(architecture.dropout)


def _linear(state: NetworkState, index: int) -> nn.Linear:
    coef, intercept = state.coefs[index], state.intercepts[index]
    fan_in, units = coef.shape
    linear = nn.Linear(fan_in, units, device="meta")  # which draws no initial weights
    linear.weight, linear.bias = nn.Parameter(_copy(coef.T)), nn.Parameter(_copy(intercept))
    return linear


def _copies(arrays: Mapping[str, Array]) -> dict[str, Tensor]:
    return {name: _copy(array) for name, array in arrays.items()}


def _copy(array: Array) -> Tensor:
    return as_tensor(array.copy())
