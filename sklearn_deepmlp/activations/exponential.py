"""Functions that are linear above 0 and exponential below."""

from __future__ import annotations

from numbers import Real

import torch
from torch import Tensor

from sklearn_deepmlp._by_numpy import elu
from sklearn_deepmlp._compat.sklearn import Interval
from sklearn_deepmlp._compat.torch import elu_backward
from sklearn_deepmlp._types import Number
from sklearn_deepmlp.activations.base import Activation

# α and λ of Klambauer et al. (2017), to as many digits as their code has
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def _elu_backward(
    grad_output: Tensor, output: Tensor, alpha: float, scale: float, out: Tensor | None
) -> Tensor:
    input_scale, is_output = 1.0, True
    return elu_backward(grad_output, alpha, scale, input_scale, is_output, output, out=out)


class ELU(Activation):
    """Exponential linear unit: z above 0 and α(exp(z) − 1) below.

    See Clevert et al. (2015, arXiv:1511.07289).

    Parameters
    ----------
    alpha : float > 0, default=1.0
        Limit α: the function approaches −α where z is very negative.
    """

    default_init = "he_normal"
    saved_for_backward = "output"
    _parameter_constraints = {"alpha": [Interval(Real, 0, None, closed="neither")]}

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def function(self, z: Tensor, *, alpha: Number, out: Tensor | None = None) -> Tensor:
        if isinstance(alpha, Tensor):
            return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))
        return elu(z, alpha, out)

    def backward(
        self, grad_output: Tensor, saved: Tensor, *, alpha: Number, out: Tensor | None = None
    ) -> Tensor:
        if isinstance(alpha, Tensor):
            return torch.where(saved > 0, grad_output, grad_output * (saved + alpha))
        return _elu_backward(grad_output, saved, alpha, 1.0, out)


class SELU(Activation):
    """Scaled ELU: λ·ELU(z) with α ≈ 1.6733 and λ ≈ 1.0507.

    It is self-normalizing: in a plain network, on standardized features and LeCun normal
    weights, activations keep mean 0 and variance 1 through any depth (Klambauer et al. 2017,
    arXiv:1706.02515).
    """

    default_init = "lecun_normal"
    self_normalizing = True
    saved_for_backward = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.selu(z)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return _elu_backward(grad_output, saved, SELU_ALPHA, SELU_SCALE, out)
