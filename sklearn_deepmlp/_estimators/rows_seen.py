"""Whether the rows that `partial_fit` has seen so far are standardized."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from sklearn_deepmlp._estimators.sampling_bounds import any_mean_deviation
from sklearn_deepmlp._estimators.standardization import MEAN_OF_MEANS
from sklearn_deepmlp._estimators.violations import Violation, not_standardized

LEAST_ROWS_SEEN = 8
LARGE = 1.5
SHARE_OF_LARGE = 0.5
_NORMAL_SHARE_OF_LARGE = 2 * ndtr(-LARGE)

_REMEDY = (
    "Standardize all features before partial_fit, with a StandardScaler that has seen enough "
    "rows: fitted before, or grown by its own partial_fit."
)


class RowsSeen(NamedTuple):
    """Statistics of the rows in all calls of `partial_fit`.

    Attributes
    ----------
    n_rows : int
        Number of rows.
    mean : float
        The mean of their entries.
    share_of_large : float
        The fraction of their entries whose absolute value exceeds `LARGE`.
    """

    n_rows: int = 0
    mean: float = 0.0
    share_of_large: float = 0.0


def with_rows(seen: tuple[Any, ...], X: Any) -> RowsSeen:
    """Return the statistics of the rows seen so far, `seen`, and those of X together."""
    before = RowsSeen(*seen)
    n_rows = before.n_rows + X.shape[0]
    part = X.shape[0] / n_rows
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(X.mean(dtype=np.float64))
        share = (abs(X) > LARGE).sum() / (X.shape[0] * X.shape[1])
        return RowsSeen(
            n_rows,
            before.mean + (mean - before.mean) * part,
            float(before.share_of_large + (share - before.share_of_large) * part),
        )


def batch_violations(X: Any, seen: RowsSeen) -> list[Violation]:
    """Return the violation if the rows that `partial_fit` has seen so far are not standardized.

    Whatever the sizes and the number of batches, the probability that standard normal rows are ever
    refused is at most 4e-5. The entries of a row may depend on each other: rows count, not entries.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        The last batch.
    seen : RowsSeen
        All rows so far, with those of the batch.
    """
    if seen.n_rows < LEAST_ROWS_SEEN:
        return []
    deviation = any_mean_deviation(seen.n_rows)
    findings = []
    if not abs(seen.mean) <= MEAN_OF_MEANS + deviation:
        findings.append(f"the mean of all rows seen so far is not within ±{MEAN_OF_MEANS}")
    # A share, which lies between 0 and 1, deviates at most half as far (Hoeffding's lemma).
    if seen.share_of_large > max(SHARE_OF_LARGE, _NORMAL_SHARE_OF_LARGE + deviation / 2):
        findings.append(f"most entries of all rows seen so far are not within ±{LARGE}")
    return not_standardized(X, findings, _REMEDY)
