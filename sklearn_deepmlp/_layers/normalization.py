"""The base class of normalizations, which are followed by a learned scale and offset."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import numpy as np
import torch
from torch import Tensor, nn

from sklearn_deepmlp._layers.architecture import Initializers
from sklearn_deepmlp._layers.base import (
    NORMALIZATION_PARAMS,
    ArraySpec,
    Context,
    Features,
    Layer,
    Pullback,
)
from sklearn_deepmlp._types import Array

EPSILON = 1e-5  # added to variances, as Ioffe and Szegedy (2015) and Ba et al. (2016) do


class Normalization(Layer):
    """A normalization of pre-activations, followed by a learned scale and offset.

    A subclass implements `normalize` and `normalize_train`, and gets a name in ``NORMALIZATIONS``;
    the documentation describes it by the first line of its docstring.

    Parameters
    ----------
    units : int
        Number of units.
    index : int
        Index of the hidden layer, starting at 0.

    Attributes
    ----------
    least_rows : int
        Minimum number of rows of a batch; more than 1 where statistics over rows are computed.
    stats : dict of str to float
        Initial values of the running statistics by name; each has one number per unit.

    Notes
    -----
    Shape: (M, B, units) or (B, units), in and out.
    """

    least_rows: ClassVar[int] = 1
    stats: ClassVar[dict[str, float]] = {}

    def __init__(self, units: int, index: int) -> None:
        self.units, self.index = units, index

    @abstractmethod
    def normalize(self, z: Tensor) -> Tensor:
        """Return normalized pre-activations for prediction."""

    @abstractmethod
    def normalize_train(self, z: Tensor, context: Context) -> tuple[Tensor, Pullback]:
        """Return normalized pre-activations and the pullback; update running statistics."""

    def torch_module(self, arrays: Mapping[str, Tensor]) -> nn.Module | None:
        """Return torch's module for this normalization; None where torch has none.

        Parameters
        ----------
        arrays : mapping of str to Tensor of shape (units,)
            Scale, offset and running statistics by name, which the module takes over.
        """
        return None

    def parameters(self) -> Sequence[ArraySpec]:
        return self._specs("scale", "offset")

    def running_stats(self) -> Sequence[ArraySpec]:
        return self._specs(*self.stats)

    def _specs(self, *names: str) -> Sequence[ArraySpec]:
        return [ArraySpec(NORMALIZATION_PARAMS, (1, self.units), (name,)) for name in names]

    def start(
        self,
        member: int,
        initializers: Initializers,
        generator: np.random.Generator,
        arrays: Sequence[Array],
    ) -> None:
        scale, _ = arrays
        scale.fill(1.0)

    def running_start(self) -> Sequence[float]:
        return tuple(self.stats.values())

    def bind(
        self, parameters: Sequence[Tensor], gradients: Sequence[Tensor], running: Sequence[Tensor]
    ) -> None:
        self._scale, self._offset = parameters
        self._running = running
        if gradients:
            self._grad_scale, self._grad_offset = gradients

    def predict(self, x: Features) -> Tensor:
        return self.normalize(cast("Tensor", x)) * self._scale + self._offset

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        normalized, pullback = self.normalize_train(cast("Tensor", x), context)

        def backward(grad_output: Tensor) -> Tensor:
            torch.sum(grad_output * normalized, -2, keepdim=True, out=self._grad_scale)
            torch.sum(grad_output, -2, keepdim=True, out=self._grad_offset)
            return pullback(grad_output * self._scale)

        return normalized * self._scale + self._offset, backward
