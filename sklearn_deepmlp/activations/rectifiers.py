"""Rectifiers: two linear pieces that meet at 0."""

from __future__ import annotations

from numbers import Real

import torch
from torch import Tensor

from sklearn_deepmlp._compat.sklearn import Interval
from sklearn_deepmlp._compat.torch import (
    leaky_relu,
    leaky_relu_backward,
    prelu,
    threshold_backward,
)
from sklearn_deepmlp._types import Number
from sklearn_deepmlp.activations.base import Activation


class _Rectifier(Activation):
    """Two linear pieces that meet at 0."""

    default_init = "he_normal"
    homogeneous = True


class ReLU(_Rectifier):
    r"""Rectified linear unit max(0, z), whose units can die.

    Notes
    -----
    .. math:: f(z) = \max(0, z)

    .. math:: f'(z) = \begin{cases} 1 & \text{if } z > 0 \\ 0 & \text{if } z \le 0 \end{cases}

    (At 0, where f has a kink, the derivative is taken as 0.)

    Range
        [0, ∞). It does not saturate above 0.
    When to use it
        As a first try: it is often as good as the others. A unit whose weighted sum is negative for
        all rows outputs 0 and receives no gradient, so it is dead. Large learning rates cause many
        dead units; a leaky function, ELU or a smooth function avoids them.
    Cost
        One comparison: the cheapest function that is not linear.

    References
    ----------
    Nair and Hinton (2010). *Rectified linear units improve restricted Boltzmann machines.* ICML.
    """

    saved_for_backward = "output"

    def function(self, z: Tensor, *, out: Tensor | None = None) -> Tensor:
        return torch.relu(z) if out is None else torch.clamp_min(z, 0, out=out)

    def backward(self, grad_output: Tensor, saved: Tensor, *, out: Tensor | None = None) -> Tensor:
        return threshold_backward(grad_output, saved, 0, out=out)


def _leaky(z: Tensor, slope: Number, out: Tensor | None) -> Tensor:
    if isinstance(slope, Tensor):
        return prelu(z, slope)
    return leaky_relu(z, slope, out=out)


def _leaky_backward(
    grad_output: Tensor, saved: Tensor, slope: Number, out: Tensor | None
) -> Tensor:
    if isinstance(slope, Tensor):
        above_0 = threshold_backward(grad_output, saved, 0)
        # an eighth of the time of torch.where
        return torch.lerp(above_0, grad_output, slope, out=out)
    return leaky_relu_backward(grad_output, saved, slope, False, out=out)


class _OneSlope(_Rectifier):
    """A rectifier with one hyperparameter, its slope below 0."""

    def function(self, z: Tensor, *, negative_slope: Number, out: Tensor | None = None) -> Tensor:
        return _leaky(z, negative_slope, out)

    def backward(
        self,
        grad_output: Tensor,
        saved: Tensor,
        *,
        negative_slope: Number,
        out: Tensor | None = None,
    ) -> Tensor:
        return _leaky_backward(grad_output, saved, negative_slope, out)


class LeakyReLU(_OneSlope):
    r"""Leaky ReLU max(αz, z), which has slope α below 0.

    Parameters
    ----------
    negative_slope : float in [0, 1], default=0.2
        Slope α below 0. Xu et al. (2015) found large leaks (0.2) better than small ones (0.01).

    Notes
    -----
    .. math:: f(z) = \max(\alpha\,z, z)

    .. math:: f'(z) = \begin{cases} 1 & \text{if } z > 0 \\ \alpha & \text{if } z \le 0 \end{cases}

    Range
        All real numbers, if α is above 0.
    When to use it
        Where ReLU units die, and where prediction must be quick. A unit always receives a gradient,
        so it can recover.
    Cost
        Hardly more than ReLU.

    References
    ----------
    Xu, Wang, Chen and Li (2015). *Empirical evaluation of rectified activations in convolutional
    network.* `arXiv:1505.00853 <https://arxiv.org/abs/1505.00853>`__
    """

    saved_for_backward = "output"
    _parameter_constraints = {"negative_slope": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, negative_slope: float = 0.2) -> None:
        self.negative_slope = negative_slope


class RReLU(_Rectifier):
    r"""Randomized leaky ReLU: max(αz, z), with a random α per row and unit at each training step.

    Prediction uses the mean slope.

    Parameters
    ----------
    lower, upper : float in [0, 1], default=1/8, 1/3
        Bounds of the uniform distribution of α.

    Notes
    -----
    .. math:: f(z) = \max(\alpha\,z, z)

    .. math:: f'(z) = \begin{cases} 1 & \text{if } z > 0 \\ \alpha & \text{if } z \le 0 \end{cases}

    In training, α is uniform between `lower` and `upper`; in prediction it is their mean, which is
    11/48 ≈ 0.229 by default.

    Range
        All real numbers.
    When to use it
        Where a network overfits: the noise acts as a regularizer. It cannot be combined with
        ``solver="lbfgs"``, which needs the exact loss.
    Cost
        A random number per row and unit in training; in prediction that of leaky ReLU.

    References
    ----------
    Xu, Wang, Chen and Li (2015). *Empirical evaluation of rectified activations in convolutional
    network.* `arXiv:1505.00853 <https://arxiv.org/abs/1505.00853>`__
    """

    noisy = True
    saved_for_backward = "output"
    _parameter_constraints = {
        "lower": [Interval(Real, 0, 1, closed="both")],
        "upper": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3) -> None:
        self.lower = lower
        self.upper = upper

    def _validate_params(self) -> None:
        super()._validate_params()
        if self.lower > self.upper:
            raise ValueError(
                "The 'lower' parameter of RReLU must be at most its 'upper' parameter, "
                f"{self.upper!r}. Got {self.lower!r} instead."
            )

    def function(
        self, z: Tensor, *, lower: Number, upper: Number, out: Tensor | None = None
    ) -> Tensor:
        return _leaky(z, _middle(lower, upper), out)

    def sample_hyperparameters(
        self, uniform: Tensor, *, lower: Number, upper: Number
    ) -> dict[str, Number]:
        slope = lower + (upper - lower) * uniform
        return {"lower": slope, "upper": slope}

    def backward(
        self,
        grad_output: Tensor,
        saved: Tensor,
        *,
        lower: Number,
        upper: Number,
        out: Tensor | None = None,
    ) -> Tensor:
        return _leaky_backward(grad_output, saved, _middle(lower, upper), out)


def _middle(lower: Number, upper: Number) -> Number:
    """Return the mean; a slope that was drawn is both bounds."""
    return lower if lower is upper else (lower + upper) / 2


class PReLU(_OneSlope):
    r"""Parametric ReLU: z above 0 and αz below, with a slope α that each unit learns.

    Parameters
    ----------
    negative_slope : float, default=0.25
        Initial value of the slope α.

    Notes
    -----
    .. math::

        f(z) = \begin{cases} z & \text{if } z > 0 \\
               \alpha\,z & \text{if } z \le 0 \end{cases}

    .. math:: f'(z) = \begin{cases} 1 & \text{if } z > 0 \\ \alpha & \text{if } z \le 0 \end{cases}

    .. math:: \frac{\partial f}{\partial\alpha} = \min(0, z)

    The penalty `alpha` of an estimator does not apply to the slopes. After `fit` they are in
    `activation_params_`.

    Range
        All real numbers, if α is above 0.
    When to use it
        With much data. Xu et al. (2015) report that it overfits on small data sets.
    Cost
        A product and a comparison, and in training the gradients of the slopes.

    References
    ----------
    He, Zhang, Ren and Sun (2015). *Delving deep into rectifiers: surpassing human-level performance
    on ImageNet classification.* `arXiv:1502.01852 <https://arxiv.org/abs/1502.01852>`__

    Xu, Wang, Chen and Li (2015). *Empirical evaluation of rectified activations in convolutional
    network.* `arXiv:1505.00853 <https://arxiv.org/abs/1505.00853>`__
    """

    saved_for_backward = "input"
    _parameter_constraints = {"negative_slope": [Interval(Real, None, None, closed="neither")]}

    def __init__(self, negative_slope: float = 0.25) -> None:
        self.negative_slope = negative_slope

    def backward_learned(
        self, grad_output: Tensor, saved: Tensor, *, negative_slope: Number
    ) -> tuple[Tensor, ...]:
        return (grad_output * saved.clamp(max=0),)

    def learned(self) -> tuple[str, ...]:
        return ("negative_slope",)
