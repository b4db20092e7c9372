"""Tables in Markdown that are readable in a terminal as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    title : str
        What it shows.
    columns : sequence of str
        Their headings; the first column holds names, the others figures.
    rows : sequence of sequence of str
        The cells.
    note : str
        What a reader has to know.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def markdown(self) -> str:
        """Return the table with its title and its note."""
        widths = [max(map(len, cells)) for cells in zip(self.columns, *self.rows, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [_line(cells, widths) for cells in (self.columns, rule, *self.rows)]
        return "\n".join(
            [f"### {self.title}", "", *lines, "", *([self.note, ""] * bool(self.note))]
        )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cells[0].ljust(widths[0])]
    padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join(padded)} |"


@dataclass(frozen=True)
class Section:
    """The results of one part of the suite.

    Attributes
    ----------
    tables : sequence of Table
        For people.
    raw : dict or list
        For programs: what JSON can hold.
    """

    tables: Sequence[Table]
    raw: Any
