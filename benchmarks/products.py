"""The matrix products of a training without everything else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from benchmarks.shapes import Array, Shape


def multiply(X: Array, shape: Shape) -> None:
    """Make the matrix products of the steps of a training.

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


def multiply_stacked(X: Array, shape: Shape, n_networks: int, n_steps: int) -> None:
    """Make the matrix products of networks that are trained together.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        Gives the dtype.
    shape : Shape
        The network and its batches.
    n_networks : int
        How many matrices one call multiplies.
    n_steps : int
        How many steps each network makes.
    """
    layers = [
        tuple(
            np.zeros((n_networks, *sizes), X.dtype)
            for sizes in [
                (shape.batch_size, fan_in),
                (fan_in, fan_out),
                (shape.batch_size, fan_out),
            ]
        )
        for fan_in, fan_out in pairwise(shape.network_sizes)
    ]
    for _ in range(n_steps):
        for number, (h, weight, slopes) in enumerate(layers):
            np.matmul(h, weight, out=slopes)
            np.matmul(h.swapaxes(1, 2), slopes, out=weight)
            if number > 0:
                np.matmul(slopes, weight.swapaxes(1, 2), out=h)
