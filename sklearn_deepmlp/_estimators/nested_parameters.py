"""Parameters of a parameter that is an object, such as ``activation__negative_slope``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sklearn_deepmlp._estimators.object_hints import object_hint
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer

_TABLES: dict[str, Mapping[str, Callable[[], Activation | Initializer]]] = {
    "activation": ACTIVATIONS,
    "init": INITIALIZERS,
}


def with_objects_for_nested(params: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Replace names by objects where `params` sets parameters of them.

    ``{"activation__negative_slope": 0.1}`` sets a parameter of the activation, which must then be
    an object and not a name.

    Parameters
    ----------
    params : dict
        The parameters to set.
    current : dict
        The current values of all parameters.
    """
    _check_nested(params, current)
    objects = {}
    for name, table in _TABLES.items():
        value = params.get(name, current[name])
        is_nested = any(key.startswith(f"{name}__") for key in params)
        if is_nested and isinstance(value, str):
            if value not in table:
                raise ValueError(
                    f"Parameters of {name!r} can be set where {name} is an object or one of "
                    f"{list(table)}. Got {name}={value!r}.{object_hint(name, value)}"
                )
            objects[name] = table[value]()
    return {**params, **objects}


def _check_nested(params: dict[str, Any], current: dict[str, Any]) -> None:
    """Refuse names such as ``alpha__strength``, as a number has no parameters."""
    for key in params:
        name, delimiter, _ = key.partition("__")
        if not delimiter or name in _TABLES or name not in current:
            continue
        value = params.get(name, current[name])
        if not hasattr(value, "set_params"):
            raise ValueError(
                f"Invalid parameter {key!r}: {name!r} is not an object with parameters. Got "
                f"{name}={value!r}."
            )
