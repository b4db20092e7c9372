"""Sigmoid functions, which saturate on both sides."""

from __future__ import annotations

import torch
from torch import Tensor

from sklearn_deepmlp._by_numpy import tanh
from sklearn_deepmlp._compat.torch import sigmoid_backward, tanh_backward
from sklearn_deepmlp.activations.base import Activation


class Logistic(Activation):
    """Logistic function σ(z) = 1 / (1 + exp(−z)); saturates at 0 and 1, not centred on 0."""

    saved_for_backward = "output"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return torch.sigmoid(z, out=out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return sigmoid_backward(grad_output, saved, out=out)


class Tanh(Activation):
    """Hyperbolic tangent tanh(z); saturates at −1 and 1."""

    saved_for_backward = "output"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return tanh(z, out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return tanh_backward(grad_output, saved, out=out)
