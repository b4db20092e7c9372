"""Settings of an estimator, one parameter each, to be tried in combination."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from numbers import Integral
from typing import Any

from sklearn_deepmlp._compat.sklearn import Interval, StrOptions

Setting = dict[str, Any]
# These decide neither what is trained nor how.
NOT_TRIED = ("scoring", "verbose", "random_state", "device", "hidden_layer_sizes")


@cache
def defaults_of(kind: type) -> dict[str, Any]:
    """Return the defaults of an estimator by parameter."""
    return {name: each.default for name, each in inspect.signature(kind).parameters.items()}


def settings_of(kind: type) -> list[Setting]:
    """Return settings with every named value of a parameter, and one number where it takes some."""
    defaults = defaults_of(kind)
    return [
        {name: value}
        for name, constraints in kind._parameter_constraints.items()
        if name not in NOT_TRIED
        for constraint in constraints
        for value in _values(constraint)
        if value != defaults[name]
    ]


def _values(constraint: Any) -> Iterator[Any]:
    if isinstance(constraint, StrOptions):
        yield from constraint.options
    elif isinstance(constraint, Interval):
        yield _number(constraint)
    elif constraint == "boolean":
        yield from (False, True)


def _number(interval: Interval) -> float:
    """Return the least integer of an interval, or a number in its middle."""
    if interval.type is Integral:
        return int(interval.left)
    return 1.0 if interval.right is None else 0.3 * (interval.left + interval.right)
