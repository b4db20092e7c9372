"""scikit-learn's errors about parameters, which end with what was probably meant."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ClassVar

from sklearn.utils._param_validation import InvalidParameterError, StrOptions
from sklearn.utils._param_validation import validate_params as _validate_params

from sklearn_deepmlp._did_you_mean import did_you_mean

_NAMED = re.compile(r"The '(\w+)' parameter of ([\w.]+) must be ")


class HintsAtParameters:
    """Has scikit-learn's errors about an object's parameters end with a hint.

    It precedes `BaseEstimator` among the bases.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]]

    def _validate_params(self) -> None:
        with _hinting(type(self).__name__, self._hint):
            super()._validate_params()  # type: ignore[misc]

    def _hint(self, name: str) -> str:
        """Return what to append to the error about a parameter, if anything."""
        return did_you_mean(getattr(self, name), _options(self._parameter_constraints[name]))


def validate_params(
    constraints: dict[str, Any], *, prefer_skip_nested_validation: bool
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function with scikit-learn's validation of its parameters, and with hints.

    Parameters
    ----------
    constraints : dict of str to list
        As in the function of that name of scikit-learn.
    prefer_skip_nested_validation : bool
        As in the function of that name of scikit-learn.
    """
    validated = _validate_params(
        constraints, prefer_skip_nested_validation=prefer_skip_nested_validation
    )

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        checked, signature = validated(function), inspect.signature(function)

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            def hint(name: str) -> str:
                value = signature.bind(*args, **kwargs).arguments[name]
                return did_you_mean(value, _options(constraints[name]))

            with _hinting(function.__qualname__, hint):
                return checked(*args, **kwargs)

        return call

    return decorate


@contextmanager
def _hinting(owner: str, hint: Callable[[str], str]) -> Iterator[None]:
    """Append a hint to the error about a parameter of this owner."""
    try:
        yield
    except InvalidParameterError as error:
        named = _NAMED.match(str(error))
        if named is not None and named[2].rpartition(".")[2] == owner:
            error.args = (f"{error}{hint(named[1])}",)
        raise


def _options(constraints: Sequence[Any]) -> list[str]:
    return [name for each in constraints if isinstance(each, StrOptions) for name in each.options]
