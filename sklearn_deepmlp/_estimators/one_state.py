"""Predictions while another thread refits the same object."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any


def reads_state_once(method: Callable[..., Any]) -> Callable[..., Any]:
    """Have a method use a single state, which the estimator has when it is called.

    A fit does not modify that state, a dict, but replaces it. So the method is given an object
    that keeps it.
    """

    @wraps(method)
    def answer(self: Any, *args: Any, **kwargs: Any) -> Any:
        keeper = object.__new__(type(self))
        keeper.__dict__ = self.__dict__
        return method(keeper, *args, **kwargs)

    return answer
