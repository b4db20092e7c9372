"""Warnings of a worker, which are issued in the process that it works for."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple


class RecordedWarning(NamedTuple):
    """A warning, and the line that it is about."""

    message: Any  # the text, or the warning itself
    category: type[Warning]
    filename: str
    lineno: int


@contextmanager
def recorded_warnings(filters: Sequence[Any]) -> Iterator[list[RecordedWarning]]:
    """Record the warnings that filters let through; the list is filled on exit."""
    found: list[RecordedWarning] = []
    with warnings.catch_warnings(record=True) as log:
        warnings.filters = [*filters]
        yield found
    found += [RecordedWarning(w.message, w.category, w.filename, w.lineno) for w in log]


def warn_again(recorded: Sequence[RecordedWarning]) -> None:
    """Issue warnings as if their lines had run in this process."""
    names = {getattr(module, "__file__", None): name for name, module in [*sys.modules.items()]}
    for warning in recorded:
        name = names.get(warning.filename)
        registry = vars(sys.modules[name]).setdefault("__warningregistry__", {}) if name else {}
        with suppress(Warning):  # an error here only if the filters have changed in the meantime
            warnings.warn_explicit(
                message=warning.message,
                category=warning.category,
                filename=warning.filename,
                lineno=warning.lineno,
                module=name,
                registry=registry,
            )
