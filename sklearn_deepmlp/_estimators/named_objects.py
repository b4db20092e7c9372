"""Activations and initializers, given by name or as objects."""

from __future__ import annotations

import inspect
from numbers import Real

import numpy as np
from sklearn.base import clone

from sklearn_deepmlp._compat.sklearn import check_parameters
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._layers.mean_square import mean_square
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer, VarianceScaling


def activation_from(value: str | Activation) -> Activation:
    """Return a valid activation from a name or a copy of an object."""
    activation: Activation = ACTIVATIONS[value]() if isinstance(value, str) else clone(value)
    _validate(activation)
    owner = type(activation).__name__
    if activation.default_init not in INITIALIZERS:
        raise ValueError(
            f"{owner}.default_init must be one of {list(INITIALIZERS)}. "
            f"Got {activation.default_init!r} instead."
        )
    if unknown := set(activation.learned()) - set(activation.hyperparameters()):
        raise ValueError(
            f"{owner}.learned() must name numbers of the constructor, one of "
            f"{list(activation.hyperparameters())}. Got {sorted(unknown)} instead."
        )
    return activation


def initializer_from(value: str | Initializer, activation: Activation) -> Initializer:
    """Return a valid initializer from a name or a copy of an object.

    "auto" is the activation's `default_init`, and as a scale what preserves the variance.
    """
    name = activation.default_init if is_auto(value) else value
    initializer: Initializer = INITIALIZERS[name]() if isinstance(name, str) else clone(name)
    _validate(initializer)
    if preserves_variance(initializer):
        initializer.set_params(scale=preserving_scale(activation))
    return initializer


def preserves_variance(init: object) -> bool:
    """Return whether an initialization takes its scale from the activation."""
    return isinstance(init, VarianceScaling) and is_auto(init.scale)


def preserving_scale(activation: Activation) -> float:
    """Return the scale of weights that preserves the variance from layer to layer.

    Weights of variance scale / fan_in give pre-activations of variance scale · E[x²], so the scale
    is 1/E[f(z)²] where those before the activation f are standard normal.
    """
    mean = mean_square(activation)
    if not 0 < mean < np.inf:
        raise ValueError(
            f"No scale of the weights preserves the variance with {activation!r}: for standard "
            f"normal z, the mean of its function(z) ** 2 is {mean:g}, and must be positive and "
            'finite. Give VarianceScaling a number as scale instead of "auto".'
        )
    return float(f"{1 / mean:.12g}")  # the digits that quadrature gives reliably


def is_auto(value: object) -> bool:
    """Return whether a parameter, which may be an object of any kind, is "auto"."""
    return isinstance(value, str) and value == "auto"


def _validate(piece: Activation | Initializer) -> None:
    """Apply the object's own checks, and refuse True and False where a number is meant."""
    check_parameters(piece)
    for name, parameter in inspect.signature(type(piece)).parameters.items():
        value, default = getattr(piece, name), parameter.default
        is_number = isinstance(default, Real) and not isinstance(default, bool)
        if isinstance(value, bool) and is_number:
            raise ValueError(parameter_message(name, type(piece).__name__, "a number", value))
