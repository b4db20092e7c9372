"""The linear activation function."""

from __future__ import annotations

from torch import Tensor

from sklearn_deepmlp.activations.base import Activation


class Identity(Activation):
    """Identity function f(z) = z, which makes the whole network linear.

    Notes
    -----
    .. math:: f(z) = z

    .. math:: f'(z) = 1

    Range
        All real numbers.
    When to use it
        As a baseline: whatever its depth, the network computes no more than a linear model does.
    Cost
        None.
    """

    homogeneous = True
    saved_for_backward = "output"

    def function(self, z: Tensor) -> Tensor:
        return z

    def backward(self, grad_output: Tensor, saved: Tensor) -> Tensor:
        return grad_output
