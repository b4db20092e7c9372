"""Tables as text and as HTML, and the numbers in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._text import wrapped

TEXT_WIDTH = 100  # columns of a table whose cells can be wrapped
_LEAST_WIDTH = 30  # columns of such cells, however wide the others are


@dataclass(frozen=True)
class Table:
    """Cells in rows.

    Attributes
    ----------
    header : sequence of str
        A title for each column.
    rows : sequence of sequences of str
        The cells.
    left : str or None, default=None
        The column that is aligned to the left, where the others are numbers. Its long cells
        continue in further lines.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: str | None = None

    def as_text(self) -> str:
        """Return lines of equal columns."""
        cells = [*self._lines()]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        sides = ["<" if title == self.left else ">" for title in self.header]
        lines = (
            "  ".join(
                f"{cell:{side}{width}}"
                for cell, side, width in zip(row, sides, widths, strict=True)
            )
            for row in cells
        )
        return "\n".join(line.rstrip() for line in lines)

    def _lines(self) -> Iterator[Sequence[str]]:
        """Yield the cells of each line of the text."""
        cells = [self.header, *self.rows]
        if self.left is None:
            yield from cells
            return
        place = self.header.index(self.left)
        widths = [max(map(len, column)) + 2 for column in zip(*cells, strict=True)]
        room = max(TEXT_WIDTH - sum(widths) + widths[place], _LEAST_WIDTH)
        for row in cells:
            first, *others = wrapped(row[place], room, others="  ").splitlines()
            yield [*row[:place], first, *row[place + 1 :]]
            for text in others:
                yield [text if column == place else "" for column in range(len(row))]

    def as_html(self) -> str:
        """Return an HTML table."""
        header = "".join(f"<th>{escape(title)}</th>" for title in self.header)
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self.rows)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>"


def in_one_format(numbers: NDArray[np.float64], digits: int) -> list[str]:
    """Return numbers as text with equal decimals, `digits` significant digits in the largest.

    Examples
    --------
    >>> in_one_format(np.array([0.5, 0.0123]), digits=3)
    ['0.500', '0.012']
    """
    largest = np.abs(numbers).max(initial=0.0)
    magnitude = int(np.floor(np.log10(largest))) if largest else 0
    decimals = max(digits - 1 - magnitude, 0)
    return [f"{number:.{decimals}f}" for number in numbers]
