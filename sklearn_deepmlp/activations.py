"""The activation functions of hidden layers, one class a function.

To add one, write its class here and give it a name in ``ACTIVATIONS``: parameter checks,
``init="auto"``, dropout, tests and documentation follow from the class.

Notation: ``z`` is a unit's weighted sum of inputs plus bias, ``σ`` the logistic function.
"""

from __future__ import annotations

from numbers import Real

import torch
from torch import Tensor
from torch.nn import functional as F

from sklearn_deepmlp._activation import Activation, Number
from sklearn_deepmlp._compat.sklearn import Interval
from sklearn_deepmlp._compat.torch import (
    elu_backward,
    gelu_backward,
    leaky_relu_backward,
    mish_backward,
    prelu,
    sigmoid_backward,
    silu_backward,
    tanh_backward,
    threshold_backward,
)

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "SELU",
    "Activation",
    "GELUSigmoid",
    "Identity",
    "LeakyReLU",
    "Logistic",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "Swish",
    "Tanh",
]


class Identity(Activation):
    """Identity function f(z) = z, which makes the whole network linear."""

    homogeneous = True
    keeps = "output"

    def function(self, z: Tensor) -> Tensor:
        return z

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return slopes


class Logistic(Activation):
    """Logistic function σ(z) = 1 / (1 + exp(−z)); saturates at 0 and 1, is not centred on 0."""

    keeps = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.sigmoid(z)

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return sigmoid_backward(slopes, kept)


class Tanh(Activation):
    """Hyperbolic tangent tanh(z); saturates at −1 and 1."""

    keeps = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.tanh(z)

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return tanh_backward(slopes, kept)


class _Rectifier(Activation):
    """Two linear pieces that meet at 0."""

    default_init = "he_normal"
    homogeneous = True


class ReLU(_Rectifier):
    """Rectified linear unit max(0, z), whose units can die."""

    keeps = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.relu(z)

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return threshold_backward(slopes, kept, 0)


def _leaky(z: Tensor, slope: Number) -> Tensor:
    if isinstance(slope, Tensor):
        return prelu(z, slope)
    return F.leaky_relu(z, slope)


def _leaky_backward(slopes: Tensor, kept: Tensor, slope: Number) -> Tensor:
    if isinstance(slope, Tensor):
        above_0 = threshold_backward(slopes, kept, 0)
        return torch.lerp(above_0, slopes, slope)  # an eighth of the time of torch.where
    return leaky_relu_backward(slopes, kept, slope, False)


class LeakyReLU(_Rectifier):
    """Leaky ReLU max(αz, z), which leaks below 0.

    Parameters
    ----------
    negative_slope : float in [0, 1], default=0.2
        Slope α below 0. Xu et al. (2015, arXiv:1505.00853) found large leaks (0.2)
        better than small ones (0.01).
    """

    keeps = "output"
    _parameter_constraints = {"negative_slope": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, negative_slope: float = 0.2) -> None:
        self.negative_slope = negative_slope

    def function(self, z: Tensor, *, negative_slope: Number) -> Tensor:
        return _leaky(z, negative_slope)

    def backward(self, slopes: Tensor, kept: Tensor, *, negative_slope: Number) -> Tensor:
        return _leaky_backward(slopes, kept, negative_slope)


class RReLU(_Rectifier):
    """Randomized leaky ReLU: max(αz, z), a random α for each row and unit at each training step.

    Prediction uses the mean slope (Xu et al. 2015, arXiv:1505.00853).

    Parameters
    ----------
    lower, upper : float in [0, 1], default=1/8, 1/3
        Bounds of the uniform distribution of α.
    """

    noisy = True
    keeps = "output"
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

    def function(self, z: Tensor, *, lower: Number, upper: Number) -> Tensor:
        return _leaky(z, (lower + upper) / 2)

    def training_numbers(
        self, uniform: Tensor, *, lower: Number, upper: Number
    ) -> dict[str, Number]:
        slope = lower + (upper - lower) * uniform
        return {"lower": slope, "upper": slope}

    def backward(self, slopes: Tensor, kept: Tensor, *, lower: Number, upper: Number) -> Tensor:
        return _leaky_backward(slopes, kept, (lower + upper) / 2)


class PReLU(_Rectifier):
    """Parametric ReLU: z above 0 and αz below, with a slope α that each unit learns.

    See He et al. (2015, arXiv:1502.01852).

    Parameters
    ----------
    negative_slope : float, default=0.25
        The slope that training starts from.
    """

    keeps = "input"
    _parameter_constraints = {"negative_slope": [Interval(Real, None, None, closed="neither")]}

    def __init__(self, negative_slope: float = 0.25) -> None:
        self.negative_slope = negative_slope

    def function(self, z: Tensor, *, negative_slope: Number) -> Tensor:
        return _leaky(z, negative_slope)

    def backward(self, slopes: Tensor, kept: Tensor, *, negative_slope: Number) -> Tensor:
        return _leaky_backward(slopes, kept, negative_slope)

    def backward_learned(
        self, slopes: Tensor, kept: Tensor, *, negative_slope: Number
    ) -> tuple[Tensor, ...]:
        return (slopes * kept.clamp(max=0),)

    def learned(self) -> tuple[str, ...]:
        return ("negative_slope",)


class ELU(Activation):
    """Exponential linear unit: z above 0 and α(exp(z) − 1) below.

    See Clevert et al. (2015, arXiv:1511.07289).

    Parameters
    ----------
    alpha : float > 0, default=1.0
        Limit α: the function approaches −α where z is very negative.
    """

    default_init = "he_normal"
    keeps = "output"
    _parameter_constraints = {"alpha": [Interval(Real, 0, None, closed="neither")]}

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def function(self, z: Tensor, *, alpha: Number) -> Tensor:
        if isinstance(alpha, Tensor):
            return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))
        return F.elu(z, alpha)

    def backward(self, slopes: Tensor, kept: Tensor, *, alpha: Number) -> Tensor:
        if isinstance(alpha, Tensor):
            return torch.where(kept > 0, slopes, slopes * (kept + alpha))
        return _elu_backward(slopes, kept, alpha)


def _elu_backward(slopes: Tensor, kept: Tensor, alpha: float, scale: float = 1.0) -> Tensor:
    return elu_backward(slopes, alpha, scale, 1.0, True, kept)  # of the output


# α and λ to the digits of Klambauer et al. (2017)
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


class SELU(Activation):
    """Scaled ELU: λ·ELU(z) with α ≈ 1.6733 and λ ≈ 1.0507.

    It is self-normalizing: in a plain network, on standardized features and LeCun normal
    weights, activations keep mean 0 and variance 1 through any depth (Klambauer et al. 2017,
    arXiv:1706.02515).
    """

    default_init = "lecun_normal"
    self_normalizing = True
    keeps = "output"

    def function(self, z: Tensor) -> Tensor:
        return torch.selu(z)

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return _elu_backward(slopes, kept, SELU_ALPHA, SELU_SCALE)


class GELU(Activation):
    """Gaussian error linear unit zΦ(z), Φ the normal distribution function (arXiv:1606.08415)."""

    default_init = "he_normal"
    keeps = "input"

    def function(self, z: Tensor) -> Tensor:
        return F.gelu(z)

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return gelu_backward(slopes, kept)


def _swish_backward(slopes: Tensor, z: Tensor, beta: Number) -> Tensor:
    sigmoid = torch.sigmoid(beta * z)
    return slopes * sigmoid * (1 + beta * z * (1 - sigmoid))


class GELUSigmoid(Activation):
    """Approximation zσ(1.702z) of GELU, faster to compute (arXiv:1606.08415)."""

    default_init = "he_normal"
    keeps = "input"

    def function(self, z: Tensor) -> Tensor:
        return z * torch.sigmoid(1.702 * z)

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return _swish_backward(slopes, kept, 1.702)


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
    keeps = "input"
    _parameter_constraints = {
        "beta": [Interval(Real, None, None, closed="neither")],
        "trainable": ["boolean"],
    }

    def __init__(self, beta: float = 1.0, trainable: bool = False) -> None:
        self.beta = beta
        self.trainable = trainable

    def function(self, z: Tensor, *, beta: Number) -> Tensor:
        if isinstance(beta, float) and beta == 1.0:
            return F.silu(z)
        return z * torch.sigmoid(beta * z)

    def backward(self, slopes: Tensor, kept: Tensor, *, beta: Number) -> Tensor:
        if isinstance(beta, float) and beta == 1.0:
            return silu_backward(slopes, kept)
        return _swish_backward(slopes, kept, beta)

    def backward_learned(self, slopes: Tensor, kept: Tensor, *, beta: Number) -> tuple[Tensor, ...]:
        sigmoid = torch.sigmoid(beta * kept)
        return (slopes * kept.square() * sigmoid * (1 - sigmoid),)

    def learned(self) -> tuple[str, ...]:
        return ("beta",) if self.trainable else ()


class Mish(Activation):
    """Mish z·tanh(softplus(z)), softplus(z) = log(1 + exp(z)) (Misra 2019, arXiv:1908.08681)."""

    default_init = "he_normal"
    keeps = "input"

    def function(self, z: Tensor) -> Tensor:
        return F.mish(z)

    def backward(self, slopes: Tensor, kept: Tensor) -> Tensor:
        return mish_backward(slopes, kept)


ACTIVATIONS: dict[str, type[Activation]] = {
    "identity": Identity,
    "logistic": Logistic,
    "sigmoid": Logistic,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "rrelu": RReLU,
    "prelu": PReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "gelu_sigmoid": GELUSigmoid,
    "swish": Swish,
    "silu": Swish,
    "mish": Mish,
}
