"""The interface of a layer, and functions that go through several layers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from torch import Tensor

from sklearn_deepmlp._layers.architecture import Initializers
from sklearn_deepmlp._layers.noise import StepNoise
from sklearn_deepmlp._layers.sparse_features import SparseFeatures
from sklearn_deepmlp._types import Array

Features = Tensor | SparseFeatures
Pullback = Callable[[Tensor], Tensor]

# The fitted arrays of a network, in the order in which a row of parameters holds them. Coefficients
# come first, so that a penalty on them concerns one slice.
COEFS, INTERCEPTS = "coefs", "intercepts"
ACTIVATION_PARAMS, NORMALIZATION_PARAMS = "activation_params", "normalization_params"
FIELDS = (COEFS, INTERCEPTS, ACTIVATION_PARAMS, NORMALIZATION_PARAMS)


class ArraySpec(NamedTuple):
    """An array that a layer has for each network.

    Attributes
    ----------
    field : str
        The fitted attribute that holds it, one of ``FIELDS``.
    shape : tuple of int
        (fan_in, fan_out) for coefficients, otherwise (1, units).
    names : tuple of (str or None)
        Its name in the layer's dict: one per network, or one for all; None where a network does not
        have the array. Empty where the field holds arrays instead of dicts.
    rows : tuple of int
        How many rows of the array each network has. The others are padding: they are 0 and no
        parameters. Empty where all networks have all rows.
    """

    field: str
    shape: tuple[int, int]
    names: tuple[str | None, ...] = ()
    rows: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.shape[0] * self.shape[1]

    def name(self, member: int) -> str | None:
        """Return the name of the array in one network."""
        return self.names[member if len(self.names) > 1 else 0]

    def shape_in(self, member: int) -> tuple[int, int]:
        """Return the shape of the array in one network, without padding."""
        return (self.rows[member], self.shape[1]) if self.rows else self.shape


class HiddenLayer(NamedTuple):
    """What the activation of a hidden layer has computed.

    Attributes
    ----------
    z, out, slopes : Tensor of shape (M, B, units) or (B, units)
        The pre-activations z, f(z) and f'(z).
    """

    z: Tensor
    out: Tensor
    slopes: Tensor


class Context(NamedTuple):
    """What layers need in a training step, but not for prediction.

    Attributes
    ----------
    row_weight : Tensor of shape (M, B) or (B,)
        Weights of rows, which sum to 1 per network; 0 for padding.
    noise : StepNoise, optional
        The random bits of the step; None where nothing is random, and to leave all noise out.
    uses_running : Tensor of bool of shape (M, 1, 1) or (1, 1), optional
        Which networks are normalized by running statistics, because their batches have too few
        effective rows; None where none is.
    hidden : list of HiddenLayer, optional
        Receives what activations have computed; None if nothing does.
    """

    row_weight: Tensor
    noise: StepNoise | None = None
    uses_running: Tensor | None = None
    hidden: list[HiddenLayer] | None = None


class Layer(ABC):
    """One layer of M networks.

    Attributes
    ----------
    index : int
        Index of its hidden layer, starting at 0; the output layer has the next index.
    """

    index: int = 0

    def parameters(self) -> Sequence[ArraySpec]:
        """Declare the arrays that training changes by their gradients."""
        return ()

    def running_stats(self) -> Sequence[ArraySpec]:
        """Declare the running statistics, which have no gradients."""
        return ()

    def start(  # noqa: B027 - not all layers have parameters
        self,
        member: int,
        initializers: Initializers,
        generator: np.random.Generator,
        arrays: Sequence[Array],
    ) -> None:
        """Set the initial values of a new network's parameters.

        Parameters
        ----------
        member : int
            Index of the network.
        initializers : Initializers
            The initializers of its coefficients.
        generator : numpy.random.Generator
            The only source of randomness.
        arrays : sequence of ndarray of shape spec.shape_in(member)
            Where its parameters are, in the order of `parameters`; they are 0 and contiguous.
        """

    def running_start(self) -> Sequence[float]:
        """Return the initial values of running statistics, in the order of `running_stats`."""
        return ()

    def bind(  # noqa: B027 - not all layers have tensors
        self, parameters: Sequence[Tensor], gradients: Sequence[Tensor], running: Sequence[Tensor]
    ) -> None:
        """Take the tensors to compute with.

        Parameters
        ----------
        parameters, running : sequence of Tensor of shape (M, *spec.shape) or spec.shape
            What `parameters` and `running_stats` declare.
        gradients : sequence of Tensor
            Where pullbacks store the gradients of the parameters; empty for prediction.
        """

    @abstractmethod
    def predict(self, x: Features) -> Tensor:
        """Return the output, of shape (M, B, units) or (B, units)."""

    @abstractmethod
    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        """Return the output, of shape (M, B, units) or (B, units), and the pullback."""

    def sublayers(self) -> Sequence[Layer]:
        """Return the layers that this one consists of; itself if it is not composite."""
        return (self,)


def flattened(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield the layers that are not composite, in the order in which data pass through them."""
    for layer in layers:
        parts = layer.sublayers()
        yield from (layer,) if parts == (layer,) else flattened(parts)


def predict_through(layers: Iterable[Layer], x: Features) -> Features:
    """Apply layers in turn and return the last output; `x` where there are no layers."""
    for layer in layers:
        x = layer.predict(x)
    return x


def train_through(
    layers: Iterable[Layer], x: Features, context: Context
) -> tuple[Features, list[Pullback]]:
    """Apply layers in turn as in training; return the last output and all pullbacks."""
    tape = []
    for layer in layers:
        x, pullback = layer.train(x, context)
        tape.append(pullback)
    return x, tape


def pull_back(tape: list[Pullback], grad_output: Tensor) -> Tensor:
    """Apply pullbacks in reverse order, once; each is removed and frees what it has saved."""
    while tape:
        grad_output = tape.pop()(grad_output)
    return grad_output
