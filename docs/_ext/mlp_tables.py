"""Tables of what the estimators have and scikit-learn's MLPs do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from markdown_tables import markdown_table
from mlp_comparison import (
    PAIRS,
    arguments_of,
    attributes_of,
    compared,
    defaults_of,
    methods_of,
    parameters_of,
    values_of,
)

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor


def _who(roles: Sequence[str]) -> str:
    return "both" if len(roles) == len(PAIRS) else roles[0]


def _missing(what: str, there: Iterable[Any]) -> str:
    names = [name if isinstance(name, str) else ": ".join(name) for name in there]
    listed = ", ".join(f"`{name}`" for name in names) or "none"
    return f"\n{what} that only scikit-learn's estimators have: {listed}.\n"


def parameter_table() -> str:
    """Return the parameters that only this package has, with their defaults."""
    here, there = compared(parameters_of)
    defaults = dict(defaults_of(DeepMLPClassifier)) | dict(defaults_of(DeepMLPRegressor))
    rows = [(f"`{name}`", f"`{defaults[name]}`", _who(roles)) for name, roles in here.items()]
    table = markdown_table(("Parameter", "Default", "Of"), rows)
    return table + _missing("Parameters", there)


def default_table() -> str:
    """Return the defaults that differ, of parameters that both packages have."""
    here, there = compared(defaults_of)
    theirs = {(name, role): default for (name, default), roles in there.items() for role in roles}
    rows = [
        (f"`{name}`", f"`{default}`", f"`{theirs[name, roles[0]]}`", _who(roles))
        for (name, default), roles in here.items()
        if (name, roles[0]) in theirs
    ]
    return markdown_table(("Parameter", "Default here", "In scikit-learn", "Of"), rows)


def value_table() -> str:
    """Return the values that only this package allows, of parameters that both have."""
    new_parameters, _ = compared(parameters_of)
    here, there = compared(values_of)
    added: dict[tuple[str, str], list[str]] = {}
    for (name, value), roles in here.items():
        if name not in new_parameters:
            shown = f"`{value}`" if value.startswith('"') else value
            added.setdefault((name, _who(roles)), []).append(shown)
    rows = [(f"`{name}`", ", ".join(values), who) for (name, who), values in added.items()]
    table = markdown_table(("Parameter", "Added values", "Of"), rows)
    return table + _missing("Values", there)


def method_table() -> str:
    """Return the methods and parameters of methods that only this package has."""
    new_methods, missing_methods = compared(methods_of)
    here, there = compared(arguments_of)
    rows = [(f"`{name}`", "the method", _who(roles)) for name, roles in new_methods.items()]
    added: dict[tuple[str, str], list[str]] = {}
    for (method, name), roles in here.items():
        if method not in new_methods:
            added.setdefault((method, _who(roles)), []).append(f"`{name}`")
    rows += [(f"`{name}`", f"parameters {', '.join(of)}", who) for (name, who), of in added.items()]
    table = markdown_table(("Method", "What is added", "Of"), rows)
    return table + _missing("Methods and parameters of methods", [*missing_methods, *there])


def attribute_table() -> str:
    """Return the fitted attributes that only this package has."""
    here, there = compared(partial(attributes_of, solver="adam"))
    here_lbfgs, there_lbfgs = compared(partial(attributes_of, solver="lbfgs"))
    rows = [
        (f"`{name}`", "every solver" if name in here else '"lbfgs"', _who(roles))
        for name, roles in (here | here_lbfgs).items()
    ]
    table = markdown_table(("Attribute", "Only here with", "Of"), rows)
    return table + _missing("Attributes", there | there_lbfgs)
