"""The folder that this process and its workers share while they train a group."""

from __future__ import annotations

import pickle
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from sklearn_deepmlp._compat.joblib import dumps, folder_for_arrays, track_folder, untrack_folder
from sklearn_deepmlp._together.processes.arrays import ArrayFile
from sklearn_deepmlp._together.processes.board import Board
from sklearn_deepmlp._together.units import Unit

_ARRAYS, _BOARD, _FILTERS = "arrays", "board", "filters"


class Folder:
    """The parcels of a group and what they need.

    Parameters
    ----------
    path : str
        A folder made by `Folder.make`.

    Attributes
    ----------
    path : str
        As given.
    board : Board
        The numbers that the processes share.
    """

    def __init__(self, path: str) -> None:
        self.path, self.board = path, Board(Path(path) / _BOARD)

    @classmethod
    def make(cls, units: Mapping[int, Unit]) -> Self:
        """Make a folder with a parcel of each unit that can be pickled.

        It is removed when this process ends or is killed, if not before.

        Parameters
        ----------
        units : dict of int to sequence of Job
            The units by their numbers.
        """
        path = Path(tempfile.mkdtemp(prefix="sklearn_deepmlp_", dir=folder_for_arrays()))
        track_folder(str(path))
        try:
            _fill(path, units)
            return cls(str(path))
        except BaseException:
            _remove(path)
            raise

    def take(self, index: int) -> bool:
        """Take a unit for this process, unless a worker has it; return whether it is taken."""
        return self._take(index) is not None

    def _take(self, index: int) -> Path | None:
        """Take a parcel; return where it is now, or None if there is none."""
        parcel = Path(self.path) / str(index)
        with suppress(FileNotFoundError):
            return parcel.rename(parcel.with_suffix(".taken"))
        return None

    def take_parcel(self, index: int) -> bytes | None:
        """Take a unit as a parcel; return None if there is none."""
        parcel = self._take(index)
        return None if parcel is None else parcel.read_bytes()

    def has_parcel(self, index: int) -> bool:
        """Return whether a unit is waiting to be taken."""
        return (Path(self.path) / str(index)).exists()

    def filters(self) -> list[Any]:
        """Return the warning filters of the process that has made the folder."""
        filters: list[Any] = pickle.loads((Path(self.path) / _FILTERS).read_bytes())  # noqa: S301
        return filters

    def remove(self) -> None:
        """Remove the folder."""
        _remove(Path(self.path))


def _fill(path: Path, units: Mapping[int, Unit]) -> None:
    arrays = ArrayFile(path / _ARRAYS)
    for index, unit in units.items():
        with suppress(Exception):  # a unit that cannot be pickled is trained here
            parcel = dumps(unit, {np.ndarray: arrays.reduce})
            (path / str(index)).write_bytes(parcel)
    arrays.close()
    (path / _FILTERS).write_bytes(dumps(warnings.filters))
    Board.make(path / _BOARD, 1 + max(units, default=0))


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    if not path.exists():  # else a worker that is about to end has still mapped its files
        untrack_folder(str(path))
