"""Numbers that processes share while they train a group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

_DTYPE = np.dtype(np.int64)


class Board:
    """Numbers in a file that all processes map into their memory.

    Each number of epochs has one writer, the process that trains the unit.

    Parameters
    ----------
    path : Path
        A file made by `Board.make`.
    """

    def __init__(self, path: Path) -> None:
        self._numbers: Any = np.memmap(path, _DTYPE, mode="r+")
        self._first = self._numbers.data[:1]  # reads a number faster than numpy does

    @staticmethod
    def make(path: Path, n_units: int) -> None:
        """Write the file, with all numbers 0."""
        path.write_bytes(bytes(_DTYPE.itemsize * (1 + n_units)))

    @property
    def n_units(self) -> int:
        """The number of units."""
        return len(self._numbers) - 1

    def stop(self) -> None:
        """Have the workers stop."""
        self._numbers[0] = 1

    def says_stop(self) -> bool:
        """Return whether the workers shall stop."""
        return bool(self._first[0])

    def add_epochs(self, unit: int, n: int) -> None:
        """Count epochs of a unit that a worker has done."""
        self._numbers[1 + unit] += n

    def n_epochs(self) -> int:
        """Return how many epochs the workers have done."""
        return int(self._numbers[1:].sum())
