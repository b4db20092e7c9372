"""Resolves parameters that are names of objects or "auto"."""

from __future__ import annotations

from dataclasses import dataclass

from sklearn.base import clone

from sklearn_deepmlp._estimators.layer_sizes import hidden_sizes
from sklearn_deepmlp._estimators.named_objects import (
    activation_from,
    initializer_from,
    is_auto,
    preserves_variance,
)
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._layers.architecture import Initializers
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import INITIALIZERS, OF_FEATURES, Initializer


@dataclass(frozen=True)
class Resolved:
    """Parameters as values that depend neither on names nor on data.

    Attributes
    ----------
    hidden_sizes : tuple of int
        Units of each hidden layer.
    activation : Activation
        Activation function of the hidden layers.
    initializers : Initializers
        The initializers of a new network.
    alpha : float
        Strength of the penalty.
    alpha_dropout : bool
        Whether dropout, if any, is alpha dropout.
    """

    hidden_sizes: tuple[int, ...]
    activation: Activation
    initializers: Initializers
    alpha: float
    alpha_dropout: bool


def resolve(params: Parameters, *, auto_alpha: float, starts_small: bool) -> Resolved:
    """Resolve parameters.

    Parameters
    ----------
    params : Parameters
        The parameters of the estimator, each of them valid.
    auto_alpha : float
        What ``alpha="auto"`` means, unless the activation is self-normalizing.
    starts_small : bool
        Whether ``init="auto"`` starts the first layer small where scale does not matter.
    """
    activation = activation_from(params["activation"])
    return Resolved(
        hidden_sizes=hidden_sizes(params["hidden_layer_sizes"], params.owner),
        activation=activation,
        initializers=_initializers(params["init"], activation, starts_small=starts_small),
        alpha=_alpha(params["alpha"], activation, auto_alpha),
        alpha_dropout=_is_alpha_dropout(params["dropout_kind"], activation),
    )


def _initializers(
    init: str | Initializer, activation: Activation, *, starts_small: bool
) -> Initializers:
    hidden = initializer_from(init, activation)
    starts_small = starts_small and is_auto(init) and activation.homogeneous
    return Initializers(
        first=OF_FEATURES if starts_small else _first(init, hidden),
        hidden=hidden,
        output=INITIALIZERS["glorot_normal"](),
        shares_variance=is_auto(init) or preserves_variance(init),
    )


def _first(init: str | Initializer, hidden: Initializer) -> Initializer:
    """Return the initializer of the first layer, to which features come without an activation."""
    return clone(hidden).set_params(scale=1.0) if preserves_variance(init) else hidden


def _alpha(alpha: float | str, activation: Activation, auto_alpha: float) -> float:
    """Resolve `alpha`; "auto" is 0 for self-normalizing networks."""
    if alpha != "auto":
        return float(alpha)
    return 0.0 if activation.self_normalizing else auto_alpha


def _is_alpha_dropout(kind: str, activation: Activation) -> bool:
    return activation.self_normalizing if kind == "auto" else kind == "alpha"
