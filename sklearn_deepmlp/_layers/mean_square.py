"""The mean square of an activation's output for standard normal input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.curves import layer_of
from sklearn_deepmlp._layers.noise import StepNoise
from sklearn_deepmlp.activations.base import Activation

# The density of the normal distribution is 0 in float64 beyond this number.
_FARTHEST = 38
# Intervals of an eighth, so that kinks at round numbers lie between two of them.
_INTERVALS, _NODES_PER_INTERVAL = 16 * _FARTHEST, 8
_NOISE_LEVELS = 64


def mean_square(activation: Activation) -> float:
    """Return E[f(z)²], z standard normal, by Gauss-Legendre quadrature in intervals.

    Parameters
    ----------
    activation : Activation
        The function f, as training computes it: hyperparameters that it learns have their initial
        values, and the mean is over those that it draws at random too.

    Returns
    -------
    float
        Infinity or NaN where the mean is not finite.

    Examples
    --------
    >>> from sklearn_deepmlp.activations import ReLU
    >>> round(mean_square(ReLU()), 12)
    0.5
    """
    z, weights = _nodes()
    units = _NOISE_LEVELS if activation.noisy else 1
    column = torch.from_numpy(z).unsqueeze(-1)
    layer = layer_of(activation, units, column)
    context = Context(column, _EvenNoise(column.new_empty(0)))
    with torch.inference_mode(False), torch.no_grad():
        values, _ = layer.train(column.repeat(1, units), context)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(weights @ np.square(values.numpy()).mean(axis=1))


class _EvenNoise(StepNoise):
    """Numbers at even distances in [0, 1), one per unit, in place of random ones."""

    def uniform(
        self, draw: int, shape: Sequence[int], dtype: torch.dtype, members: slice = slice(None)
    ) -> Tensor:
        n = shape[-1]
        return ((torch.arange(n, dtype=dtype) + 0.5) / n).expand(*shape)


def _nodes() -> tuple[np.ndarray, np.ndarray]:
    """Return points and their weights, which include the density of the normal distribution."""
    edges = np.linspace(-_FARTHEST, _FARTHEST, _INTERVALS + 1)
    half = (edges[1] - edges[0]) / 2
    nodes, weights = np.polynomial.legendre.leggauss(_NODES_PER_INTERVAL)
    z = np.add.outer(edges[:-1] + half, half * nodes).ravel()
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return z, np.tile(half * weights, _INTERVALS) * density
