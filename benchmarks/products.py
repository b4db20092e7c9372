"""The matrix products of a training alone, which no training can do without."""

from __future__ import annotations

from itertools import pairwise

import torch

from benchmarks.shapes import Array, Shape


def multiply(X: Array, shape: Shape) -> None:
    """Multiply as often, and matrices of the sizes, as the steps of a training do.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        Gives the dtype.
    shape : Shape
        The network and its training.
    """
    dtype = torch.from_numpy(X[:1]).dtype
    n_rows = min(shape.batch_size, shape.n_rows)
    layers = [
        (
            torch.ones(n_rows, fan_in, dtype=dtype),
            torch.ones(fan_in, fan_out, dtype=dtype),
            torch.ones(n_rows, fan_out, dtype=dtype),
        )
        for fan_in, fan_out in pairwise(shape.network_sizes)
    ]
    for _ in range(shape.n_steps):
        for h, weight, _ in layers:
            h @ weight
        for number, (h, weight, slopes) in enumerate(layers):
            h.mT @ slopes
            if number > 0:
                slopes @ weight.mT
