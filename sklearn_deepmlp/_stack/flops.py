"""How much work the matrix products of a network are."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.rows import entries_per_row

# A product going forward, and two going back: for the weights and for the inputs.
PRODUCTS_PER_STEP = 3


def product_flops(architecture: Architecture, X: Any) -> list[float]:
    """Return the floating point operations per row of each layer's product, going forward.

    Parameters
    ----------
    architecture : Architecture
        The network.
    X : ndarray or sparse matrix of shape (n_rows, n_features)
        Features; of sparse ones a row is multiplied by the weights of its entries only.
    """
    n_entries = entries_per_row(X)
    flops = [2.0 * a * b for a, b in pairwise((n_entries, *architecture.layer_sizes[1:]))]
    if architecture.skip_connections == "wide" and len(flops) > 1:
        flops[-1] += 2.0 * n_entries * architecture.layer_sizes[-1]
    return flops
