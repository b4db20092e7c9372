"""The activation functions of hidden layers, one class a function.

To add one, write its class here and give it a name in ``ACTIVATIONS``: parameter checks,
``init="auto"``, dropout, tests and documentation follow from the class.

Notation: ``z`` is a unit's weighted sum of inputs plus bias, ``σ`` the logistic function.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Real
from typing import Any, ClassVar

import torch
from sklearn.base import BaseEstimator
from torch import Tensor
from torch.nn import functional as F

from sklearn_deepmlp._sklearn import Interval

Number = float | Tensor


class Activation(BaseEstimator, ABC):
    """Base class of activation functions; derive from it to make one of your own.

    An activation is a value: it holds hyperparameters, never tensors, and is cloned, printed,
    validated and searched as any scikit-learn object. Derivatives come from autograd.

    A subclass writes `function`; its constructor stores its parameters unchanged, as
    scikit-learn asks. All numbers among them are hyperparameters and reach `function` as
    keywords, because networks trained together may differ in them. The remaining class
    attributes and methods have defaults that suit most functions.

    Attributes
    ----------
    default_init : str
        Name of the initialization that ``init="auto"`` takes for this function.
    self_normalizing : bool
        Whether networks of this function keep activations at mean 0 and variance 1, given
        the conditions of Klambauer et al. (2017), which `fit` then checks.
    noisy : bool
        Whether training uses `training_function` instead of `function`.

    Examples
    --------
    >>> from sklearn_deepmlp import DeepMLPClassifier
    >>> from sklearn_deepmlp.activations import Activation
    >>> class Softsign(Activation):
    ...     default_init = "glorot_normal"
    ...
    ...     def __init__(self, steepness=1.0):
    ...         self.steepness = steepness
    ...
    ...     def function(self, z, *, steepness):
    ...         return steepness * z / (1 + (steepness * z).abs())
    >>> DeepMLPClassifier(activation=Softsign(steepness=2.0))
    DeepMLPClassifier(activation=Softsign(steepness=2.0))
    """

    default_init: ClassVar[str] = "glorot_normal"
    self_normalizing: ClassVar[bool] = False
    noisy: ClassVar[bool] = False
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    @abstractmethod
    def function(self, z: Tensor, **hyperparameters: Any) -> Tensor:
        """Compute the activation, elementwise.

        Parameters
        ----------
        z : Tensor of shape (networks, rows, units)
            Pre-activations.
        **hyperparameters : float or Tensor
            The numbers of the constructor by name: floats, or tensors that broadcast to `z`
            where networks differ in them or learn them.

        Returns
        -------
        Tensor of shape (networks, rows, units)
        """

    def training_function(self, z: Tensor, uniform: Tensor, **hyperparameters: Any) -> Tensor:
        """Compute the activation while training, where `noisy` is true.

        Parameters
        ----------
        z : Tensor of shape (networks, rows, units)
            Pre-activations.
        uniform : Tensor of shape (networks, rows, units)
            Independent draws from the uniform distribution on [0, 1).
        **hyperparameters : float or Tensor
            As in `function`.

        Returns
        -------
        Tensor of shape (networks, rows, units)
        """
        return self.function(z, **hyperparameters)

    def hyperparameters(self) -> dict[str, float]:
        """Return the numbers among the constructor's parameters, by name."""
        return {
            name: float(value)
            for name, value in self.get_params(deep=False).items()
            if isinstance(value, Real) and not isinstance(value, bool)
        }

    def learned(self) -> tuple[str, ...]:
        """Return which hyperparameters training adjusts, one value a unit, from their start."""
        return ()


class Identity(Activation):
    """Identity function f(z) = z, which makes the whole network linear."""

    def function(self, z: Tensor) -> Tensor:
        return z


class Logistic(Activation):
    """Logistic function σ(z) = 1 / (1 + exp(−z)); saturates at 0 and 1, is not centred on 0."""

    def function(self, z: Tensor) -> Tensor:
        return torch.sigmoid(z)


class Tanh(Activation):
    """Hyperbolic tangent tanh(z); saturates at −1 and 1."""

    def function(self, z: Tensor) -> Tensor:
        return torch.tanh(z)


class ReLU(Activation):
    """Rectified linear unit max(0, z), whose units can die."""

    default_init = "he_normal"

    def function(self, z: Tensor) -> Tensor:
        return torch.relu(z)


def _leaky(z: Tensor, slope: Number) -> Tensor:
    if isinstance(slope, Tensor):
        return torch.where(z > 0, z, slope * z)
    return F.leaky_relu(z, slope)


class LeakyReLU(Activation):
    """Leaky ReLU max(αz, z), which leaks below 0.

    Parameters
    ----------
    negative_slope : float in [0, 1], default=0.2
        Slope α below 0. Xu et al. (2015, arXiv:1505.00853) found large leaks (0.2)
        better than small ones (0.01).
    """

    default_init = "he_normal"
    _parameter_constraints = {"negative_slope": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, negative_slope: float = 0.2) -> None:
        self.negative_slope = negative_slope

    def function(self, z: Tensor, *, negative_slope: Number) -> Tensor:
        return _leaky(z, negative_slope)


class RReLU(Activation):
    """Randomized leaky ReLU: max(αz, z), a random α for each row and unit at each training step.

    Prediction uses the mean slope (Xu et al. 2015, arXiv:1505.00853).

    Parameters
    ----------
    lower, upper : float in [0, 1], default=1/8, 1/3
        Bounds of the uniform distribution of α.
    """

    default_init = "he_normal"
    noisy = True
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

    def training_function(
        self, z: Tensor, uniform: Tensor, *, lower: Number, upper: Number
    ) -> Tensor:
        return _leaky(z, lower + (upper - lower) * uniform)


class PReLU(Activation):
    """Parametric ReLU: z above 0 and αz below, with a slope α that each unit learns.

    See He et al. (2015, arXiv:1502.01852).

    Parameters
    ----------
    negative_slope : float, default=0.25
        The slope that training starts from.
    """

    default_init = "he_normal"
    _parameter_constraints = {"negative_slope": [Interval(Real, None, None, closed="neither")]}

    def __init__(self, negative_slope: float = 0.25) -> None:
        self.negative_slope = negative_slope

    def function(self, z: Tensor, *, negative_slope: Number) -> Tensor:
        return _leaky(z, negative_slope)

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
    _parameter_constraints = {"alpha": [Interval(Real, 0, None, closed="neither")]}

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def function(self, z: Tensor, *, alpha: Number) -> Tensor:
        if isinstance(alpha, Tensor):
            return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))
        return F.elu(z, alpha)


class SELU(Activation):
    """Scaled ELU: λ·ELU(z) with α ≈ 1.6733 and λ ≈ 1.0507.

    It is self-normalizing: in a plain network, on standardized features and LeCun normal
    weights, activations keep mean 0 and variance 1 through any depth (Klambauer et al. 2017,
    arXiv:1706.02515).
    """

    default_init = "lecun_normal"
    self_normalizing = True

    def function(self, z: Tensor) -> Tensor:
        return torch.selu(z)


class GELU(Activation):
    """Gaussian error linear unit zΦ(z), Φ the normal distribution function (arXiv:1606.08415)."""

    default_init = "he_normal"

    def function(self, z: Tensor) -> Tensor:
        return F.gelu(z)


class GELUSigmoid(Activation):
    """Approximation zσ(1.702z) of GELU, faster to compute (arXiv:1606.08415)."""

    default_init = "he_normal"

    def function(self, z: Tensor) -> Tensor:
        return z * torch.sigmoid(1.702 * z)


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

    def learned(self) -> tuple[str, ...]:
        return ("beta",) if self.trainable else ()


class Mish(Activation):
    """Mish z·tanh(softplus(z)), softplus(z) = log(1 + exp(z)) (Misra 2019, arXiv:1908.08681)."""

    default_init = "he_normal"

    def function(self, z: Tensor) -> Tensor:
        return F.mish(z)


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
