"""Kinds of arguments that numpy would take for an array, but that cannot be meant as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from numbers import Number
from typing import Any

from scipy.sparse import issparse

_NO_ARRAYS = (str, bytes, Mapping, AbstractSet, Iterator, Number, type, type(None))
_TEMPORAL = ("date", "time", "duration", "period")  # how names of such dtypes begin


def check_is_array(value: Any, name: str) -> None:
    """Refuse what is no array of numbers or labels.

    Parameters
    ----------
    value : object
        What the user has given.
    name : str
        What the user calls it.
    """
    if isinstance(value, _NO_ARRAYS) and not issparse(value):  # a dok_array is a dict
        given = "None" if value is None else f"an object of type {type(value).__name__}"
        raise TypeError(f"{name} must be an array, a list, a data frame or a series. Got {given}.")
    if hasattr(value, "columns") and len(value.columns) == 0:
        raise ValueError(f"{name} must have columns. Got a data frame without any.")
    fields = getattr(getattr(value, "dtype", None), "names", None)
    if fields is not None:
        raise TypeError(
            f"{name} is a structured array with the fields {list(fields)}. Convert it with "
            f"numpy.lib.recfunctions.structured_to_unstructured({name})."
        )


def check_is_no_time(value: Any, name: str) -> None:
    """Refuse dates and durations, which numpy would take for their number of ticks.

    Parameters
    ----------
    value : object
        What the user has given.
    name : str
        What the user calls it.
    """
    where = _where_temporal(value)
    if where is not None:
        raise TypeError(
            f"{name} holds dates or durations{where}. Turn them into numbers first, for instance "
            "into days since a fixed date."
        )


def _where_temporal(value: Any) -> str | None:
    if hasattr(value, "columns"):
        for name, dtype in zip(value.columns, value.dtypes, strict=True):
            if _is_temporal(dtype):
                return f" in feature {name!r}"
        return None
    return "" if _is_temporal(getattr(value, "dtype", "")) else None


def _is_temporal(dtype: Any) -> bool:
    return str(dtype).lower().startswith(_TEMPORAL)
