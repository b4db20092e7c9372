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
    """Rectified linear unit max(0, z), whose units can die."""

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
    """Leaky ReLU max(αz, z), which has slope α below 0.

    Parameters
    ----------
    negative_slope : float in [0, 1], default=0.2
        Slope α below 0. Xu et al. (2015, arXiv:1505.00853) found large leaks (0.2)
        better than small ones (0.01).
    """

    saved_for_backward = "output"
    _parameter_constraints = {"negative_slope": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, negative_slope: float = 0.2) -> None:
        self.negative_slope = negative_slope


class RReLU(_Rectifier):
    """Randomized leaky ReLU: max(αz, z), with a random α per row and unit at each training step.

    Prediction uses the mean slope (Xu et al. 2015, arXiv:1505.00853).

    Parameters
    ----------
    lower, upper : float in [0, 1], default=1/8, 1/3
        Bounds of the uniform distribution of α.
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
    """Parametric ReLU: z above 0 and αz below, with a slope α that each unit learns.

    See He et al. (2015, arXiv:1502.01852).

    Parameters
    ----------
    negative_slope : float, default=0.25
        Initial value of the slope α.
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
