"""Warnings that point to the user's line."""

from __future__ import annotations

import inspect
import warnings

_OURS = ("sklearn_deepmlp", "sklearn")


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn where the user's code calls this package, however many frames away that is."""
    frame, stacklevel = inspect.currentframe(), 1
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] in _OURS:
        frame, stacklevel = frame.f_back, stacklevel + 1
    warnings.warn(message, category, stacklevel=stacklevel)
