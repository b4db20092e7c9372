"""Whether X is standardized, as self-normalizing networks require.

Source: Klambauer et al. (2017, arXiv:1706.02515). The bounds are those of the domain of their
theorem 1, made robust to heavy tails. If there are few rows, they are widened to what chance
allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils.sparsefuncs import min_max_axis

from sklearn_deepmlp._estimators.messages import feature_labels
from sklearn_deepmlp._estimators.moments import moments
from sklearn_deepmlp._estimators.sampling_bounds import mean_deviation, variance_range
from sklearn_deepmlp._estimators.violations import Violation, not_standardized

MEAN_OF_MEANS = 0.1
POOLED_VARIANCE = (0.8, 1.5)
FEATURE_MEAN = 0.5
FEATURE_STD = (0.5, 2.0)
CONSTANT_VALUE = 0.5
CONSTANT_STD = 1e-6  # rounding may leave this much of a constant feature when it is scaled
LEAST_ROWS_TO_VARY = 3  # fewer rows may agree by chance
MOST_NAMED = 5

_REMEDY = (
    "Standardize all features: StandardScaler as the last step before this estimator in a "
    "Pipeline, after one-hot encoding too."
)

Vector = NDArray[Any]
Mask = NDArray[np.bool_]
Names = NDArray[np.object_] | None

# Findings contain no numbers that vary from fold to fold, because a search groups failures by their
# whole text. For this reason they give the bounds without the widening.


def data_violations(X: Any, feature_names: Names = None) -> list[Violation]:
    """Return the violation if X is not standardized, with the worst features of each kind.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        The rows of positive weight.
    feature_names : ndarray of shape (n_features,), optional
        For messages.
    """
    if issparse(X):
        X = X.tocsc()
    n_rows = X.shape[0]
    with np.errstate(over="ignore", invalid="ignore"):  # huge values are findings, not warnings
        lowest, highest, means, stds = _statistics(X)
        varies = (lowest < highest) & ~(stds <= CONSTANT_STD)
        is_binary = varies & (lowest == 0) & (highest == 1)
        findings = [
            *_overall_findings(n_rows, means, stds[varies]),
            *_constant_findings(n_rows, means, ~varies, feature_names),
            *_binary_findings(X, is_binary, feature_names),
            *_mean_findings(n_rows, means, varies, feature_names),
            *_spread_findings(X, stds, varies, feature_names),
        ]
    return not_standardized(X, findings, _REMEDY)


def _statistics(X: Any) -> tuple[Vector, Vector, Vector, Vector]:
    """Return the smallest and largest values, means and standard deviations of the features."""
    extremes = min_max_axis(X, axis=0) if issparse(X) else (X.min(axis=0), X.max(axis=0))
    return *extremes, *moments(X)


def _column(X: Any, index: int) -> Vector:
    return X[:, [index]].toarray()[:, 0] if issparse(X) else X[:, index]


def _widened(bounds: tuple[float, float], by_chance: tuple[float, float]) -> tuple[float, float]:
    return min(bounds[0], by_chance[0]), max(bounds[1], by_chance[1])


def _overall_findings(n_rows: int, means: Vector, stds: Vector) -> Iterable[str]:
    if abs(means.mean()) > max(MEAN_OF_MEANS, mean_deviation(n_rows * len(means))):
        yield f"the mean over all features is not within ±{MEAN_OF_MEANS}"
    if len(stds) == 0:
        return
    by_chance = variance_range(n_rows * len(stds), (n_rows - 1) * len(stds))
    low, high = _widened(POOLED_VARIANCE, by_chance)
    if not low <= np.mean(stds**2) <= high:
        yield f"the mean variance of the features is not within {list(POOLED_VARIANCE)}"


def _constant_findings(
    n_rows: int, means: Vector, is_constant: Mask, names: Names
) -> Iterable[str]:
    bound = CONSTANT_VALUE
    if n_rows < LEAST_ROWS_TO_VARY:
        bound = max(bound, mean_deviation(n_rows, len(means)))
    wrong = is_constant & (np.abs(means) > bound)
    yield from _finding(f"constant and not within ±{CONSTANT_VALUE}", wrong, np.abs(means), names)


def _binary_findings(X: Any, candidates: Mask, names: Names) -> Iterable[str]:
    wrong = candidates.copy()
    for index in np.flatnonzero(candidates):
        wrong[index] = np.isin(_column(X, int(index)), (0, 1)).all()
    yield from _finding("only zeros and ones", wrong, np.ones(len(wrong)), names)


def _mean_findings(n_rows: int, means: Vector, varies: Mask, names: Names) -> Iterable[str]:
    bound = max(FEATURE_MEAN, mean_deviation(n_rows, len(means)))
    wrong = varies & (np.abs(means) > bound)
    yield from _finding(f"not centered within ±{FEATURE_MEAN}", wrong, np.abs(means), names)


def _spread_findings(X: Any, stds: Vector, varies: Mask, names: Names) -> Iterable[str]:
    if not varies.any():
        return
    n_rows = X.shape[0]
    least, greatest = variance_range(n_rows, n_rows - 1, len(stds))
    low, high = _widened(FEATURE_STD, (np.sqrt(least), np.sqrt(greatest)))
    wrong = varies & (stds > high)
    for index in np.flatnonzero(varies & (stds < low)):
        # Where the middle half is narrower still, the spread lies in a tail that other rows hold.
        lower, upper = np.percentile(_column(X, int(index)).astype(np.float64), [25, 75])
        wrong[index] = upper - lower >= stds[index]
    what = f"spread by a standard deviation outside {list(FEATURE_STD)}"
    stds = np.where(wrong, stds, 1.0)
    yield from _finding(what, wrong, np.maximum(stds, 1 / stds), names)


def _finding(what: str, wrong: Mask, badness: Vector, names: Names) -> Iterable[str]:
    """Say how many features are wrong in one way and name some, in the order of columns.

    They are the worst, or the first if all are equally bad. Features that are equally bad within a
    factor of 4 rank as equal, so that the choice hardly ever varies from fold to fold.
    """
    indices = np.flatnonzero(wrong)
    if len(indices) == 0:
        return
    rank = np.round(np.log(badness[indices]) / np.log(4))
    worst = indices[np.argsort(-rank, kind="stable")[:MOST_NAMED]]
    count = "1 feature is" if len(indices) == 1 else f"{len(indices)} features are"
    chosen = ", worst" if (badness[indices] != badness[indices[0]]).any() else ", for example"
    some = chosen if len(indices) > MOST_NAMED else ":"
    yield f"{count} {what}{some} {feature_labels(np.sort(worst), names)}"
