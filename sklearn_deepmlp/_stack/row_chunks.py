"""All rows of M networks, in their order and in chunks, without targets and weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.base import Features
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.stacked_data import StackedData


class Chunk(NamedTuple):
    """Some rows of M networks, for layers that compute no statistics over rows.

    For a single network there is no dimension M.

    Attributes
    ----------
    X : Tensor or SparseFeatures of shape (M, B, n_features)
    real : Tensor of bool of shape (M, B), or None
        Which rows are not padding; None where none is padding.
    row_weight : Tensor of shape (0,)
        No weights, where a batch has them.
    uses_running : None
        As in `Batch`.
    """

    X: Features
    real: Tensor | None
    row_weight: Tensor = torch.empty(0)
    uses_running: None = None


class RowChunks:
    """The rows of M networks, all of them at each iteration.

    Parameters
    ----------
    jobs : sequence of Job
        One per network.
    data : StackedData
        The rows of these jobs.
    size : int
        Number of rows of a chunk, per network.
    """

    def __init__(self, jobs: Sequence[Job], data: StackedData, size: int) -> None:
        self._data, self._device, self._size = data, data.like.device, size
        starts = [start for start, _ in data.starts]
        self._rows = [(job.data.rows, start) for job, start in zip(jobs, starts, strict=True)]

    def keep(self, members: Sequence[int]) -> None:
        """Resume with these members only."""
        self._rows = [self._rows[member] for member in members]

    def __len__(self) -> int:
        return len(self._firsts())

    def _firsts(self) -> range:
        return range(0, max(len(rows) for rows, _ in self._rows), self._size)

    def __iter__(self) -> Iterator[Chunk]:
        for first in self._firsts():
            chunk = slice(first, first + self._size)
            yield self._chunk([rows[chunk] + start for rows, start in self._rows])

    def _chunk(self, parts: Sequence[NDArray[np.intp]]) -> Chunk:
        """Return the chunk of these rows, where padding may be any row."""
        if len(parts) == 1:
            return Chunk(self._features(parts[0][None]), None)
        lengths = np.array([len(part) for part in parts])
        is_real = np.arange(lengths.max()) < lengths[:, None]
        rows = np.zeros(is_real.shape, dtype=np.intp)
        rows[is_real] = np.concatenate(parts)
        if is_real.all():
            return Chunk(self._features(rows[None]), None)
        return Chunk(self._features(rows[None]), torch.from_numpy(is_real).to(self._device))

    def _features(self, rows: NDArray[np.intp]) -> Features:
        """Return the features of these rows, given as (1, M, B), or (1, B) for one network."""
        return self._data.X.steps(torch.from_numpy(rows).to(self._device))[0]
