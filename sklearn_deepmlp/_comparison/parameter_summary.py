"""What a search found for each value of one parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._comparison.search_results import (
    Scores,
    as_text,
    parameter_values,
    results_of,
    split_scores,
)
from sklearn_deepmlp._comparison.selection import select_candidates


@dataclass(frozen=True)
class ParameterSummary:
    """Scores and times of each value of a parameter, by its best candidate, best first.

    Attributes
    ----------
    names : list of str of length n_values
        The values as text.
    scores : ndarray of shape (n_values, n_splits)
        Test scores; NaN for values of which no candidate can be compared.
    fit_time_share : ndarray of shape (n_values,)
        Fraction of the fit time of the search that all candidates with the value took.
    predict_time, predict_time_std : ndarray of shape (n_values,)
        Mean and standard deviation over the splits of the time to score a test set, in seconds.
    """

    names: list[str]
    scores: Scores
    fit_time_share: Scores
    predict_time: Scores
    predict_time_std: Scores


def summarize_parameter(search: Any, parameter: str, metric: str, caller: str) -> ParameterSummary:
    """Return what a search found for each value of a parameter.

    Parameters
    ----------
    search : fitted search
        The search.
    parameter : str
        The parameter, as the grid names it.
    metric : str
        Name of the score.
    caller : str
        The function whose argument `parameter` is, for the error.
    """
    results = results_of(search)
    values = parameter_values(search, parameter, caller, "parameter")
    names = [value if isinstance(value, str) else as_text(value) for value in values]
    scores = split_scores(results, metric)
    kept, _ = select_candidates(search, scores, parameter, caller)
    chosen = {names[index]: index for index in kept}
    order = list(dict.fromkeys([*chosen, *names]))
    times = np.column_stack([results["mean_score_time"], results["std_score_time"]])
    numbers = _rows_of(np.hstack([scores, times]), [chosen.get(name) for name in order])
    return ParameterSummary(
        names=order,
        scores=numbers[:, :-2],
        fit_time_share=_shares(order, names, results["mean_fit_time"]),
        predict_time=numbers[:, -2],
        predict_time_std=numbers[:, -1],
    )


def _rows_of(numbers: Scores, indices: Sequence[int | None]) -> Scores:
    """Return some rows, with NaN where there is no index."""
    rows = np.full((len(indices), numbers.shape[1]), np.nan)
    for row, index in zip(rows, indices, strict=True):
        if index is not None:
            row[:] = numbers[index]
    return rows


def _shares(order: Sequence[str], names: Sequence[str], seconds: NDArray[np.float64]) -> Scores:
    """Return the fraction of the total time that the candidates of each name took."""
    of_name = np.array(order)[:, None] == np.array(names)
    return (of_name * seconds).sum(axis=1) / seconds.sum()
