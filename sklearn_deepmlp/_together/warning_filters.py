"""The warning filters of the process, which tasks in threads may leave changed.

`warnings.catch_warnings` is not thread-safe: where threads enter and leave it in turns, the filters
of one of them remain (https://docs.python.org/3/library/warnings.html, "Concurrent safety").
"""

from __future__ import annotations

import warnings


class WarningFilters:
    """Saves the filters before tasks start and restores them when all are done."""

    def __init__(self) -> None:
        self._saved: list[warnings.catch_warnings[None]] = []

    def save(self) -> None:
        """Save the filters."""
        context = warnings.catch_warnings()
        context.__enter__()
        self._saved.append(context)

    def restore(self) -> None:
        """Restore the filters that were saved last."""
        self._saved.pop().__exit__(None, None, None)
