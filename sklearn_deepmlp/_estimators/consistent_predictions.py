"""Predictions that are consistent while another thread refits the same estimator."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any


def reads_state_once(method: Callable[..., Any]) -> Callable[..., Any]:
    """Have a method use the state that the estimator has when the method is called.

    A fit does not modify that state, a dict, but replaces it. So the method is given another object
    with the same dict.
    """

    @wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        snapshot = object.__new__(type(self))
        snapshot.__dict__ = self.__dict__
        return method(snapshot, *args, **kwargs)

    return wrapper
