"""What the estimators and scikit-learn's MLPs have: parameters, values, methods, attributes."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Collection
from typing import Any

from markdown_tables import quoted
from sklearn.neural_network import MLPClassifier, MLPRegressor

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._compat.sklearn import StrOptions

PAIRS = {
    "classifier": (DeepMLPClassifier, MLPClassifier),
    "regressor": (DeepMLPRegressor, MLPRegressor),
}
Found = dict[Any, list[str]]


def compared(names_of: Callable[[type], Collection[Any]]) -> tuple[Found, Found]:
    """Return what only this package's estimators have, and what only scikit-learn's MLPs have.

    Parameters
    ----------
    names_of : callable
        Returns the names that an estimator class has.

    Returns
    -------
    here, there : dict of name to list of {"classifier", "regressor"}
    """
    here: Found = {}
    there: Found = {}
    for role, (ours, theirs) in PAIRS.items():
        our_names, their_names = names_of(ours), names_of(theirs)
        for found, names, others in [
            (here, our_names, their_names),
            (there, their_names, our_names),
        ]:
            for name in names:
                if name not in others:
                    found.setdefault(name, []).append(role)
    return here, there


def parameters_of(kind: type) -> list[str]:
    """Return the parameters of an estimator."""
    return list(inspect.signature(kind).parameters)


def defaults_of(kind: type) -> list[tuple[str, str]]:
    """Return pairs of a parameter and its default."""
    parameters = inspect.signature(kind).parameters
    return [(name, quoted(parameter.default)) for name, parameter in parameters.items()]


def values_of(kind: type) -> list[tuple[str, str]]:
    """Return pairs of a parameter and a value or kind of value that it may take."""
    values = []
    for name, constraints in kind._parameter_constraints.items():
        for constraint in constraints:
            if isinstance(constraint, StrOptions):
                values += [(name, quoted(option)) for option in constraint.options]
            elif isinstance(constraint, type):
                values.append((name, f"objects of the class {constraint.__name__}"))
            else:
                values.append((name, str(constraint)))
    return values


def methods_of(kind: type) -> list[str]:
    """Return the public methods of an estimator."""
    return [
        name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))
    ]


def arguments_of(kind: type) -> list[tuple[str, str]]:
    """Return pairs of a public method and one of its parameters."""
    return [
        (method, name)
        for method in methods_of(kind)
        for name in inspect.signature(getattr(kind, method)).parameters
    ]


def attributes_of(kind: type, solver: str) -> list[str]:
    """Return the fitted attributes that an estimator has after training by a solver."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two epochs are too few, which does not matter here
        net = kind(hidden_layer_sizes=(3,), solver=solver, max_iter=2, random_state=0)
        net.fit([[0.0, 1.0], [1.0, 0.5], [2.0, 1.5], [0.5, 2.0]], [0, 1, 0, 1])
    return sorted(name for name in vars(net) if name.endswith("_") and not name.startswith("_"))
