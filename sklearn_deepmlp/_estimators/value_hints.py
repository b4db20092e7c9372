"""What was probably meant by values of parameters that are no misspelled names."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any

# Losses that other libraries name otherwise → their names here.
_LOSSES = {
    "pinball": "quantile",
    "mse": "squared_error",
    "l2": "squared_error",
    "mae": "absolute_error",
    "l1": "absolute_error",
}


def value_hint(name: str, params: Mapping[str, Any]) -> str:
    """Return what to pass instead of an invalid value, to append to an error; often nothing.

    Parameters
    ----------
    name : str
        The parameter.
    params : mapping of str to Any
        All parameters.
    """
    value = params[name]
    if name == "loss" and isinstance(value, str) and value.lower() in _LOSSES:
        return f" Did you mean {_LOSSES[value.lower()]!r}?"
    if name == "quantile" and isinstance(value, (list, tuple)):
        return " Fit one network per quantile."
    if name == "activation" and _is_int(value):
        sizes = params["hidden_layer_sizes"]
        if _is_int(sizes) or isinstance(sizes, (list, tuple)):
            first = (sizes,) if _is_int(sizes) else sizes
            return f" Layer sizes are one tuple: hidden_layer_sizes={(*first, value)}."
    return ""


def _is_int(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
