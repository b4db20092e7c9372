"""What the shape of an activation means for training."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._layers.curves import curve
from sklearn_deepmlp._stack.layer_sums import SATURATED
from sklearn_deepmlp.activations import Activation

# Standardized pre-activations are never that large.
_FAR = 50.0


def is_bounded(activation: Activation) -> bool:
    """Return whether an activation is flat far away on both sides.

    Parameters
    ----------
    activation : Activation
        The function; of a learned one, with its initial hyperparameters.

    Examples
    --------
    >>> from sklearn_deepmlp.activations import ReLU, Tanh
    >>> is_bounded(Tanh()), is_bounded(ReLU())
    (True, False)
    """
    steepness = np.abs(_slopes(activation))
    steepest = steepness.max()
    return bool(np.isfinite(steepest) and max(steepness[0], steepness[-1]) <= SATURATED * steepest)


def is_centered(activation: Activation) -> bool:
    """Return whether an activation is 0 at 0, as tanh is and the logistic function is not."""
    values, _ = curve(activation, [0.0])
    return bool(values[0] == 0)


def can_die(activation: Activation) -> bool:
    """Return whether an activation has a slope of 0 somewhere, so that a unit can stop learning."""
    return bool((_slopes(activation) == 0).any())


def _slopes(activation: Activation) -> np.ndarray:
    return curve(activation, np.linspace(-_FAR, _FAR, 201))[1]
