"""Smooth functions that are not monotonic: z times a sigmoid-shaped function of z."""

from __future__ import annotations

from numbers import Real

import torch
from torch import Tensor

from sklearn_deepmlp._by_numpy import mish, mish_backward
from sklearn_deepmlp._compat.sklearn import Interval
from sklearn_deepmlp._compat.torch import gelu, gelu_backward, silu, silu_backward
from sklearn_deepmlp._types import Number
from sklearn_deepmlp.activations.base import Activation

_GELU_BETA = 1.702  # the β of the Swish that is closest to GELU (Hendrycks and Gimpel 2016)


class GELU(Activation):
    """Gaussian error linear unit zΦ(z), with the standard normal CDF Φ (arXiv:1606.08415)."""

    default_init = "he_normal"
    saved_for_backward = "input"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return gelu(z, out=out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return gelu_backward(grad_output, saved, out=out)


def _swish_backward(grad_output: Tensor, z: Tensor, beta: Number) -> Tensor:
    sigmoid = torch.sigmoid(beta * z)
    return grad_output * sigmoid * (1 + beta * z * (1 - sigmoid))


class GELUSigmoid(Activation):
    """Approximation zσ(1.702z) of GELU, faster to compute (arXiv:1606.08415)."""

    default_init = "he_normal"
    saved_for_backward = "input"

    def function(self, z: Tensor) -> Tensor:
        return z * torch.sigmoid(_GELU_BETA * z)

    def backward(self, grad_output: Tensor, saved: Tensor) -> Tensor:
        return _swish_backward(grad_output, saved, _GELU_BETA)


class Swish(Activation):
    """Swish zσ(βz) (Ramachandran et al. 2017, arXiv:1710.05941).

    Parameters
    ----------
    beta : float, default=1.0
        Factor β; 1 gives SiLU, 1.702 nearly GELU.
    trainable : bool, default=False
        Whether each unit learns its own β, starting from `beta`.
    """

    default_init = "he_normal"
    saved_for_backward = "input"
    _parameter_constraints = {
        "beta": [Interval(Real, None, None, closed="neither")],
        "trainable": ["boolean"],
    }

    def __init__(self, beta: float = 1.0, trainable: bool = False) -> None:
        self.beta = beta
        self.trainable = trainable

    def function(self, z: Tensor, *, beta: Number, out: Tensor | None = None) -> Tensor:
        if isinstance(beta, float) and beta == 1.0:
            return silu(z, out=out)
        return z * torch.sigmoid(beta * z)

    def backward(
        self, grad_output: Tensor, saved: Tensor, *, beta: Number, out: Tensor | None = None
    ) -> Tensor:
        if isinstance(beta, float) and beta == 1.0:
            return silu_backward(grad_output, saved, out=out)
        return _swish_backward(grad_output, saved, beta)

    def backward_learned(
        self, grad_output: Tensor, saved: Tensor, *, beta: Number
    ) -> tuple[Tensor, ...]:
        sigmoid = torch.sigmoid(beta * saved)
        return (grad_output * saved.square() * sigmoid * (1 - sigmoid),)

    def learned(self) -> tuple[str, ...]:
        return ("beta",) if self.trainable else ()


class Mish(Activation):
    """Mish z·tanh(softplus(z)), softplus(z) = log(1 + exp(z)) (Misra 2019, arXiv:1908.08681)."""

    default_init = "he_normal"
    saved_for_backward = "input"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return mish(z, out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return mish_backward(grad_output, saved, out)
