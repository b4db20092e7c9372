"""The classes whose objects can be saved and loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from typing import Any

from sklearn.base import BaseEstimator

from sklearn_deepmlp._compat.sklearn import check_parameters, parameter_names
from sklearn_deepmlp._estimators.value_types import PARAMETER_TYPES, RECORDS
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import Initializer


def name_of(kind: type) -> str:
    """Return the name of a class in files: a single word for the classes of this package."""
    is_own = kind.__module__.partition(".")[0] == __name__.partition(".")[0]
    return kind.__name__ if is_own else f"{kind.__module__}.{kind.__qualname__}"


def described(value: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the name of an object's class and its state; None if it cannot be saved."""
    if isinstance(value, Activation | Initializer):
        return name_of(type(value)), value.get_params(deep=False)
    if type(value) in RECORDS:
        return name_of(type(value)), vars(value)
    return None


class KnownClasses:
    """The classes that a file may name.

    Parameters
    ----------
    estimators : iterable of type
        The estimators of this package.
    trusted : iterable of type
        Classes that the user trusts, in addition to those of this package.
    """

    def __init__(self, estimators: Iterable[type], trusted: Iterable[type]) -> None:
        custom = {name_of(kind): kind for kind in trusted}
        self._estimators = {name_of(kind): kind for kind in estimators} | custom
        builds: dict[str, Callable[..., Any]] = {
            **{name_of(kind): partial(_record, kind) for kind in RECORDS},
            **{name_of(kind): partial(_object, kind) for kind in PARAMETER_TYPES},
        }
        self._builds = builds | {name: partial(_object, kind) for name, kind in custom.items()}

    def estimator(self, name: Any) -> type[BaseEstimator]:
        """Return the class of an estimator."""
        return _found(self._estimators, name)

    def build(self, name: str, state: dict[str, Any]) -> Any:
        """Return an object of a class with a state."""
        return _found(self._builds, name)(state)


def _found(table: dict[str, Any], name: Any) -> Any:
    if isinstance(name, str) and name in table:
        return table[name]
    if not isinstance(name, str) or "." not in name:
        raise ValueError(
            f"The file holds an object of the class {name!r}, which this version of "
            "sklearn_deepmlp does not have."
        )
    kind = name.rpartition(".")[2]
    raise ValueError(
        f"The file holds an object of the class {name}, which is not part of sklearn_deepmlp. "
        f"If you trust that class, import it and pass it: load(path, trusted=[{kind}])."
    )


def _record(kind: type, state: dict[str, Any]) -> Any:
    names = {field.name for field in fields(kind)}
    if state.keys() != names:
        raise ValueError(f"The file is not valid: {kind.__name__} has {sorted(names)}.")
    return kind(**state)


def _object(kind: type[BaseEstimator], state: dict[str, Any]) -> Any:
    value = built(kind, state)
    check_parameters(value)
    return value


def built(kind: type[BaseEstimator], params: dict[str, Any]) -> Any:
    """Return an object with these parameters, and defaults for those that the file lacks.

    An older version of a class may have had fewer parameters.
    """
    if unknown := params.keys() - parameter_names(kind):
        raise ValueError(
            f"The file holds parameters that {kind.__name__} does not have: {sorted(unknown)}."
        )
    try:
        return kind(**params)
    except TypeError as error:
        raise ValueError(f"{kind.__name__} cannot be built: {error}") from error
