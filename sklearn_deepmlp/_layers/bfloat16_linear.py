"""A linear map whose products are computed in bfloat16."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from sklearn_deepmlp._layers.base import Context, Features, Pullback
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.sparse_features import SparseFeatures


class BFloat16Linear(Linear):
    """A linear map of float32 parameters whose products are computed in bfloat16.

    The factors of each product are rounded to bfloat16: the input, the weight, and the gradient of
    the output. Their products are summed in float32, and the sum is rounded to bfloat16. The weight
    itself and the bias, which is added in float32, stay float32. A tensor is rounded once per step,
    however many products it takes part in.

    Products with sparse features are sums of a few rows, which no device computes faster in
    bfloat16; they stay in float32.

    Parameters
    ----------
    fan_in, fan_out, index
        As in `Linear`.
    returns_bfloat16 : bool
        Whether the output is rounded to bfloat16, instead of being float32.
    **others
        As in `Linear`.

    Notes
    -----
    Shape: that of `Linear`. The gradient of the input has the dtype of the input.

    Examples
    --------
    >>> import torch
    >>> linear = BFloat16Linear(2, 1, index=0)
    >>> linear.bind([torch.tensor([[1.0], [2.0]]), torch.tensor([[0.001]])], [], [])
    >>> linear.predict(torch.tensor([[1.0, 10.001]]))
    tensor([[21.0010]])
    """

    def __init__(
        self,
        fan_in: int,
        fan_out: int,
        index: int,
        *,
        returns_bfloat16: bool = False,
        **others: Any,
    ) -> None:
        super().__init__(fan_in, fan_out, index, **others)
        self._returns_bfloat16 = returns_bfloat16

    def bind(
        self, parameters: Sequence[Tensor], gradients: Sequence[Tensor], running: Sequence[Tensor]
    ) -> None:
        super().bind(parameters, gradients, running)
        # Training changes the weight in place; prediction rounds it once for all rows.
        self._rounded = None if gradients else self.weight.bfloat16()

    def predict_product(self, summand: Tensor, x: Features) -> Tensor:
        return self.add_product(summand, x)

    def add_product(self, summand: Tensor, x: Features) -> Tensor:
        if isinstance(x, SparseFeatures):
            out = super().add_product(summand, x)
            return out.bfloat16() if self._returns_bfloat16 else out
        weight = self.weight.bfloat16() if self._rounded is None else self._rounded
        return self._sum(summand, self._product(x.bfloat16(), weight))

    def _sum(self, summand: Tensor, product: Tensor) -> Tensor:
        """Add in float32; the product may be changed."""
        return product.add_(summand) if self._returns_bfloat16 else summand + product

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        if isinstance(x, SparseFeatures):
            out, pullback = super().train(x, context)
            return out, lambda grad_output: pullback(grad_output.to(self.weight.dtype))
        rounded, weight = x.bfloat16(), self.weight.bfloat16()
        out = self._sum(self.bias, self._product(rounded, weight))
        return out, partial(self._pull_back_rounded, rounded, weight, x.dtype)

    def _pull_back_rounded(
        self, x: Tensor, weight: Tensor, dtype: torch.dtype, grad_output: Tensor
    ) -> Tensor:
        torch.sum(grad_output, -2, keepdim=True, out=self._grad_bias)
        rounded = grad_output.bfloat16()
        self.differentiate_weight(x, rounded)
        if self.index == 0:  # the gradient of the features is not needed
            return grad_output
        return self._product(rounded, weight.mT).to(dtype)

    def differentiate_weight(self, x: Features, grad_output: Tensor) -> None:
        if isinstance(x, SparseFeatures):
            super().differentiate_weight(x, grad_output)
        else:
            self._grad_weight.copy_(self._product(x.bfloat16().mT, grad_output.bfloat16()))
