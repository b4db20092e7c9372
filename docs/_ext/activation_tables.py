"""The table of the activation functions."""

from __future__ import annotations

import inspect
from typing import Any

from markdown_tables import markdown_table

from sklearn_deepmlp.activations import ACTIVATIONS, Activation


def names_by_class() -> dict[type[Activation], list[str]]:
    """Return each activation once, with all its names."""
    names: dict[type[Activation], list[str]] = {}
    for name, activation in ACTIVATIONS.items():
        names.setdefault(activation, []).append(name)
    return names


def activation_table() -> str:
    """Return names, formula, parameters and default initialization of each activation."""
    rows = [
        (
            ", ".join(f"`{name}`" for name in names),
            f"{{class}}`~sklearn_deepmlp.activations.{activation.__name__}`",
            inspect.getdoc(activation).split("\n\n")[0].replace("\n", " "),
            ", ".join(_defaults(activation)) or "none",
            f"`{activation.default_init}`",
        )
        for activation, names in names_by_class().items()
    ]
    return markdown_table(("Name", "Class", "Function", "Parameters", '`init="auto"`'), rows)


def _defaults(activation: type[Activation]) -> list[str]:
    parameters = inspect.signature(activation).parameters
    values = activation().get_params()
    return [f"`{name}={_short(values[name])}`" for name in parameters]


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) and value != round(value) else repr(value)
