"""Data sets in a folder, divided into rows to train on and held-out rows.

A file holds ``X``, ``y`` and, if it has splits of its own, ``test_mask`` of shape (n_splits,
n_rows). Other sets are divided at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TEST_FRACTION = 0.25


@dataclass(frozen=True)
class DataSet:
    """A table with a target.

    Attributes
    ----------
    name : str
        The name of its file.
    X, y : ndarray
        Features and target.
    test_mask : ndarray of shape (n_splits, n_rows) or None
        The held-out rows of each of its splits.
    most_rows : int
        How many rows are used for training at most.
    """

    name: str
    X: Array
    y: Array
    test_mask: Array | None
    most_rows: int

    def split(self, index: int) -> tuple[Array, Array]:
        """Return the training rows and the held-out rows of a split."""
        is_test = self._random_mask(index) if self.test_mask is None else self.test_mask[index]
        train = np.flatnonzero(~is_test)
        if len(train) > self.most_rows:
            train = np.random.default_rng(0).permutation(train)[: self.most_rows]
        return train, np.flatnonzero(is_test)

    def _random_mask(self, seed: int) -> Array:
        n_rows = len(self.X)
        order = np.random.default_rng(seed).permutation(n_rows)
        is_test = np.zeros(n_rows, dtype=bool)
        is_test[order[: int(n_rows * TEST_FRACTION)]] = True
        return is_test


def read(folder: Path, most_features: int, most_rows: int) -> Iterator[DataSet]:
    """Yield the sets of a folder that have no more than some features, smallest file first."""
    for path in sorted(folder.glob("*.npz"), key=lambda path: (path.stat().st_size, path.name)):
        with np.load(path) as arrays:
            X, y = arrays["X"].astype(np.float64), arrays["y"]
            mask = arrays.get("test_mask")
        if X.shape[1] <= most_features:
            yield DataSet(path.stem, X, y, mask, most_rows)
