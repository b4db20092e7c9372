"""Warnings that point to the user's line."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import FrameType
from typing import Any

_OURS = ("sklearn_deepmlp", "sklearn", "joblib")


@dataclass(frozen=True)
class Line:
    """A line of code, with what the `warnings` module needs to know about it."""

    filename: str
    number: int
    module: str
    registry: dict[Any, Any]


_CALLER: ContextVar[Line | None] = ContextVar("caller", default=None)


def users_line() -> Line:
    """Return where the user's code calls this package, however many frames away that is.

    In a thread that joblib started for a call, that is where the user's code made the call.
    """
    frame = inspect.currentframe()
    while frame is not None and _package(frame) in _OURS and frame.f_back is not None:
        frame = frame.f_back
    caller = _CALLER.get()
    if caller is not None and (frame is None or _package(frame) == "threading"):
        return caller
    return _line(frame)


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).split(".")[0]


def _line(frame: FrameType | None) -> Line:
    if frame is None:  # an interpreter without frames
        return Line("sys", 1, "sys", {})
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    module = frame.f_globals.get("__name__") or "<string>"
    return Line(frame.f_code.co_filename, frame.f_lineno, module, registry)


@contextmanager
def called_from(line: Line) -> Iterator[None]:
    """Have warnings point to a line, in a thread whose stack has none of the user's code."""
    token = _CALLER.set(line)
    try:
        yield
    finally:
        _CALLER.reset(token)


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn where the user's code calls this package."""
    line = users_line()
    warnings.warn_explicit(
        message, category, line.filename, line.number, line.module, line.registry
    )
