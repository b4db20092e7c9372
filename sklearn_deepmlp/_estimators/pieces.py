"""Activations and initializers, given by name or as objects."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any

from sklearn.base import clone

from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, OF_FEATURES, Initializer


def make_activation(value: str | Activation) -> Activation:
    """Return a valid activation of one's own from a name or an object."""
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


def make_initializer(value: str | Initializer, activation: Activation) -> Initializer:
    """Return a valid initializer of one's own; "auto" is the one that the activation names."""
    name = activation.default_init if value == "auto" else value
    initializer: Initializer = INITIALIZERS[name]() if isinstance(name, str) else clone(name)
    _validate(initializer)
    return initializer


def first_initializer(net: Any) -> Initializer:
    """Return the initializer of the first hidden layer of an estimator, which reads features."""
    is_auto = isinstance(net.init, str) and net.init == "auto"
    if is_auto and net._starts_small and net.activation_.homogeneous:
        return OF_FEATURES
    initializer: Initializer = net.init_
    return initializer


def _validate(piece: Activation | Initializer) -> None:
    """Apply the checks of the piece, and refuse True and False where a number is meant."""
    piece._validate_params()
    for name, parameter in inspect.signature(type(piece)).parameters.items():
        value, default = getattr(piece, name), parameter.default
        is_number = isinstance(default, Real) and not isinstance(default, bool)
        if isinstance(value, bool) and is_number:
            raise ValueError(parameter_message(name, type(piece).__name__, "a number", value))


_TABLES: dict[str, Mapping[str, Callable[[], Activation | Initializer]]] = {
    "activation": ACTIVATIONS,
    "init": INITIALIZERS,
}


def with_objects_for_nested(params: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Replace names by objects where `params` reaches into them.

    ``{"activation__negative_slope": 0.1}`` sets a parameter of what the activation is, which
    must then be an object.

    Parameters
    ----------
    params : dict
        What is to be set.
    current : dict
        The values that parameters have now.
    """
    objects = {}
    for name, table in _TABLES.items():
        value = params.get(name, current[name])
        is_nested = any(key.startswith(f"{name}__") for key in params)
        if is_nested and isinstance(value, str):
            if value not in table:
                raise ValueError(
                    f"Parameters of {name!r} can be set where {name} is an object or one of "
                    f"{list(table)}. Got {name}={value!r}."
                )
            objects[name] = table[value]()
    return {**params, **objects}
