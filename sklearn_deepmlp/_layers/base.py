"""What a layer is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from torch import Tensor

from sklearn_deepmlp._layers.architecture import Array, Initializers
from sklearn_deepmlp._layers.noise import StepNoise
from sklearn_deepmlp._layers.sparse_features import SparseFeatures

Features = Tensor | SparseFeatures
Pullback = Callable[[Tensor], Tensor]

# The fitted arrays of a network, in the order in which a row of parameters holds them: a penalty on
# coefficients then concerns one slice.
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
        (fan_in, fan_out) of coefficients, else (1, units).
    names : tuple of (str or None)
        What it is called in the dict of its layer, for each network, or once for all; None where a
        network does not have it. Empty where the field holds arrays.
    """

    field: str
    shape: tuple[int, int]
    names: tuple[str | None, ...] = ()

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.shape[0] * self.shape[1]

    def name(self, member: int) -> str | None:
        """Return what the array of a network is called."""
        return self.names[member if len(self.names) > 1 else 0]


class Context(NamedTuple):
    """What a step of training knows and prediction does not.

    Attributes
    ----------
    row_weight : Tensor of shape (M, B) or (B,)
        Weights of rows that sum to 1 per network; 0 for padding.
    noise : StepNoise, optional
        Given where something is random.
    uses_running : Tensor of bool of shape (M, 1, 1) or (1, 1), optional
        Which networks are normalized by running statistics, for their batches have too few
        effective rows.
    """

    row_weight: Tensor
    noise: StepNoise | None = None
    uses_running: Tensor | None = None


class Layer(ABC):
    """One layer of M networks.

    Attributes
    ----------
    index : int
        Its number among the hidden layers, behind which the output layer is.
    """

    index: int = 0

    def parameters(self) -> Sequence[ArraySpec]:
        """Return what training changes by its gradient."""
        return ()

    def running_stats(self) -> Sequence[ArraySpec]:
        """Return what training keeps beside; it has no gradient."""
        return ()

    def start(
        self, member: int, initializers: Initializers, generator: np.random.Generator
    ) -> Sequence[Array | float]:
        """Return what the parameters of a new network are, in their order.

        Parameters
        ----------
        member : int
            The network.
        initializers : Initializers
            How its coefficients are drawn.
        generator : numpy.random.Generator
            The one source of randomness.
        """
        return ()

    def running_start(self) -> Sequence[float]:
        """Return what the running statistics of a new network are, in their order."""
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
            Where derivatives by the parameters go; empty for prediction.
        """

    @abstractmethod
    def predict(self, x: Features) -> Tensor:
        """Return the output, of shape (M, B, units) or (B, units)."""

    @abstractmethod
    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        """Return the output, and the way back."""

    def sublayers(self) -> Sequence[Layer]:
        """Return the layers of which this one consists, itself where it is a single one."""
        return (self,)


def flattened(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield single layers, in the order of the data."""
    for layer in layers:
        parts = layer.sublayers()
        yield from (layer,) if parts == (layer,) else flattened(parts)


def predict_through(layers: Iterable[Layer], x: Features) -> Features:
    """Return what the last of some layers gives; `x` where there is none."""
    for layer in layers:
        x = layer.predict(x)
    return x


def train_through(
    layers: Iterable[Layer], x: Features, context: Context
) -> tuple[Features, list[Pullback]]:
    """Return what the last of some layers gives, and the pullbacks of all."""
    tape = []
    for layer in layers:
        x, pullback = layer.train(x, context)
        tape.append(pullback)
    return x, tape


def pull_back(tape: list[Pullback], grad_output: Tensor) -> Tensor:
    """Go back through layers once, freeing what each remembers."""
    while tape:
        grad_output = tape.pop()(grad_output)
    return grad_output
