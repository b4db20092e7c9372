"""The rows that early stopping holds out."""

import numpy as np

from sklearn_deepmlp._estimators.validation_split import split_rows
from sklearn_deepmlp._randomness import seeds_from


def validation_rows(net, y):
    """Return which rows a fit on the targets `y` does not train on."""
    labels = np.unique(y, return_inverse=True)[1] if hasattr(net, "label_smoothing") else None
    seed = seeds_from(net.random_state).split
    return split_rows(len(y), net.validation_fraction, labels, seed)[1]
