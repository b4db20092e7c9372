"""Large arrays that are written to a file once and mapped into the memory of each worker."""

from __future__ import annotations

import mmap
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

# Smaller arrays travel with the jobs. Each mapped array begins at a multiple of `_ALIGNMENT` bytes.
MIN_BYTES, _ALIGNMENT = 2**14, 64


class _Place(NamedTuple):
    """Where an array lies in a file."""

    path: str
    offset: int
    dtype: str
    shape: tuple[int, ...]
    order: str


class ArrayFile:
    """A file to which each array is written once.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._file = str(path), path.open("wb")
        self._places: dict[int, tuple[np.ndarray, _Place]] = {}

    def reduce(self, array: np.ndarray) -> Any:
        """Return how pickle shall rebuild an array: from the file, if it is large."""
        is_contiguous = array.flags.c_contiguous or array.flags.f_contiguous
        if array.nbytes < MIN_BYTES or array.dtype.kind not in "biufc" or not is_contiguous:
            return array.__reduce__()
        if id(array) not in self._places:  # which holds the array, so that the id remains its own
            self._places[id(array)] = array, self._write(array)
        return _array_at, self._places[id(array)][1]

    def _write(self, array: np.ndarray) -> _Place:
        is_c = array.flags.c_contiguous
        self._file.write(bytes(-self._file.tell() % _ALIGNMENT))
        offset = self._file.tell()
        self._file.write((array if is_c else array.T).data)
        return _Place(self._path, offset, array.dtype.str, array.shape, "C" if is_c else "F")

    def close(self) -> None:
        """End writing."""
        self._file.close()


@cache
def _mapped(path: str) -> mmap.mmap:
    """Map a file; what is written into the memory is not written into the file."""
    with Path(path).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


@cache
def _array_at(path: str, offset: int, dtype: str, shape: tuple[int, ...], order: Any) -> np.ndarray:
    """Return an array of a file, always the same object."""
    return np.ndarray(shape, dtype, _mapped(path), offset, order=order)


def forget_arrays() -> None:
    """Let go of all mapped arrays."""
    _array_at.cache_clear()
    _mapped.cache_clear()
