"""What the signals of a new network tell of its training.

The thresholds are measured: docs/initializations.md names the networks that were trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._diagnosis.shape import is_bounded
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp.activations import Activation

VerdictName = Literal["fits", "vanishes", "explodes", "saturates", "unscaled X"]

# Standard deviation of the last hidden pre-activations, over that of the first ones.
VANISHED = 1e-3
# Standard deviation of the last hidden pre-activations, over the larger of 1 and the scale of X.
EXPLODED = 100.0
# Norm of the gradient of the first weights, over that of the last hidden weights.
VANISHED_GRADIENT, EXPLODED_GRADIENT = 1e-2, 100.0
# Fraction of the pre-activations of a layer where a function with two limits is flat.
SATURATED = 0.2
# Root mean square of X, where standardized features have 1.
UNSCALED = 10.0


@dataclass(frozen=True)
class Verdict:
    """Whether activation and initialization fit together at a depth.

    Attributes
    ----------
    name : {"fits", "vanishes", "explodes", "saturates", "unscaled X"}
        The verdict.
    explanation : str
        The numbers, in a sentence.
    layer : int or None
        The layer that shows it most, counted from 1; None if no layer does.
    """

    name: VerdictName
    explanation: str
    layer: int | None = None


def verdict_on(signals: Signals, activation: Activation, scale_of_X: float) -> Verdict:
    """Judge a new network.

    Parameters
    ----------
    signals : Signals
        Its record.
    activation : Activation
        Activation function of the hidden layers.
    scale_of_X : float
        Root mean square of the features.
    """
    std = signals.preactivation_std[0, :-1]
    gradient = signals.gradient_norm[0, :-1]
    if len(std) == 0:
        return Verdict("fits", "There are no hidden layers, through which a signal could fade.")
    return (
        _unscaled(std, scale_of_X)
        or _exploding(std, scale_of_X)
        or _vanishing(std)
        or _saturated(signals.saturated[0, :-1], activation)
        or _gradient(gradient)
        or Verdict("fits", _fitting(std, gradient))
    )


def _unscaled(std: NDArray[np.float64], scale_of_X: float) -> Verdict | None:
    if scale_of_X <= UNSCALED:
        return None
    return Verdict(
        "unscaled X",
        f"X has a root mean square of {scale_of_X:.2g} instead of 1, so that the pre-activations "
        f"of layer 1 have a standard deviation of {std[0]:.2g} already.",
        1,
    )


def _exploding(std: NDArray[np.float64], scale_of_X: float) -> Verdict | None:
    if std[-1] <= EXPLODED * max(1.0, scale_of_X):
        return None
    return Verdict("explodes", _course("The signal explodes", "pre-activations", std), len(std))


def _vanishing(std: NDArray[np.float64]) -> Verdict | None:
    if std[-1] >= VANISHED * std[0]:
        return None
    return Verdict("vanishes", _course("The signal vanishes", "pre-activations", std), len(std))


def _saturated(saturated: NDArray[np.float64], activation: Activation) -> Verdict | None:
    layer = int(np.argmax(saturated))
    if saturated[layer] <= SATURATED or not is_bounded(activation):
        return None
    return Verdict(
        "saturates",
        f"In layer {layer + 1}, {saturated[layer]:.0%} of the pre-activations lie where the "
        "activation is flat, so that hardly any gradient passes.",
        layer + 1,
    )


def _gradient(gradient: NDArray[np.float64]) -> Verdict | None:
    ratio = gradient[0] / gradient[-1]
    if ratio < VANISHED_GRADIENT:
        what = "The signal vanishes on the way back: the weights of layer 1 receive"
        return Verdict("vanishes", f"{what} {_back(ratio, len(gradient))}", 1)
    if ratio > EXPLODED_GRADIENT:
        what = "The signal explodes on the way back: the weights of layer 1 receive"
        return Verdict("explodes", f"{what} {_back(ratio, len(gradient))}", 1)
    return None


def _back(ratio: float, n_layers: int) -> str:
    per_layer = ratio ** (1 / (n_layers - 1))
    return (
        f"{ratio:.2g} times the gradient of those of layer {n_layers}, a factor of "
        f"{per_layer:.2g} per layer."
    )


def _course(what: str, of: str, std: NDArray[np.float64]) -> str:
    n_layers = len(std)
    if n_layers == 1:
        return f"{what}: the {of} of layer 1 have a standard deviation of {std[0]:.2g}."
    per_layer = (std[-1] / std[0]) ** (1 / (n_layers - 1))
    return (
        f"{what}: from layer 1 to layer {n_layers} the standard deviation of the {of} goes from "
        f"{std[0]:.2g} to {std[-1]:.2g}, a factor of {per_layer:.2g} per layer."
    )


def _fitting(std: NDArray[np.float64], gradient: NDArray[np.float64]) -> str:
    if len(std) == 1:
        return f"The pre-activations of layer 1 have a standard deviation of {std[0]:.2g}."
    course = _course("The signal comes through", "pre-activations", std)
    return f"{course} The weights of layer 1 receive {_back(gradient[0] / gradient[-1], len(std))}"
