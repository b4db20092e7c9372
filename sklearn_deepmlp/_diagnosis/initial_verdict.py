"""What the signals of a new network say about its training.

The thresholds are measured: docs/guide/initializations.md names the networks that were trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._diagnosis.preserving import preserving_scale_or_none
from sklearn_deepmlp._diagnosis.shape import is_bounded
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp.activations import Activation

VerdictName = Literal["fits", "vanishes", "explodes", "saturates"]

# Standard deviation of the last hidden pre-activations, over that of the first ones.
VANISHED = 2e-3
# Standard deviation of the last hidden pre-activations, over the larger of 1 and the scale of X.
EXPLODED = 30.0
# Norm of the gradient of the first weights, over that of the last hidden weights.
VANISHED_GRADIENT, EXPLODED_GRADIENT = 0.03, 100.0
# Fraction of the pre-activations of a layer where a function with two limits is flat. The first
# layer does not count: it may saturate by the scale of X, which harms no training.
SATURATED = 0.3
# From this factor on, between the first and the last layer, the better scale is named.
CHANGED = 10.0


@dataclass(frozen=True)
class Verdict:
    """Whether activation and initialization fit together at a depth.

    Attributes
    ----------
    name : {"fits", "vanishes", "explodes", "saturates"}
        The verdict.
    explanation : str
        The numbers, in a sentence.
    layer : int or None
        The layer that shows it most, counted from 1; None if no layer does.
    """

    name: VerdictName
    explanation: str
    layer: int | None = None


@np.errstate(divide="ignore", over="ignore", invalid="ignore")  # of features that are all 0
def verdict_on(signals: Signals, architecture: Architecture, scale_of_X: float) -> Verdict:
    """Judge a new network.

    Parameters
    ----------
    signals : Signals
        Its record.
    architecture : Architecture
        Its layers.
    scale_of_X : float
        Root mean square of the features.
    """
    activation = architecture.activation
    std = np.nan_to_num(signals.preactivation_std[0, :-1], nan=np.inf, posinf=np.inf)
    gradient = signals.gradient_norm[0, :-1]
    if len(std) == 0:
        return Verdict("fits", "There are no hidden layers in which a signal could fade.")
    return (
        _exploding(std, scale_of_X)
        or _vanishing(std, activation)
        or _vanishing_gradient(gradient, scale_of_X)
        or _saturated(signals.saturated[0, :-1], architecture)
        or _exploding_gradient(gradient)
        or Verdict("fits", _fitting(std, gradient, activation))
    )


def _exploding(std: NDArray[np.float64], scale_of_X: float) -> Verdict | None:
    if std[-1] <= EXPLODED * max(1.0, scale_of_X):
        return None
    return Verdict("explodes", _course(std), len(std))


def _vanishing(std: NDArray[np.float64], activation: Activation) -> Verdict | None:
    # Features of a large scale, which a bounded function cuts off, vanish no more than others.
    first = min(1.0, std[0]) if is_bounded(activation) else std[0]
    if std[-1] >= VANISHED * first:
        return None
    return Verdict("vanishes", _course(std), len(std))


def _saturated(saturated: NDArray[np.float64], architecture: Architecture) -> Verdict | None:
    bypasses = architecture.skip_connections == "residual"  # gradients go around the activation
    if bypasses or not is_bounded(architecture.activation):
        return None
    if max(saturated[1:], default=0.0) <= SATURATED:
        return None
    layer = 1 + int(np.argmax(saturated[1:].round(2)))  # the first of equal ones
    return Verdict(
        "saturates",
        f"In layer {layer + 1}, {saturated[layer]:.0%} of the pre-activations lie where the "
        "activation is flat, so that hardly any gradient passes.",
        layer + 1,
    )


def _vanishing_gradient(gradient: NDArray[np.float64], scale_of_X: float) -> Verdict | None:
    # The gradient of the first layer is proportional to the scale of X.
    ratio = gradient[0] / gradient[-1] / np.float64(min(1.0, scale_of_X))
    return Verdict("vanishes", _back(gradient), 1) if ratio < VANISHED_GRADIENT else None


def _exploding_gradient(gradient: NDArray[np.float64]) -> Verdict | None:
    ratio = gradient[0] / gradient[-1]
    return Verdict("explodes", _back(gradient), 1) if ratio > EXPLODED_GRADIENT else None


def _fitting(
    std: NDArray[np.float64], gradient: NDArray[np.float64], activation: Activation
) -> str:
    if len(std) == 1:
        return _course(std)
    sentences = [_course(std), _back(gradient)]
    scale = preserving_scale_or_none(activation)
    changes = not 1 / CHANGED < std[-1] / std[0] < CHANGED
    if changes and scale is not None:
        sentences.append(
            f'For more layers, init=VarianceScaling(scale="auto"), here scale={scale:.2f}, '
            "preserves the variance better."
        )
    return " ".join(sentences)


def _course(std: NDArray[np.float64]) -> str:
    """Say how the standard deviation changes from the first to the last layer."""
    if len(std) == 1:
        return f"The pre-activations of layer 1 have a standard deviation of {std[0]:.3g}."
    return (
        f"From layer 1 to layer {len(std)} the standard deviation of the pre-activations "
        f"goes from {std[0]:.3g} to {std[-1]:.3g}, {_per_layer(std[-1] / std[0], len(std))}."
    )


def _back(gradient: NDArray[np.float64]) -> str:
    """Say how the gradient of the first layer compares with that of the last hidden layer."""
    ratio, n_layers = gradient[0] / gradient[-1], len(gradient)
    return (
        f"The weights of layer 1 receive {ratio:.3g} times the gradient of those of layer "
        f"{n_layers}, {_per_layer(ratio, n_layers)}."
    )


def _per_layer(ratio: float, n_layers: int) -> str:
    return f"a factor of {ratio ** (1 / (n_layers - 1)):.3g} per layer"
