"""The warning filters of the process, which tasks in threads change and leave changed.

`warnings.catch_warnings` is no lock: where threads enter and leave it in turns, the filters of
one stay behind (https://docs.python.org/3/library/warnings.html, "Concurrent safety").
"""

from __future__ import annotations

import warnings


class WarningFilters:
    """Saves the filters before tasks start and restores them when all are done."""

    def __init__(self) -> None:
        self._saved: list[warnings.catch_warnings[None]] = []

    def save(self) -> None:
        """Take note of the filters."""
        context = warnings.catch_warnings()
        context.__enter__()
        self._saved.append(context)

    def restore(self) -> None:
        """Restore what was saved last."""
        self._saved.pop().__exit__(None, None, None)
