"""Products of small matrices on the CPU, by numpy.

torch's BLAS is made for large matrices. numpy's takes as little as half the time for small ones,
and a sixth where a layer has few units, as output layers have. Up to the size that is given here it
uses one thread whatever its settings are, so that it disturbs neither other threads nor results.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from sklearn_deepmlp._by_numpy import is_numpy_allowed, may_use_numpy

# OpenBLAS uses more threads from this number of multiplications per product.
_MAX_MULTIPLICATIONS = 2**18


class SmallProducts:
    """The products of a training step with the weights of a linear layer.

    Each returns the same as torch up to rounding. Callers use `ignored_overflow`.

    Parameters
    ----------
    weight, grad_weight : Tensor of shape (M, fan_in, fan_out)
        The weights on the CPU, and their gradients.
    """

    def __init__(self, weight: Tensor, grad_weight: Tensor) -> None:
        *_, fan_in, self._fan_out = weight.shape
        self._weight, self._grad_weight = weight.numpy(), grad_weight.numpy()
        self._transposed = weight.mT
        self._is_double = weight.dtype == torch.float64
        self._max_rows = _MAX_MULTIPLICATIONS // max(1, fan_in * self._fan_out)

    def take(self, x: Tensor) -> bool:
        """Return whether the products with an input of shape (M, B, n) are small."""
        return x.shape[-2] <= self._max_rows and is_numpy_allowed()

    def add_product(self, summand: Tensor, x: Tensor) -> Tensor:
        """Return x · weight + summand."""
        out = x.new_empty(*x.shape[:-1], self._fan_out)
        np.matmul(x.numpy(), self._weight, out=out.numpy())
        return out.add_(summand)

    def differentiate_weight(self, x: Tensor, grad_output: Tensor) -> None:
        """Set the gradient of the weight to xᵀ · grad_output."""
        np.matmul(x.numpy().swapaxes(1, 2), grad_output.numpy(), out=self._grad_weight)

    def differentiate_input(self, grad_output: Tensor) -> Tensor:
        """Return grad_output · weightᵀ, the gradient of the input."""
        if self._fan_out == 1:
            return grad_output * self._transposed
        if not self._is_double:
            return torch.bmm(grad_output, self._transposed)
        grad_input = grad_output.new_empty(*grad_output.shape[:-1], self._weight.shape[-2])
        np.matmul(grad_output.numpy(), self._weight.swapaxes(1, 2), out=grad_input.numpy())
        return grad_input


def small_products(weight: Tensor, grad_weight: Tensor) -> SmallProducts | None:
    """Return the products by numpy; None where it cannot make them, and for a single network."""
    is_stack = weight.ndim == 3
    return SmallProducts(weight, grad_weight) if is_stack and may_use_numpy(weight) else None
