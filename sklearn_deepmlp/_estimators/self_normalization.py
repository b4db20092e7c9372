"""The conditions under which self-normalizing networks normalize themselves.

Source: Klambauer et al. (2017, arXiv:1706.02515), for plain networks of LeCun normal weights
whose inputs lie in the domain of theorem 1. The bounds on features are those of that domain,
made robust for finite samples and heavy tails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils.sparsefuncs import mean_variance_axis, min_max_axis

from sklearn_deepmlp._activation import Activation
from sklearn_deepmlp._estimators.messages import feature_label
from sklearn_deepmlp._estimators.warning import warn
from sklearn_deepmlp.initializers import Initializer, VarianceScaling

MEAN_OF_MEANS = 0.1
POOLED_VARIANCE = (0.8, 1.5)
FEATURE_MEAN = 0.5
FEATURE_STD = (0.5, 2.0)
CONSTANT_VALUE = 0.5
LEAST_ROWS_SEEN = 8
MEDIAN_SIZE = 1.5
CONSTANT_STD = 1e-6  # what rounding leaves of a constant feature when it is scaled

_REMEDY_FOR_X = (
    "Standardize all features: StandardScaler as the last step before this estimator in a "
    "Pipeline, after one-hot encoding too."
)

_REMEDY_FOR_SPARSE_X = (
    "Make X dense and standardize all features: sparse data cannot be centred. In a Pipeline, "
    "OneHotEncoder(sparse_output=False) or a FunctionTransformer that calls toarray(), then "
    "StandardScaler."
)
_REMEDY_FOR_BATCHES = (
    "Standardize all features before partial_fit, with a StandardScaler that has seen enough "
    "rows: fitted before, or grown by its own partial_fit."
)

Vector = NDArray[Any]


@dataclass(frozen=True)
class Violation:
    """A broken condition: what was found, and what to do."""

    finding: str
    remedy: str


def parameter_violations(
    params: Mapping[str, Any], initializer: Initializer, alpha_dropout: bool
) -> list[Violation]:
    """Return which parameters break self-normalization.

    Parameters
    ----------
    params : mapping
        The parameters of the estimator.
    initializer : Initializer
        What its parameter init means.
    alpha_dropout : bool
        What its parameter dropout_kind means.
    """
    broken = {
        "init": not _is_lecun_normal(initializer),
        "skip_connections": params["skip_connections"] is not None,
        "normalization": params["normalization"] is not None,
        "alpha": params["alpha"] > 0,
        "max_norm": params["max_norm"] is not None,
        "dropout": params["dropout"] > 0 and not alpha_dropout,
    }
    return [
        Violation(f"{name}={params[name]!r} {_REASONS[name][0]}", _REASONS[name][1])
        for name, is_broken in broken.items()
        if is_broken
    ]


_REASONS = {
    "init": ("is not LeCun normal", "use init='auto' or init='lecun_normal'."),
    "skip_connections": ("makes the network no plain one", "set skip_connections=None."),
    "normalization": (
        "normalizes what normalizes itself",
        "set normalization=None, or take another activation.",
    ),
    "alpha": (
        "penalizes the weights",
        "set alpha=0; dropout with dropout_kind='auto' regularizes instead.",
    ),
    "max_norm": (
        "bounds the weights",
        "set max_norm=None; dropout with dropout_kind='auto' regularizes instead.",
    ),
    "dropout": ("is standard dropout", "use dropout_kind='auto' or 'alpha'."),
}


def _is_lecun_normal(initializer: Initializer) -> bool:
    return isinstance(initializer, VarianceScaling) and (
        initializer.scale,
        initializer.mode,
        initializer.distribution,
    ) == (1.0, "fan_in", "normal")


def data_violations(X: Any, feature_names: NDArray[np.object_] | None = None) -> list[Violation]:
    """Return whether X is not standardized, the worst feature of each kind named.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        The rows of positive weight.
    feature_names : ndarray of shape (n_features,), optional
        For the message.
    """
    if issparse(X):
        X = X.tocsc()
    with np.errstate(over="ignore", invalid="ignore"):  # huge values are findings, not warnings
        lowest, highest, means, stds = _moments(X)
        varies = (lowest < highest) & ~(stds <= CONSTANT_STD)
        findings = [
            *_overall_findings(means, stds[varies]),
            *_constant_findings(means, ~varies, feature_names),
            *_binary_findings(X, varies & (lowest == 0) & (highest == 1), feature_names),
            *_mean_findings(means, varies, feature_names),
            *_spread_findings(X, stds, varies, feature_names),
        ]
    return _not_standardized(X, findings, _REMEDY_FOR_X)


def _not_standardized(X: Any, findings: list[str], remedy_if_dense: str) -> list[Violation]:
    if not findings:
        return []
    remedy = _REMEDY_FOR_SPARSE_X if issparse(X) else remedy_if_dense
    return [Violation(f"X is not standardized: {'; '.join(findings)}", remedy)]


def _moments(X: Any) -> tuple[Vector, Vector, Vector, Vector]:
    """Return least and greatest values, means and standard deviations of the features."""
    if issparse(X):
        means, variances = mean_variance_axis(X.astype(np.float64), axis=0)
        return *min_max_axis(X, axis=0), means, np.sqrt(variances)
    means, stds = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
    return X.min(axis=0), X.max(axis=0), means, stds


def _column(X: Any, number: int) -> Vector:
    return X[:, [number]].toarray()[:, 0] if issparse(X) else X[:, number]


def _median_size(X: Any) -> float:
    """Return the median of the absolute values of all entries, zeros included."""
    if issparse(X):
        if 2 * X.nnz < X.shape[0] * X.shape[1]:
            return 0.0
        X = X.toarray()  # which is hardly larger
    return float(np.median(np.abs(X)))


def batch_violations(X: Any, n_seen: int, mean_seen: float) -> list[Violation]:
    """Return whether the batches of `partial_fit` so far are not standardized.

    Of single batches little is known: from 8 rows on the pooled mean of all rows seen is
    judged, and the median size of the batch's entries.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        The batch.
    n_seen : int
        Number of rows seen, with those of the batch.
    mean_seen : float
        Mean of all their entries.
    """
    if n_seen < LEAST_ROWS_SEEN:
        return []
    bound = MEAN_OF_MEANS + 4 / np.sqrt(n_seen)
    findings = []
    if abs(mean_seen) > bound:
        findings.append(f"the mean of all rows seen so far is not within ±{bound:.2g}")
    if _median_size(X) > MEDIAN_SIZE:
        findings.append(f"the median size of the batch's entries is above {MEDIAN_SIZE}")
    return _not_standardized(X, findings, _REMEDY_FOR_BATCHES)


# Findings have no numbers that vary from fold to fold, so that a search, which groups failures by
# their whole text, counts equal ones together.


def _overall_findings(means: NDArray[np.float64], stds: NDArray[np.float64]) -> Iterable[str]:
    if abs(means.mean()) > MEAN_OF_MEANS:
        yield f"the mean over all features is not within ±{MEAN_OF_MEANS}"
    low, high = POOLED_VARIANCE
    if len(stds) and not low <= np.mean(stds**2) <= high:
        yield f"the mean variance of the features is not within [{low}, {high}]"


def _constant_findings(
    means: NDArray[np.float64], is_constant: NDArray[np.bool_], names: NDArray[np.object_] | None
) -> Iterable[str]:
    wrong = is_constant & (np.abs(means) > CONSTANT_VALUE)
    if wrong.any():
        worst = feature_label(_worst(np.abs(means), wrong), names)
        yield f"{_count(wrong)} constant and not within ±{CONSTANT_VALUE}, worst {worst}"


def _binary_findings(
    X: Any, candidates: NDArray[np.bool_], names: NDArray[np.object_] | None
) -> Iterable[str]:
    wrong = candidates.copy()
    for number in np.flatnonzero(candidates):
        wrong[number] = np.isin(_column(X, int(number)), (0, 1)).all()
    if wrong.any():
        first = feature_label(int(np.flatnonzero(wrong)[0]), names)
        yield f"{_count(wrong)} only zeros and ones, first {first}"


def _mean_findings(
    means: NDArray[np.float64], varies: NDArray[np.bool_], names: NDArray[np.object_] | None
) -> Iterable[str]:
    wrong = varies & (np.abs(means) > FEATURE_MEAN)
    if wrong.any():
        worst = feature_label(_worst(np.abs(means), wrong), names)
        yield f"{_count(wrong)} not centred within ±{FEATURE_MEAN}, worst {worst}"


def _spread_findings(
    X: Any,
    stds: NDArray[np.float64],
    varies: NDArray[np.bool_],
    names: NDArray[np.object_] | None,
) -> Iterable[str]:
    low, high = FEATURE_STD
    wrong = varies & (stds > high)
    for number in np.flatnonzero(varies & (stds < low)):
        # Where the middle half is narrower still, the spread lies in a tail that other rows hold.
        lower, upper = np.percentile(_column(X, int(number)).astype(np.float64), [25, 75])
        wrong[number] = upper - lower >= stds[number]
    if wrong.any():
        distance = np.abs(np.log(np.where(wrong, stds, 1.0)))
        worst = feature_label(_worst(distance, wrong), names)
        yield (
            f"{_count(wrong)} spread by a standard deviation outside [{low}, {high}], worst {worst}"
        )


def _worst(badness: NDArray[np.float64], wrong: NDArray[np.bool_]) -> int:
    return int(np.argmax(np.where(wrong, badness, -np.inf)))


def _count(wrong: NDArray[np.bool_]) -> str:
    number = int(wrong.sum())
    return "1 feature is" if number == 1 else f"{number} features are"


def report(violations: list[Violation], activation: Activation, mode: str, owner: str) -> None:
    """Raise or warn, listing all violations with their remedies.

    The text of one cause is the same for every fold, so that searches group failures.

    Parameters
    ----------
    violations : list of Violation
        What was found; nothing happens where it is empty.
    activation : Activation
        The self-normalizing activation.
    mode : {"enforce", "warn"}
        ValueError or UserWarning.
    owner : str
        Name of the estimator.
    """
    if not violations:
        return
    title = (
        f"{owner} with activation {activation!r} is not self-normalizing, for these conditions "
        "are broken (self_normalization='warn' or 'ignore' trains all the same):"
    )
    lines = [f"- {violation.finding}. Remedy: {violation.remedy}" for violation in violations]
    message = "\n".join([title, *lines])
    if mode == "enforce":
        raise ValueError(message)
    warn(message)
