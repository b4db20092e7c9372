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
    r"""Gaussian error linear unit zΦ(z), with the standard normal CDF Φ.

    Notes
    -----
    .. math:: f(z) = z\,\Phi(z)

    .. math:: f'(z) = \Phi(z) + z\,\varphi(z)

    Here φ is the standard normal density, the derivative of Φ.

    Range
        [−0.170, ∞), with the minimum at z ≈ −0.752. It is smooth, and neither convex nor monotonic.
    When to use it
        On hard tasks where extra computation is acceptable.
    Cost
        The error function, an exponential, and several products.

    References
    ----------
    Hendrycks and Gimpel (2016). *Gaussian error linear units (GELUs).*
    `arXiv:1606.08415 <https://arxiv.org/abs/1606.08415>`__
    """

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
    r"""Approximation zσ(1.702z) of GELU, by the logistic function σ.

    Notes
    -----
    .. math:: f(z) = z\,s(z)

    .. math:: s(z) = \sigma(1.702\,z)

    .. math:: f'(z) = s(z)\,(1 + 1.702\,z\,(1 - s(z)))

    It is Swish with β = 1.702, and differs from GELU by at most 0.0203, at z = ±2.27.

    Range
        [−0.164, ∞), with the minimum at z ≈ −0.751.
    When to use it
        In place of GELU, where the error function is slow to compute.
    Cost
        An exponential and several products. It is no faster here than GELU, which torch computes in
        one pass.

    References
    ----------
    Hendrycks and Gimpel (2016). *Gaussian error linear units (GELUs).*
    `arXiv:1606.08415 <https://arxiv.org/abs/1606.08415>`__
    """

    default_init = "he_normal"
    saved_for_backward = "input"

    def function(self, z: Tensor) -> Tensor:
        return z * torch.sigmoid(_GELU_BETA * z)

    def backward(self, grad_output: Tensor, saved: Tensor) -> Tensor:
        return _swish_backward(grad_output, saved, _GELU_BETA)


class Swish(Activation):
    r"""Swish zσ(βz), with the logistic function σ.

    Parameters
    ----------
    beta : float, default=1.0
        Factor β; 1 gives SiLU, 1.702 nearly GELU.
    trainable : bool, default=False
        Whether each unit learns its own β, starting from `beta`.

    Notes
    -----
    .. math:: f(z) = z\,s(z)

    .. math:: s(z) = \sigma(\beta\,z)

    .. math:: f'(z) = s(z)\,(1 + \beta\,z\,(1 - s(z)))

    .. math:: \frac{\partial f}{\partial\beta} = z^2\,s(z)\,(1 - s(z))

    With β = 0 it is z/2; with growing β it approaches ReLU. The penalty `alpha` of an estimator
    does not apply to learned values of β. After `fit` they are in `activation_params_`.

    Range
        With β = 1, [−0.278, ∞), with the minimum at z ≈ −1.278. It is smooth, and neither convex
        nor monotonic.
    When to use it
        As the first alternative to ReLU on harder tasks. A trainable β makes the network more
        flexible and more prone to overfitting.
    Cost
        An exponential and several products; with a β other than 1 or a trainable one, several
        passes over the numbers.

    References
    ----------
    Ramachandran, Zoph and Le (2017). *Searching for activation functions.*
    `arXiv:1710.05941 <https://arxiv.org/abs/1710.05941>`__

    Hendrycks and Gimpel (2016). *Gaussian error linear units (GELUs).*
    `arXiv:1606.08415 <https://arxiv.org/abs/1606.08415>`__
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
    r"""Mish z·tanh(softplus(z)), softplus(z) = log(1 + exp(z)).

    Notes
    -----
    .. math:: f(z) = z\,t(z)

    .. math:: t(z) = \tanh(s(z))

    .. math:: s(z) = \log(1 + e^{z})

    .. math:: f'(z) = t(z) + z\,\sigma(z)\,(1 - t(z)^2)

    Here s is the softplus function, whose derivative is the logistic function σ.

    Range
        [−0.309, ∞), with the minimum at z ≈ −1.192. It is smooth, and neither convex nor monotonic.
    When to use it
        On hard tasks, as an alternative to Swish and GELU, where extra computation is acceptable.
    Cost
        Exponentials and a logarithm, in training and in prediction: the most expensive of the
        functions without random or learned numbers.

    References
    ----------
    Misra (2019). *Mish: a self regularized non-monotonic activation function.*
    `arXiv:1908.08681 <https://arxiv.org/abs/1908.08681>`__
    """

    default_init = "he_normal"
    saved_for_backward = "input"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return mish(z, out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return mish_backward(grad_output, saved, out)
