"""The bar of `fit_together(progress=True)`, drawn by rich.

A thread of rich draws a few times per second and reads the counts, so that training never waits for
the terminal. A console has one live display at a time, so all contexts of the process share it, and
each has a row.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._together.progress import Counts, Progress, counted_by

_CALLER = "fit_together(progress=True)"


@contextmanager
def progress_shown() -> Iterator[None]:
    """Show a bar of what is trained for this thread.

    Raises
    ------
    ImportError
        If rich is not installed.
    """
    row = _Row(Progress())
    try:
        _DISPLAY.add(row)
        with counted_by(row.progress):
            yield
    finally:
        _DISPLAY.remove(row)


class _Row:
    """A bar, which is visible once there is a network."""

    def __init__(self, progress: Progress) -> None:
        rich = import_extra("rich.progress", _CALLER)
        self.progress = progress
        self._bars = rich.Progress(
            rich.TextColumn("[progress.description]{task.description}"),
            rich.BarColumn(bar_width=None),
            rich.TaskProgressColumn(),
            rich.TimeRemainingColumn(elapsed_when_finished=True),
            expand=True,
        )
        self._task = self._bars.add_task("", start=False)

    def is_visible(self) -> bool:
        return any(self.progress.counts())

    def render(self) -> Any:
        """Return what rich draws for the counts of this moment."""
        counts = self.progress.counts()
        self._bars.start_task(self._task)  # the clock, at the first call
        self._bars.update(
            self._task,
            total=counts.n_epochs,
            completed=counts.n_epochs_done,
            description=_description(counts),
        )
        return self._bars.get_renderable()


def _description(counts: Counts) -> str:
    parts = {
        "waiting": counts.n_waiting,
        "in training": counts.n_in_training,
        "done": counts.n_done,
    }
    return "Networks: " + ", ".join(f"{n} {state}" for state, n in parts.items() if n)


class _Display:
    """The live display, while there are rows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: tuple[_Row, ...] = ()  # replaced, not changed: rich's thread takes no lock
        self._live: Any = None
        self._is_of_parent = False

    def add(self, row: _Row) -> None:
        """Show a row."""
        if self._is_of_parent:
            return
        with self._lock:
            self._rows = *self._rows, row
            if self._live is None:
                live = import_extra("rich.live", _CALLER)
                self._live = live.Live(get_renderable=self._render)
                self._live.start()

    def remove(self, row: _Row) -> None:
        """Leave a row as it is, above those that still change."""
        with self._lock:
            others = tuple(other for other in self._rows if other is not row)
            try:
                if others and row.is_visible():
                    self._live.console.print(row.render())
                elif not others:
                    self._stop()
            finally:
                self._rows = others

    def _stop(self) -> None:
        live, self._live = self._live, None
        if live is None:
            return
        is_empty = not self._visible_rows()
        live.transient = is_empty  # erases the empty line
        if live.console.is_jupyter:  # where `stop` does not draw the last state
            live.refresh()
        live.stop()
        if not (is_empty or live.console.is_interactive or live.console.is_jupyter):
            live.console.print()

    def _visible_rows(self) -> list[_Row]:
        return [row for row in self._rows if row.is_visible()]

    def _render(self) -> Any:
        group = import_extra("rich.console", _CALLER).Group
        return group(*(row.render() for row in self._visible_rows()))

    def leave_to_parent(self) -> None:
        """Show nothing in a child that was forked while there are rows.

        It lacks the thread of rich, which may have held a lock that prints take.
        """
        if self._live is not None:
            self._is_of_parent = True
            sys.stdout = getattr(sys.stdout, "rich_proxied_file", sys.stdout)
            sys.stderr = getattr(sys.stderr, "rich_proxied_file", sys.stderr)
        self._lock, self._rows, self._live = threading.Lock(), (), None


_DISPLAY = _Display()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_DISPLAY.leave_to_parent)
