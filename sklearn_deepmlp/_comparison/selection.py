"""Which candidates of a search can be compared, and why the others cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._comparison.search_results import (
    Results,
    Scores,
    best_of_each_value,
    candidate_labels,
    mean_scores,
    parameter_values,
)

EARLIER_ITERATION = "scored in an earlier iteration, with fewer resources"
NOT_FINITE = "at least one of its scores is NaN or infinite, as a fit or the scorer failed"
NOT_THE_BEST = "another candidate with the same value of {!r} has a higher mean score"


@dataclass(frozen=True)
class LeftOut:
    """A candidate that is not compared.

    Attributes
    ----------
    index : int
        Its index in `cv_results_`.
    candidate : str
        Its parameters.
    reason : str
        Why it is left out.
    """

    index: int
    candidate: str
    reason: str


def select_candidates(
    search: Any, scores: Scores, best_of_each: str | None, caller: str
) -> tuple[NDArray[np.intp], list[LeftOut]]:
    """Return the indices of the candidates to compare, best first, and the others.

    Parameters
    ----------
    search : fitted search
        The search.
    scores : ndarray of shape (n_candidates, n_splits)
        Test scores.
    best_of_each : str or None
        Parameter of whose values only the best candidates are compared.
    caller : str
        Name of the function that has the parameter `best_of_each`, for the error.
    """
    results = search.cv_results_
    reasons = _failed(scores) | _of_earlier_iterations(results)
    means = mean_scores(scores)
    if best_of_each is not None:
        values = parameter_values(search, best_of_each, caller, "best_of_each")
        reasons = _not_the_best(values, means, reasons, NOT_THE_BEST.format(best_of_each)) | reasons
    kept = [index for index in np.argsort(-means, kind="stable") if index not in reasons]
    labels = candidate_labels(results["params"])
    left_out = [LeftOut(index, labels[index], reasons[index]) for index in sorted(reasons)]
    return np.array(kept, dtype=np.intp), left_out


def _failed(scores: Scores) -> dict[int, str]:
    failed = np.flatnonzero(~np.isfinite(scores).all(axis=1))
    return dict.fromkeys(failed.tolist(), NOT_FINITE)


def _not_the_best(
    values: Sequence[Any], means: Scores, reasons: Mapping[int, str], reason: str
) -> dict[int, str]:
    comparable = means.copy()
    comparable[list(reasons)] = -np.inf
    best = best_of_each_value(values, comparable).values()
    return dict.fromkeys(set(range(len(means))) - set(best), reason)


def _of_earlier_iterations(results: Results) -> dict[int, str]:
    """Return the candidates of a successive halving that were scored before its last iteration."""
    iterations = np.asarray(results.get("iter", np.zeros(len(results["params"]))))
    earlier = np.flatnonzero(iterations < iterations.max())
    return dict.fromkeys(earlier.tolist(), EARLIER_ITERATION)
