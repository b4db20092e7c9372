"""The positions of the networks' rows in the steps of an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Bytes of features that are gathered at once, for several steps: a part of a cache.
_GATHERED_BYTES = 2**20


class StepGrid:
    """A grid of steps, networks and rows, in which unequal batches are padded.

    Parameters
    ----------
    n_rows : ndarray of int of shape (n_steps, M)
        How many rows each network has at each step.

    Attributes
    ----------
    shape : tuple of int
        Number of steps, of networks, and of rows of the largest batch.
    sizes : list of int
        Rows of the largest batch of each step.
    is_real : ndarray of bool of shape (n_steps, M, B)
        Which positions are not padding.
    active : ndarray of bool of shape (n_steps, M)
        Which networks have rows at each step, and so make it.
    n_made : ndarray of int of shape (n_steps, M)
        How many steps of the epoch a network has made after each one.
    n_steps : ndarray of int of shape (M,)
        How many steps of an epoch a network makes.
    shares : ndarray of shape (n_steps, M)
        The fraction of a network's rows that is in each batch.
    """

    def __init__(self, n_rows: NDArray[np.intp]) -> None:
        self._n_rows = n_rows
        self.sizes: list[int] = n_rows.max(axis=1).tolist()
        self.is_real = np.arange(max(self.sizes)) < n_rows[:, :, None]
        self.shape: tuple[int, int, int] = self.is_real.shape
        self.active = n_rows > 0
        self.n_made = self.active.cumsum(axis=0)
        self.n_steps = self.n_made[-1]
        self.shares = n_rows / n_rows.sum(axis=0)
        self._has_padding = not self.is_real.all()
        flat = np.arange(self.is_real.size).reshape(self.shape)
        self._positions = [flat[:, i][self.is_real[:, i]] for i in range(self.shape[1])]

    @property
    def last_full_step(self) -> int:
        """Index of the last step at which every network has as many rows as at the first one."""
        is_full = (self._n_rows == self._n_rows[0]).all(axis=1)
        return int(np.flatnonzero(is_full)[-1])

    def __len__(self) -> int:
        return len(self.sizes)

    def filled(self, parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
        """Arrange the values of each network's rows on the grid; padding is 0.

        Parameters
        ----------
        parts : sequence of ndarray of shape (n_rows,)
            One per network, in the order of its rows.
        dtype : dtype
            That of the result.

        Returns
        -------
        ndarray of shape (n_steps, M, B)
        """
        if len(parts) == 1 and not self._has_padding:
            return parts[0].astype(dtype, copy=False).reshape(self.shape)
        whole = np.zeros(self.shape, dtype)
        for positions, values in zip(self._positions, parts, strict=True):
            whole.ravel()[positions] = values
        return whole

    def filled_with_first(self, parts: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
        """Arrange row indices on the grid as `filled` does; padding repeats a step's first row.

        Such padding gives no infinity and no NaN that the network would not have anyway; a row of
        zeros might, when a network diverges.
        """
        rows = self.filled(parts, np.intp)
        if not self._has_padding:
            return rows
        return np.where(self.is_real, rows, rows[:, :, :1])

    def masks(self) -> list[NDArray[np.bool_] | None]:
        """Return which positions of each step are not padding; None where none is padding."""
        fewest = self._n_rows.min(axis=1).tolist()
        return [
            step[:, :size] if least < size else None
            for step, size, least in zip(self.is_real, self.sizes, fewest, strict=True)
        ]

    def runs(self, row_bytes: int) -> list[tuple[slice, int]]:
        """Return runs of steps of equal size, whose rows are gathered at once.

        Parameters
        ----------
        row_bytes : int
            Size of a row of features.

        Returns
        -------
        list of (slice, int)
            The steps of each run, and the number of rows of their largest batch.
        """
        runs = []
        for size, equal in groupby(range(len(self)), key=self.sizes.__getitem__):
            first, *others = equal
            stop = first + 1 + len(others)
            fitting = max(1, _GATHERED_BYTES // (self.shape[1] * size * row_bytes))
            starts = range(first, stop, fitting)
            runs += [(slice(start, min(start + fitting, stop)), size) for start in starts]
        return runs
