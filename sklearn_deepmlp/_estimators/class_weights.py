"""Weights of classes, as factors of their rows' weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight


def class_factors(
    class_weight: dict[Any, float] | str,
    classes: NDArray[Any],
    codes: NDArray[np.intp],
    sample_weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the factor of each class, of shape (n_classes,).

    Parameters
    ----------
    class_weight : dict or "balanced"
        Weights by class; classes that a dict leaves out have weight 1. "balanced" gives all
        classes that are present the same sum of weights and keeps the sum of all.
    classes : ndarray of shape (n_classes,)
        The class labels.
    codes : ndarray of int of shape (n_samples,)
        The number of each row's class.
    sample_weight : ndarray of shape (n_samples,)
        Positive weights, which "balanced" counts as repeated rows.
    """
    if class_weight != "balanced":
        return compute_class_weight(class_weight, classes=classes, y=classes)
    sums = np.bincount(codes, weights=sample_weight, minlength=len(classes))
    present = sums > 0
    factors = np.zeros(len(classes))
    factors[present] = sample_weight.sum() / (present.sum() * sums[present])
    return factors
