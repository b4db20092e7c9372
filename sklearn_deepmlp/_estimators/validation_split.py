"""The rows that early stopping holds out to judge by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from sklearn_deepmlp._estimators.user_warnings import warn

Rows = NDArray[np.intp]


def split_rows(
    n_rows: int, fraction: float, labels: NDArray[Any] | None, seed: int
) -> tuple[Rows, Rows | None]:
    """Divide rows into those to train on and those to validate with.

    Parameters
    ----------
    n_rows : int
        Number of rows.
    fraction : float
        The fraction to validate with.
    labels : ndarray of shape (n_rows,), optional
        Classes, which both parts hold in the same proportions.
    seed : int
        Seed of the random split.

    Returns
    -------
    train, validation : ndarray of int
        Row indices; validation is None, after a warning, where there are too few rows.
    """
    everything = np.arange(n_rows)
    strata = None if labels is None else labels[:, None]
    class_sizes = [n_rows] if labels is None else np.unique(labels, return_counts=True)[1]
    _check_sizes(n_rows, class_sizes, strata)
    if _is_too_small(n_rows, fraction, needed=max(2, len(class_sizes))):
        return everything, None
    train, validation = train_test_split(
        everything, test_size=fraction, random_state=seed, stratify=strata
    )
    return train, validation


def _check_sizes(n_rows: int, class_sizes: Any, strata: NDArray[Any] | None) -> None:
    if n_rows < 4:
        raise ValueError(
            f"The validation set is too small. Increase the size of your dataset: early stopping "
            f"needs 2 rows to train and 2 to validate, but got n_samples={n_rows} in total."
        )
    if min(class_sizes) == 1:
        _refuse_single_rows(strata)


def _refuse_single_rows(strata: NDArray[Any] | None) -> None:
    """Raise an error about a class with a single row, in the words of scikit-learn's split."""
    try:
        train_test_split(strata, stratify=strata)
    except ValueError as error:
        raise ValueError(
            f"{error} Early stopping takes rows of each class to validate with: add rows, set "
            "early_stopping=False, or give X_val and y_val."
        ) from error


def _is_too_small(n_rows: int, fraction: float, needed: int) -> bool:
    """Return whether a part would have fewer rows than needed, and warn about it."""
    n_validation = int(np.ceil(fraction * n_rows))
    if n_validation >= needed and n_rows - n_validation >= needed:
        return False
    warn(
        f"early_stopping=True with validation_fraction={fraction} divides {n_rows} rows into "
        f"{n_rows - n_validation} to train and {n_validation} to validate, but each part needs at "
        f"least {needed}. Trained on all rows without early stopping; increase "
        "'validation_fraction' or the size of your dataset."
    )
    return True
