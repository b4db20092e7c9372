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
    r"""Exponential linear unit: z above 0 and α(exp(z) − 1) below.

    Parameters
    ----------
    alpha : float > 0, default=1.0
        Limit α: the function approaches −α where z is very negative.

    Notes
    -----
    .. math::

        f(z) = \begin{cases} z & \text{if } z > 0 \\
               \alpha\,(e^{z} - 1) & \text{if } z \le 0 \end{cases}

    .. math::

        f'(z) = \begin{cases} 1 & \text{if } z > 0 \\
                \alpha\,e^{z} & \text{if } z \le 0 \end{cases}

    Range
        (−α, ∞). With α = 1 the derivative is continuous at 0 too.
    When to use it
        Where ReLU units die and an exponential is not too expensive. Negative outputs bring the
        mean of a unit closer to 0 than with ReLU, which Clevert et al. (2015) found to speed up
        learning.
    Cost
        An exponential below 0, in training and in prediction.

    References
    ----------
    Clevert, Unterthiner and Hochreiter (2015). *Fast and accurate deep network learning by
    exponential linear units (ELUs).* `arXiv:1511.07289 <https://arxiv.org/abs/1511.07289>`__
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
    r"""Scaled ELU: λ·ELU(z) with α ≈ 1.6733 and λ ≈ 1.0507.

    It is self-normalizing: in a plain network, on standardized features and LeCun normal
    weights, activations keep mean 0 and variance 1 through any depth.

    Notes
    -----
    .. math::

        f(z) = \begin{cases} \lambda\,z & \text{if } z > 0 \\
               \lambda\,\alpha\,(e^{z} - 1) & \text{if } z \le 0 \end{cases}

    .. math::

        f'(z) = \begin{cases} \lambda & \text{if } z > 0 \\
                \lambda\,\alpha\,e^{z} & \text{if } z \le 0 \end{cases}

    Range
        (−λα, ∞), with λα ≈ 1.758.
    When to use it
        In deep plain networks on standardized features, without penalty, normalization and skip
        connections. `fit` checks these conditions.
    Cost
        As ELU.

    References
    ----------
    Klambauer, Unterthiner, Mayr and Hochreiter (2017). *Self-normalizing neural networks.*
    `arXiv:1706.02515 <https://arxiv.org/abs/1706.02515>`__
    """

    default_init = "lecun_normal"
    self_normalizing = True
    saved_for_backward = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.selu(z)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return _elu_backward(grad_output, saved, SELU_ALPHA, SELU_SCALE, out)
