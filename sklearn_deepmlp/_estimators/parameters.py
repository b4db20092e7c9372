"""The parameters of an estimator, read once, as plain values."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, cast

from sklearn.base import BaseEstimator

from sklearn_deepmlp._compat.sklearn import constrained_parameters
from sklearn_deepmlp._estimators.messages import parameter_message


@cache
def _defaults(kind: type) -> dict[str, Any]:
    return {name: p.default for name, p in inspect.signature(kind).parameters.items()}


@dataclass(frozen=True)
class Parameters:
    """The parameters of an estimator.

    Attributes
    ----------
    owner : str
        Name of the estimator's class, for messages.
    values, defaults : mapping of str to Any
        Values and defaults by the names of the parameters.
    """

    owner: str
    values: Mapping[str, Any]
    defaults: Mapping[str, Any]

    @classmethod
    def of(cls, estimator: BaseEstimator) -> Self:
        """Read the parameters of an estimator."""
        kind = type(estimator)
        values = {name: getattr(estimator, name) for name in constrained_parameters(estimator)}
        return cls(kind.__name__, values, _defaults(cast("type", kind)))

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def is_changed(self, name: str) -> bool:
        """Return whether a parameter exists and has another value than its default."""
        return name in self.defaults and self.values[name] != self.defaults[name]

    def error(self, name: str, expected: str) -> ValueError:
        """Return the error that says what a parameter must be."""
        return ValueError(parameter_message(name, self.owner, expected, self.values[name]))
