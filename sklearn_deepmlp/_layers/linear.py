"""A linear map with a bias."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from sklearn_deepmlp._layers.architecture import Initializers
from sklearn_deepmlp._layers.base import (
    COEFS,
    INTERCEPTS,
    ArraySpec,
    Context,
    Features,
    Layer,
    Pullback,
)
from sklearn_deepmlp._layers.products import EXACT, product_functions
from sklearn_deepmlp._layers.sparse_features import SparseFeatures
from sklearn_deepmlp._types import Array
from sklearn_deepmlp.initializers import Initializer

# Number of rows from which the transposed product takes less time.
_MANY_ROWS = 64


class Linear(Layer):
    """The product of the input and a weight, plus a bias.

    Parameters
    ----------
    fan_in, fan_out : int
        Number of inputs and of units.
    index : int
        Its index in the network, starting at 0.
    is_output : bool
        Whether it is the output layer.
    n_sharing : int
        Number of layers, itself included, that divide the variance of one layer among them.
    products : str
        How its products are computed, as in `product_functions`.

    Attributes
    ----------
    weight : Tensor of shape (M, fan_in, fan_out) or (fan_in, fan_out)
        Its coefficients.
    bias : Tensor of shape (M, 1, fan_out) or (1, fan_out)
        Its intercepts.

    Notes
    -----
    Shape: (M, B, fan_in) gives (M, B, fan_out), (B, fan_in) gives (B, fan_out). The input may be
    sparse.

    Examples
    --------
    >>> import torch
    >>> linear = Linear(2, 1, index=0)
    >>> linear.bind([torch.tensor([[1.0], [2.0]]), torch.tensor([[0.5]])], [], [])
    >>> linear.predict(torch.tensor([[1.0, 10.0]]))
    tensor([[21.5000]])
    """

    weight: Tensor
    bias: Tensor

    def __init__(
        self,
        fan_in: int,
        fan_out: int,
        index: int,
        *,
        is_output: bool = False,
        n_sharing: int = 1,
        products: str = EXACT,
    ) -> None:
        self.fan_in, self.fan_out, self.index = fan_in, fan_out, index
        self.is_output, self._n_sharing = is_output, n_sharing
        self._products = products

    def parameters(self) -> Sequence[ArraySpec]:
        return (
            ArraySpec(COEFS, (self.fan_in, self.fan_out)),
            ArraySpec(INTERCEPTS, (1, self.fan_out)),
        )

    def start(
        self, member: int, initializers: Initializers, generator: np.random.Generator
    ) -> Sequence[Array | float]:
        weight = _drawn(self._initializer(initializers), (self.fan_in, self.fan_out), generator)
        if initializers.shares_variance and self._n_sharing > 1:
            weight = weight / np.sqrt(self._n_sharing)
        return weight, 0.0

    def _initializer(self, initializers: Initializers) -> Initializer:
        if self.is_output:
            return initializers.output
        return initializers.first if self.index == 0 else initializers.hidden

    def bind(
        self, parameters: Sequence[Tensor], gradients: Sequence[Tensor], running: Sequence[Tensor]
    ) -> None:
        self.weight, self.bias = parameters
        self._is_single = self.weight.ndim == 2
        self._add_product, self._product = product_functions(self.weight, self._products)
        if gradients:
            self._grad_weight, self._grad_bias = gradients
            self._transposed = self.weight.mT

    def predict(self, x: Features) -> Tensor:
        return self.predict_product(self.bias, x)

    def predict_product(self, summand: Tensor, x: Features) -> Tensor:
        """Return the same as `add_product`, faster for many rows.

        For many rows the transposed product takes less time, by up to a third where units are few.
        Its result is stored column by column, which would cost training more than it gains.
        """
        if isinstance(x, SparseFeatures) or not self._is_single or x.shape[0] < _MANY_ROWS:
            return self.add_product(summand, x)
        return self._add_product(summand.mT, self.weight.mT, x.mT).mT

    def add_product(self, summand: Tensor, x: Features) -> Tensor:
        """Return the product of the input and the weight, plus a summand in place of the bias."""
        if isinstance(x, SparseFeatures):
            return x.times(self.weight).add_(summand)
        return self._add_product(summand, x, self.weight)

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        return self.add_product(self.bias, x), partial(self._backward, x)

    def _backward(self, x: Features, grad_output: Tensor) -> Tensor:
        torch.sum(grad_output, -2, keepdim=True, out=self._grad_bias)
        self.differentiate_weight(x, grad_output)
        if self.index == 0:  # the gradient of the features is not needed
            return grad_output
        return self._product(grad_output, self._transposed)

    def differentiate_weight(self, x: Features, grad_output: Tensor) -> None:
        """Set the gradient of the weight, from the input and the gradient of the output."""
        if isinstance(x, SparseFeatures):
            x.transposed_times(grad_output, out=self._grad_weight)
        elif self._is_single:
            self._product(x.mT, grad_output, out=self._grad_weight)
        else:  # with out=, torch would multiply sequentially, as these gradients are not contiguous
            self._grad_weight.copy_(self._product(x.mT, grad_output))


def _drawn(
    initializer: Initializer, shape: tuple[int, int], generator: np.random.Generator
) -> Array:
    drawn = np.asarray(initializer.draw(*shape, generator))
    has_numbers = drawn.dtype.kind in "fiub" and bool(np.isfinite(drawn).all())
    if drawn.shape != shape or not has_numbers:
        raise ValueError(
            f"{type(initializer).__name__}.draw must return finite numbers of shape "
            f"(fan_in, fan_out) = {shape}. Got an array of shape {drawn.shape} and {drawn.dtype}"
            f"{'' if has_numbers else ' with entries that are not finite numbers'} instead."
        )
    return drawn
