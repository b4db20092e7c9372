"""The networks that are timed, and the data that they learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_classification
from sklearn.preprocessing import scale

Array = NDArray[Any]

DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Shape:
    """A network and how it is trained.

    Attributes
    ----------
    name : str
        How tables call it.
    n_rows : int
        Rows of the training data.
    layer_sizes : tuple of int
        Features, units of each hidden layer, classes.
    batch_size : int
        Rows per step.
    epochs : int
        How long one fit trains.
    """

    name: str
    n_rows: int
    layer_sizes: tuple[int, ...]
    batch_size: int
    epochs: int

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return self.layer_sizes[1:-1]

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return self.layer_sizes[-1]

    @property
    def network_sizes(self) -> tuple[int, ...]:
        """Units of all layers of a network; two classes have one output, as in scikit-learn."""
        n_outputs = 1 if self.n_classes == 2 else self.n_classes
        return (*self.layer_sizes[:-1], n_outputs)

    @property
    def n_steps(self) -> int:
        """Steps of one fit."""
        return self.epochs * -(-self.n_rows // self.batch_size)

    @property
    def description(self) -> str:
        """Rows, layers and batch in a few characters."""
        layers = "-".join(_runs(self.layer_sizes))
        return f"{self.n_rows:,} rows, {layers}, batch {self.batch_size}"

    def shortened(self, divisor: int) -> Shape:
        """Return the same network trained for a part of the epochs."""
        return replace(self, epochs=max(1, self.epochs // divisor))


def _runs(sizes: tuple[int, ...]) -> list[str]:
    """Write equal neighbors as one, 64-64-64 as 3×64."""
    runs: list[list[int]] = []
    for size in sizes:
        if runs and runs[-1][0] == size:
            runs[-1].append(size)
        else:
            runs.append([size])
    return [str(run[0]) if len(run) == 1 else f"{len(run)}×{run[0]}" for run in runs]


# The epochs make a fit of each contender last some tenths of a second.
SHAPES = (
    Shape("iris", 150, (4, 100, 3), 32, epochs=240),
    Shape("small", 1_000, (20, 64, 64, 2), 64, epochs=60),
    Shape("medium", 10_000, (32, 64, 64, 10), 128, epochs=8),
    Shape("deep", 1_000, (20, *[50] * 10, 2), 32, epochs=16),
    Shape("deep_wide", 5_000, (32, *[100] * 10, 10), 200, epochs=12),
    Shape("full_batch", 150, (4, 100, 3), 150, epochs=600),
    Shape("wide", 5_000, (32, *[256] * 8, 10), 200, epochs=4),
)


def training_data(shape: Shape, dtype: str) -> tuple[Array, Array]:
    """Return standardized features and class numbers, the same at each call.

    Parameters
    ----------
    shape : Shape
        Tells how many rows, features and classes.
    dtype : str
        Of the features.

    Returns
    -------
    X : ndarray of shape (n_rows, n_features)
    y : ndarray of int64 of shape (n_rows,)
    """
    n_features = shape.layer_sizes[0]
    X, y = make_classification(
        shape.n_rows,
        n_features,
        n_informative=min(n_features, 8),
        n_redundant=0,
        n_classes=shape.n_classes,
        n_clusters_per_class=1,
        random_state=0,
    )
    return scale(X).astype(dtype), y.astype(np.int64)


def random_data(n_rows: int, shape: Shape, dtype: str = "float32") -> tuple[Array, Array]:
    """Return noise of as many features and classes, made without a copy that costs memory.

    Parameters
    ----------
    n_rows : int
        Number of rows.
    shape : Shape
        Tells how many features and classes.
    dtype : str
        Of the features.

    Returns
    -------
    X : ndarray of shape (n_rows, n_features)
    y : ndarray of int64 of shape (n_rows,)
    """
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_rows, shape.layer_sizes[0]), dtype=np.dtype(dtype).type)
    return X, rng.integers(shape.n_classes, size=n_rows)
