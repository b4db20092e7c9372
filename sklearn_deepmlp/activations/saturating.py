"""Sigmoid functions, which saturate on both sides."""

from __future__ import annotations

import torch
from torch import Tensor

from sklearn_deepmlp._by_numpy import tanh
from sklearn_deepmlp._compat.torch import sigmoid_backward, tanh_backward
from sklearn_deepmlp.activations.base import Activation


class Logistic(Activation):
    r"""Logistic function σ(z) = 1 / (1 + exp(−z)); saturates at 0 and 1, not centered on 0.

    Notes
    -----
    .. math:: f(z) = \sigma(z) = \frac{1}{1 + e^{-z}}

    .. math:: f'(z) = f(z)\,(1 - f(z))

    Range
        (0, 1), with f(0) = 1/2. The derivative is at most 1/4, at 0, and close to 0 on both sides.
    When to use it
        For comparison, and in networks of one or two hidden layers. In deep ones the gradient
        vanishes: each layer passes back at most a quarter of it, times its weights, and as outputs
        are positive, each layer also shifts the mean of the next one's input (Glorot and Bengio
        2010).
    Cost
        One exponential, and a derivative that follows from the output.

    References
    ----------
    Glorot and Bengio (2010). *Understanding the difficulty of training deep feedforward neural
    networks.* `PMLR 9, 249–256 <https://proceedings.mlr.press/v9/glorot10a.html>`__
    """

    saved_for_backward = "output"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return torch.sigmoid(z, out=out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return sigmoid_backward(grad_output, saved, out=out)


class Tanh(Activation):
    r"""Hyperbolic tangent tanh(z); saturates at −1 and 1.

    Notes
    -----
    .. math:: f(z) = \tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}

    .. math:: f'(z) = 1 - f(z)^2

    Range
        (−1, 1), centered on 0. The derivative is 1 at 0 and close to 0 beyond ±3. It is the
        logistic function, stretched: tanh(z) = 2σ(2z) − 1.
    When to use it
        Where outputs of hidden units should be bounded and centered. It trains at greater depth
        than the logistic function, but still saturates if the weights are large.
    Cost
        One exponential, and a derivative that follows from the output.

    References
    ----------
    Glorot and Bengio (2010). *Understanding the difficulty of training deep feedforward neural
    networks.* `PMLR 9, 249–256 <https://proceedings.mlr.press/v9/glorot10a.html>`__
    """

    saved_for_backward = "output"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return tanh(z, out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return tanh_backward(grad_output, saved, out=out)
