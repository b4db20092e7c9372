"""How many rows a search tested on per row that it trained on."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    LeaveOneOut,
    PredefinedSplit,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
)

Pairs = list[tuple[Any, Any]]

# Each row is in the test set of exactly one split, or of one split per repetition.
FOLDS = (
    KFold,
    StratifiedKFold,
    GroupKFold,
    StratifiedGroupKFold,
    LeaveOneOut,
    LeaveOneGroupOut,
)
REPEATED_FOLDS = (RepeatedKFold, RepeatedStratifiedKFold)
SHUFFLED = (ShuffleSplit, StratifiedShuffleSplit, GroupShuffleSplit)
ROWS = 10_000  # enough to show the fractions of shuffled splits to four digits


def split_ratio(search: Any) -> float:
    """Return n_test / n_train of a search's splits, on average.

    Parameters
    ----------
    search : fitted search
        Its `cv` and `n_splits_` are read.

    Returns
    -------
    float
        The ratio; NaN where `cv` does not determine it.
    """
    cv = search.cv
    if cv is None or isinstance(cv, (Integral, *FOLDS)):
        return 1 / (search.n_splits_ - 1)
    if isinstance(cv, REPEATED_FOLDS):
        return 1 / (search.n_splits_ / cv.n_repeats - 1)
    ratios = [_n_rows(test) / _n_rows(train) for train, test in _pairs(cv)]
    return float(np.mean(ratios)) if ratios else np.nan


def _pairs(cv: Any) -> Pairs:
    """Return the splits that can be known without the data."""
    if isinstance(cv, PredefinedSplit):
        return list(cv.split())
    if isinstance(cv, SHUFFLED):
        return _pairs_of_shuffled(cv)
    return list(cv) if isinstance(cv, Iterable) else []  # a generator is empty by now


def _pairs_of_shuffled(cv: Any) -> Pairs:
    if any(isinstance(size, Integral) for size in (cv.test_size, cv.train_size)):
        return []
    splitter = copy(cv)
    splitter.random_state = 0  # leaves the user's generator as it is
    rows = np.arange(ROWS)
    groups = rows if isinstance(cv, GroupShuffleSplit) else None
    return [next(splitter.split(rows, rows % 2, groups))]


def _n_rows(indices_or_mask: Any) -> int:
    rows = np.asarray(indices_or_mask)
    return int(rows.sum()) if rows.dtype == bool else len(rows)
