"""Sigmoid functions, which saturate on both sides."""

from __future__ import annotations

import torch
from torch import Tensor

from sklearn_deepmlp._compat.torch import sigmoid_backward, tanh_backward
from sklearn_deepmlp.activations.base import Activation


class Logistic(Activation):
    """Logistic function σ(z) = 1 / (1 + exp(−z)); saturates at 0 and 1, not centred on 0."""

    saved_for_backward = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.sigmoid(z)

    def backward(self, grad_output: Tensor, saved: Tensor) -> Tensor:
        return sigmoid_backward(grad_output, saved)


class Tanh(Activation):
    """Hyperbolic tangent tanh(z); saturates at −1 and 1."""

    saved_for_backward = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.tanh(z)

    def backward(self, grad_output: Tensor, saved: Tensor) -> Tensor:
        return tanh_backward(grad_output, saved)
