"""A linear map whose products are computed in bfloat16."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from sklearn_deepmlp._layers.base import Context, Features, Pullback
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.sparse_features import SparseFeatures


class BFloat16Linear(Linear):
    """A linear map of float32 tensors whose products are computed in bfloat16.

    The factors of each product are rounded to bfloat16: the input, the weight, and the gradient of
    the output. Their products are summed in float32, and the sum is rounded to bfloat16. Everything
    else is float32: the weight itself, the bias, which is added in float32, inputs, outputs and
    gradients. Each tensor is rounded once per step, however many products it takes part in.

    Products with sparse features are sums of a few rows, which no device computes faster in
    bfloat16; they stay in float32. Parameters are those of `Linear`.

    Notes
    -----
    Shape: that of `Linear`.

    Examples
    --------
    >>> import torch
    >>> linear = BFloat16Linear(2, 1, index=0)
    >>> linear.bind([torch.tensor([[1.0], [2.0]]), torch.tensor([[0.001]])], [], [])
    >>> linear.predict(torch.tensor([[1.0, 10.001]]))
    tensor([[21.0010]])
    """

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
            return super().add_product(summand, x)
        weight = self.weight.bfloat16() if self._rounded is None else self._rounded
        return summand + self._product(x.bfloat16(), weight)

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        if isinstance(x, SparseFeatures):
            return super().train(x, context)
        rounded, weight = x.bfloat16(), self.weight.bfloat16()
        out = self.bias + self._product(rounded, weight)
        return out, partial(self._pull_back_rounded, rounded, weight)

    def _pull_back_rounded(self, x: Tensor, weight: Tensor, grad_output: Tensor) -> Tensor:
        torch.sum(grad_output, -2, keepdim=True, out=self._grad_bias)
        rounded = grad_output.bfloat16()
        self.differentiate_weight(x, rounded)
        if self.index == 0:  # the gradient of the features is not needed
            return grad_output
        return self._product(rounded, weight.mT).to(grad_output.dtype)

    def differentiate_weight(self, x: Features, grad_output: Tensor) -> None:
        if isinstance(x, SparseFeatures):
            super().differentiate_weight(x, grad_output)
        else:
            self._grad_weight.copy_(self._product(x.bfloat16().mT, grad_output.bfloat16()))
