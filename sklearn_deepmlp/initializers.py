"""The random initializations of a layer's weights.

Six of the names stand for one formula, `VarianceScaling`: Glorot, He and LeCun, each with a normal
and a uniform distribution. "standard_normal", of variance 1 whatever the size of the layer, makes
deep networks fail, and is for comparison.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from sklearn_deepmlp import _draws
from sklearn_deepmlp._compat.documentation import LinkedToDocumentation
from sklearn_deepmlp._compat.parameter_hints import HintsAtParameters
from sklearn_deepmlp._compat.sklearn import Interval, str_options


class Initializer(LinkedToDocumentation, HintsAtParameters, BaseEstimator, ABC):
    """Base class of initializations; subclass it to define a custom one.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deepmlp import DeepMLPClassifier
    >>> from sklearn_deepmlp.initializers import Initializer
    >>> class Orthogonal(Initializer):
    ...     def draw(self, fan_in, fan_out, generator):
    ...         normal = generator.standard_normal((max(fan_in, fan_out),) * 2)
    ...         return np.linalg.qr(normal)[0][:fan_in, :fan_out]
    >>> DeepMLPClassifier(init=Orthogonal())
    DeepMLPClassifier(init=Orthogonal())
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    @abstractmethod
    def draw(
        self, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> NDArray[np.float64]:
        """Draw the weights of one layer.

        Parameters
        ----------
        fan_in, fan_out : int
            Number of inputs and of units of the layer.
        generator : numpy.random.Generator
            The only source of randomness to use.

        Returns
        -------
        ndarray of shape (fan_in, fan_out)
        """

    def fill(
        self, out: NDArray[np.floating], generator: np.random.Generator, divisor: float = 1.0
    ) -> None:
        """Draw the weights of one layer into an array.

        Parameters
        ----------
        out : ndarray of shape (fan_in, fan_out)
            Is filled with the weights that `draw` returns, rounded to its dtype. It is contiguous.
        generator : numpy.random.Generator
            The only source of randomness.
        divisor : float, default=1.0
            Weights are divided by it before they are rounded.

        Raises
        ------
        ValueError
            If the weights are not finite numbers of the right shape.
        """
        fan_in, fan_out = out.shape
        weights = np.asarray(self.draw(fan_in, fan_out, generator))
        self._check(weights, out.shape)
        with np.errstate(over="ignore"):  # what is too large for the dtype becomes infinite
            out[...] = weights if divisor == 1 else weights / divisor

    def _check(self, weights: NDArray[Any], shape: tuple[int, ...]) -> None:
        """Refuse what is no array of finite numbers of a shape."""
        has_numbers = weights.dtype.kind in "fiub" and bool(np.isfinite(weights).all())
        if weights.shape != shape or not has_numbers:
            rest = "" if has_numbers else " with entries that are not finite numbers"
            got = f"an array of shape {weights.shape} and {weights.dtype}{rest}"
            raise ValueError(self._message(shape, got))

    def _message(self, shape: tuple[int, ...], got: str) -> str:
        return (
            f"{type(self).__name__}.draw must return finite numbers of shape (fan_in, fan_out) = "
            f"{shape}. Got {got} instead."
        )


class IndependentWeights(Initializer):
    """Base class of initializations whose weights are independent draws from one distribution.

    They are drawn in pieces, and those of a large layer by several threads.
    """

    @abstractmethod
    def sampler(self, fan_in: int, fan_out: int) -> _draws.Draw:
        """Return a function that draws weights of a layer.

        Parameters
        ----------
        fan_in, fan_out : int
            Number of inputs and of units of the layer.

        Returns
        -------
        callable (generator, n) -> ndarray of shape (n,)
        """

    def draw(
        self, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> NDArray[np.float64]:
        weights = np.empty((fan_in, fan_out))
        _draws.fill(weights.reshape(-1), self.sampler(fan_in, fan_out), generator)
        return weights

    def fill(
        self, out: NDArray[np.floating], generator: np.random.Generator, divisor: float = 1.0
    ) -> None:
        if type(self).draw is not IndependentWeights.draw:  # a subclass draws otherwise
            super().fill(out, generator, divisor)
            return
        draw = self.sampler(*out.shape)

        def draw_checked(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
            weights = draw(generator, n)
            if not np.isfinite(weights).all():
                raise ValueError(self._message(out.shape, "numbers that are not finite"))
            return weights if divisor == 1 else weights / divisor

        _draws.fill(out.reshape(-1), draw_checked, generator)


class VarianceScaling(IndependentWeights):
    r"""Weights of mean 0 and variance ``scale / fan``.

    Parameters
    ----------
    scale : float > 0 or "auto", default=1.0
        Numerator of the variance. "auto" is the number that preserves the variance of the
        pre-activations from layer to layer: 1/E[f(z)²] for the estimator's activation f and
        standard normal z, and 1 in the first layer, which no activation precedes. As with
        ``init="auto"``, layers with residual connections divide the variance among them.
    mode : {"fan_in", "fan_avg", "fan_out"}, default="fan_in"
        Denominator of the variance: the number of inputs, the mean of both, or the number
        of units of the layer.
    distribution : {"normal", "uniform"}, default="normal"
        A normal distribution (not truncated), or a uniform one on [−r, r] with
        r = sqrt(3 · scale / fan).

    Notes
    -----
    A sum of fan_in inputs x with independent weights of mean 0 and variance σ² has the variance

    .. math:: \operatorname{Var}(z) = \mathrm{fan}_\mathrm{in}\,\sigma^2 \operatorname{E}(x^2)

    - Glorot: scale 1 and fan_avg, a compromise between the variance of the signal on its way
      forward, which needs fan_in, and of the gradient on its way back, which needs fan_out.
    - He: scale 2 and fan_in, as ReLU halves the mean square; it is "auto" for ReLU.
    - LeCun: scale 1 and fan_in; it is "auto" for SELU.

    References
    ----------
    LeCun, Bottou, Orr and Müller (1998). *Efficient backprop.* In: Neural Networks: Tricks of the
    Trade. Springer.

    Glorot and Bengio (2010). *Understanding the difficulty of training deep feedforward neural
    networks.* `PMLR 9, 249–256 <https://proceedings.mlr.press/v9/glorot10a.html>`__

    He, Zhang, Ren and Sun (2015). *Delving deep into rectifiers: surpassing human-level performance
    on ImageNet classification.* `arXiv:1502.01852 <https://arxiv.org/abs/1502.01852>`__

    Examples
    --------
    >>> from sklearn_deepmlp import DeepMLPClassifier
    >>> from sklearn_deepmlp.initializers import VarianceScaling
    >>> X, y = [[-1.0], [1.0]], [0, 1]
    >>> init = VarianceScaling(scale="auto")
    >>> net = DeepMLPClassifier((8, 8), "relu", init=init, max_iter=1).fit(X, y)
    >>> net.init_
    VarianceScaling(scale=2.0)
    """

    _parameter_constraints = {
        "scale": [Interval(Real, 0, None, closed="neither"), str_options(["auto"])],
        "mode": [str_options(["fan_in", "fan_avg", "fan_out"])],
        "distribution": [str_options(["normal", "uniform"])],
    }

    def __init__(
        self, scale: float | str = 1.0, mode: str = "fan_in", distribution: str = "normal"
    ) -> None:
        self.scale = scale
        self.mode = mode
        self.distribution = distribution

    def sampler(self, fan_in: int, fan_out: int) -> _draws.Draw:
        if self.scale == "auto":
            raise ValueError(
                'VarianceScaling(scale="auto") depends on the activation, so only estimators can '
                "draw from it. Give scale a number, or the initializer to an estimator as init."
            )
        fans = {"fan_in": fan_in, "fan_avg": (fan_in + fan_out) / 2, "fan_out": fan_out}
        variance = float(self.scale) / fans[self.mode]
        if self.distribution == "normal":
            return partial(_normal, 0.0, np.sqrt(variance))
        return partial(_uniform, np.sqrt(3 * variance))


class Normal(IndependentWeights):
    """Weights from a normal distribution that does not depend on the size of the layer.

    The default, "standard_normal", lets deep networks saturate or explode; it is for comparison.

    Parameters
    ----------
    mean : float, default=0.0
        Mean of the weights.
    std : float > 0, default=1.0
        Standard deviation of the weights.
    """

    _parameter_constraints = {
        "mean": [Interval(Real, None, None, closed="neither")],
        "std": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, mean: float = 0.0, std: float = 1.0) -> None:
        self.mean = mean
        self.std = std

    def sampler(self, fan_in: int, fan_out: int) -> _draws.Draw:
        return partial(_normal, self.mean, self.std)


def _normal(mean: float, std: float, generator: np.random.Generator, n: int) -> NDArray[np.float64]:
    return mean + std * generator.standard_normal(n)


def _uniform(limit: float, generator: np.random.Generator, n: int) -> NDArray[np.float64]:
    return generator.uniform(-limit, limit, n)


INITIALIZERS: dict[str, Callable[[], Initializer]] = {
    "glorot_normal": partial(VarianceScaling, 1.0, "fan_avg", "normal"),
    "glorot_uniform": partial(VarianceScaling, 1.0, "fan_avg", "uniform"),
    "he_normal": partial(VarianceScaling, 2.0, "fan_in", "normal"),
    "he_uniform": partial(VarianceScaling, 2.0, "fan_in", "uniform"),
    "lecun_normal": partial(VarianceScaling, 1.0, "fan_in", "normal"),
    "lecun_uniform": partial(VarianceScaling, 1.0, "fan_in", "uniform"),
    "standard_normal": Normal,
}

# The initialization of the regressor's first hidden layer with init="auto" and a homogeneous
# activation. Small initial weights let training find new features, while large ones keep the random
# features that they start with (Chizat et al. 2019, arXiv:1812.07956). He's factor 2 is not needed
# in the first layer, since no ReLU comes before it. docs/guide/initializations.md shows the gain.
OF_FEATURES = VarianceScaling(0.25, "fan_avg", "normal")
