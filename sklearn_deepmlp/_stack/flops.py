"""The floating point operations of a network's matrix products."""

from __future__ import annotations

from itertools import pairwise

from sklearn_deepmlp._layers.architecture import Architecture


def product_flops(architecture: Architecture, n_entries: float) -> list[float]:
    """Return the floating point operations per row of each layer's product in a forward pass.

    Parameters
    ----------
    architecture : Architecture
        The network.
    n_entries : float
        How many features of a row are multiplied: all of them, or the entries of a sparse row.
    """
    flops = [2.0 * a * b for a, b in pairwise((n_entries, *architecture.layer_sizes[1:]))]
    if architecture.skip_connections == "wide" and len(flops) > 1:
        flops[-1] += 2.0 * n_entries * architecture.layer_sizes[-1]
    return flops
