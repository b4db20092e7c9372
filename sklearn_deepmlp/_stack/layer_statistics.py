"""Means, standard deviations and fractions of layers, from sums over their rows and units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._stack.layer_sums import LayerSums

Values = NDArray[np.float64]

# In the order of the statistics.
NAMES = (
    "preactivation_mean",
    "preactivation_std",
    "activation_mean",
    "activation_std",
    "saturated",
    "dead",
    "died",
)


def layer_statistics(
    records: LayerSums,
    dead_before: NDArray[np.bool_],
    n_rows: NDArray[np.intp],
    units: Sequence[int],
) -> dict[str, Values]:
    """Return the statistics of all layers by name.

    Parameters
    ----------
    records : LayerSums
        The sums of R records of networks, in place of M networks.
    dead_before : ndarray of bool of shape (R, n_units)
        Which hidden units have been dead before, and so have not died.
    n_rows : ndarray of int of shape (R,)
        Number of rows of each.
    units : sequence of int
        Units of each layer, the output layer last.

    Returns
    -------
    dict of str to ndarray of shape (R, n_layers)
        NaN where the output layer has no such number.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # networks may have diverged
        means = records.sums.swapaxes(1, 2) / (n_rows[:, None] * np.array(units))
        stds = np.sqrt(np.maximum(means[1::2] - means[:-1:2] ** 2, 0.0))
    dead = records.dead_units
    fractions = _fractions(np.stack([dead, dead & ~dead_before]), units)
    values = means[0], stds[0], means[2], stds[1], means[4], *fractions
    return dict(zip(NAMES, values, strict=True))


def _fractions(is_such: NDArray[np.bool_], units: Sequence[int]) -> Values:
    """Return the fraction of such units in each layer; NaN for the output layer."""
    fractions = np.full((*is_such.shape[:-1], len(units)), np.nan)
    if len(units) > 1:
        starts = np.cumsum([0, *units[:-2]])
        counts = np.add.reduceat(is_such, starts, axis=-1, dtype=np.float64)
        fractions[..., :-1] = counts / units[:-1]
    return fractions
