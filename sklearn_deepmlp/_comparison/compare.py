"""The candidates of a search, compared in pairs."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from sklearn_deepmlp._comparison.candidate_comparison import CandidateComparison
from sklearn_deepmlp._comparison.mean_difference import MeanDifference, holm
from sklearn_deepmlp._comparison.search_results import (
    Scores,
    candidate_labels,
    choose_metric,
    results_of,
    split_scores,
)
from sklearn_deepmlp._comparison.selection import select_candidates
from sklearn_deepmlp._comparison.split_sizes import split_ratio
from sklearn_deepmlp._compat.parameter_hints import validate_params
from sklearn_deepmlp._compat.sklearn import Interval


@validate_params(
    {
        "search": "no_validation",
        "metric": [str, None],
        "best_of_each": [str, None],
        "test_fraction": [Interval(Real, 0, 1, closed="neither"), None],
        "rope": [Interval(Real, 0, None, closed="left")],
        "significance_level": [Interval(Real, 0, 1, closed="neither")],
    },
    prefer_skip_nested_validation=True,
)
def compare_candidates(
    search: Any,
    *,
    metric: str | None = None,
    best_of_each: str | None = None,
    test_fraction: float | None = None,
    rope: float = 0.01,
    significance_level: float = 0.05,
) -> CandidateComparison:
    """Determine which candidates of a search differ by more than chance.

    Each pair of candidates is compared by the corrected resampled t-test [1]_, which allows for the
    training rows that splits share, with Holm's correction for the number of pairs [2]_, and by the
    Bayesian correlated t-test [3]_, which gives the probability that the difference matters in
    practice.

    Parameters
    ----------
    search : fitted search
        A `GridSearchCV`, `RandomizedSearchCV` or another search with `cv_results_`. After
        a successive halving, the candidates of its last iteration are compared: those of earlier
        iterations were scored on fewer resources.
    metric : str, default=None
        Which score to compare; None for the search's only one, or for that named by its `refit`.
    best_of_each : str, default=None
        Name of a parameter, for example "net__activation": for each of its values only the
        candidate with the highest mean score is compared. None compares all candidates.
    test_fraction : float, default=None
        Fraction of a split's rows that are its test rows, n_test / (n_train + n_test). None takes
        it from ``search.cv``, which does not determine it for custom splitters, generators,
        `TimeSeriesSplit`, `LeavePOut`, `LeavePGroupsOut`, and shuffled splits whose sizes are
        numbers of rows.
    rope : float, default=0.01
        Region of practical equivalence, in units of the score: the largest difference that
        does not matter. The default is a hundredth of an accuracy or R²; for errors in units of the
        target, choose your own.
    significance_level : float, default=0.05
        A difference is detected if its adjusted p-value is smaller. Candidates are practically
        equivalent if the probability of that is greater than ``1 - significance_level``.

    Returns
    -------
    CandidateComparison
        It prints as text and shows as HTML in a notebook; `to_frame` returns its numbers as a
        pandas DataFrame.

    Raises
    ------
    ValueError
        For an invalid parameter, for a search with one split only, or if `test_fraction` is needed.
    TypeError
        If `search` is not a search.
    NotFittedError
        If the search is not fitted.

    See Also
    --------
    within_one_standard_error : Choose a cheaper candidate that is about as good.
    ActivationComparisonDisplay : Draw scores and times of activations.

    Notes
    -----
    If no difference is detected, there may still be one: look at `p_equivalent`. A difference that
    is the same in every split has no variance and counts as certain; if it is 0, nothing is
    detected.

    Holm's correction becomes strict with many candidates: 50 candidates make 1,225 pairs.
    `best_of_each` leaves fewer. But the best of several candidates is chosen by the same scores by
    which it is then compared, which favors values that had more candidates.

    References
    ----------
    .. [1] Nadeau and Bengio (2003). Inference for the generalization error. Machine Learning 52.
    .. [2] Holm (1979). A simple sequentially rejective multiple test procedure. Scandinavian
       Journal of Statistics 6.
    .. [3] Benavoli, Corani, Demšar and Zaffalon (2017). Time for a change: a tutorial for comparing
       multiple classifiers through Bayesian analysis. JMLR 18(77).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn_deepmlp import DeepMLPClassifier, compare_candidates
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((20,), learning_rate_init=0.01, max_iter=100, random_state=0)
    >>> search = GridSearchCV(net, {"activation": ["tanh", "identity"]}).fit(X, y)
    >>> compare_candidates(search).verdicts
    ["no detectable difference between activation='tanh' and activation='identity'"]
    """
    results = results_of(search)
    metric = choose_metric(results, metric, search.refit, "compare_candidates")
    scores = split_scores(results, metric)
    ratio = _split_ratio(search, scores.shape[1], test_fraction)
    indices, left_out = select_candidates(search, scores, best_of_each, "compare_candidates")
    pairs = np.column_stack(np.triu_indices(len(indices), k=1))
    difference = _mean_difference(scores[indices], pairs, ratio)
    p_better, p_worse = difference.probability_above(rope), difference.probability_below(-rope)
    return CandidateComparison(
        candidates=candidate_labels([results["params"][index] for index in indices]),
        indices=indices,
        scores=scores[indices],
        pairs=pairs,
        difference=difference.mean,
        statistic=difference.statistic,
        p_value=difference.p_value,
        p_adjusted=holm(difference.p_value),
        p_better=p_better,
        p_equivalent=np.maximum(1 - p_better - p_worse, 0.0),  # despite rounding
        p_worse=p_worse,
        metric=metric,
        split_ratio=ratio,
        rope=rope,
        significance_level=significance_level,
        left_out=left_out,
    )


def _split_ratio(search: Any, n_splits: int, test_fraction: float | None) -> float:
    if n_splits < 2:
        raise ValueError(
            "compare_candidates needs scores on at least 2 splits, but the search has 1. Set "
            "its 'cv' to more, for example 5."
        )
    if test_fraction is not None:
        return test_fraction / (1 - test_fraction)
    ratio = split_ratio(search)
    if np.isnan(ratio):
        raise ValueError(
            f"How many rows each split tests and trains on cannot be known from "
            f"cv={search.cv!r} of the search. Give the 'test_fraction' parameter of "
            "compare_candidates: n_test / (n_train + n_test), for example 0.2."
        )
    return ratio


def _mean_difference(scores: Scores, pairs: Any, ratio: float) -> MeanDifference:
    first, second = pairs.T
    return MeanDifference.of(scores[first] - scores[second], ratio)
