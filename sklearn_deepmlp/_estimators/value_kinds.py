"""The kinds of values that attributes of a fitted estimator have, each with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
import scipy.sparse


@dataclass(frozen=True)
class Kind:
    """A kind of values.

    Attributes
    ----------
    words : str
        What values of this kind are, for messages.
    contains : callable (value) -> bool
        Returns whether a value of any type is of this kind; never raises an error.
    """

    words: str
    contains: Callable[[Any], bool]

    def or_none(self) -> Kind:
        """Return the same kind with None."""
        return Kind(f"{self.words} or None", lambda value: value is None or self.contains(value))

    def listed(self) -> Kind:
        """Return the kind of lists of such values."""
        return Kind(
            f"a list, with each item {self.words}",
            lambda value: type(value) is list and all(map(self.contains, value)),
        )

    def by_name(self, words: str) -> Kind:
        """Return the kind of dicts of such values, which `words` describe."""
        return Kind(
            words,
            lambda value: (
                type(value) is dict
                and all(type(name) is str and self.contains(each) for name, each in value.items())
            ),
        )


def is_number(value: Any, kind: type) -> bool:
    """Return whether a value is a number of a kind, and no bool."""
    return isinstance(value, kind) and not isinstance(value, bool)


def instance_of(kind: type, words: str) -> Kind:
    """Return the kind of the objects of a class."""
    return Kind(words, lambda value: isinstance(value, kind))


def one_of(values: Any) -> Kind:
    """Return the kind of some strings."""
    names = tuple(values)
    return Kind(f"one of {list(names)}", lambda value: type(value) is str and value in names)


def array_of(dtypes: str, n_dimensions: int, words: str) -> Kind:
    """Return the kind of arrays with dtypes of some of numpy's kinds, such as "fi"."""

    def contains(value: Any) -> bool:
        is_array = isinstance(value, np.ndarray)
        return is_array and value.dtype.kind in dtypes and value.ndim == n_dimensions

    return Kind(words, contains)


COUNT = Kind("a number of things", lambda value: is_number(value, Integral) and value >= 0)
SIZE = Kind("a positive int", lambda value: is_number(value, Integral) and value > 0)
REAL = Kind("a number", lambda value: is_number(value, Real))
BOOL = instance_of(bool, "True or False")
TEXT = instance_of(str, "a string")
NAMES = Kind(
    "an array of strings",
    lambda value: array_of("O", 1, "").contains(value) and all(type(n) is str for n in value),
)
MATRIX = array_of("f", 2, "an array of floats with two dimensions")
VECTOR = array_of("f", 1, "an array of floats with one dimension")
VECTORS_BY_NAME = VECTOR.by_name("a dict of arrays of floats by name")
PER_LAYER = array_of("f", 2, "an array of floats with one row per record")
PER_LAYER_BY_NAME = PER_LAYER.by_name("a dict of arrays with one row per record")
INDICES = array_of("iu", 1, "an array of ints")
SPARSE_FORMAT = one_of(
    f"{form}_{kind}"
    for form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
    for kind in ("array", "matrix")
    if hasattr(scipy.sparse, f"{form}_{kind}")
)


def _is_sorted(value: Any) -> bool:
    try:
        return len(value) > 0 and bool((value[1:] > value[:-1]).all())
    except TypeError:  # objects that cannot be compared
        return False


CLASSES = Kind(
    "a sorted array of different labels",
    lambda value: array_of("biufUO", 1, "").contains(value) and _is_sorted(value),
)


def check_kinds(values: dict[str, Any], kinds: dict[str, Kind], whole: str) -> None:
    """Refuse values by name that are not of the kinds that stand for these names.

    Parameters
    ----------
    values : dict
        Values by name; all of them have a kind.
    kinds : dict
        Kinds by name.
    whole : str
        What the values are attributes of, for messages.
    """
    for name, value in values.items():
        if not kinds[name].contains(value):
            raise ValueError(f"{name!r} of {whole} must be {kinds[name].words}.")
