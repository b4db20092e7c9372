"""What is known of a parameter of the estimators."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, NamedTuple

from sklearn_deepmlp._compat.sklearn import Interval

NON_NEGATIVE = Interval(Real, 0, None, closed="left")
POSITIVE = Interval(Real, 0, None, closed="neither")
POSITIVE_INT = Interval(Integral, 1, None, closed="left")
FRACTION = Interval(Real, 0, 1, closed="left")


class Parameter(NamedTuple):
    """A parameter: which values it may have, and what it means.

    Attributes
    ----------
    constraint : list
        The values that it may have, in the terms of scikit-learn's validation.
    type : str
        The same in the words of the documentation.
    description : str
        What it means. Names after a dollar sign stand for facts, such as options with their
        descriptions, which `docstrings.facts` takes from the tables of solvers and other pieces.
    """

    constraint: list[Any]
    type: str
    description: str
