"""A choice among the candidates of a search that score about as well as the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sklearn_deepmlp._comparison.search_results import (
    Results,
    Scores,
    choose_metric,
    mean_scores,
    split_scores,
)
from sklearn_deepmlp._compat.parameter_hints import validate_params
from sklearn_deepmlp._estimators.messages import parameter_message

TIMES = {"predict_time": "mean_score_time", "fit_time": "mean_fit_time"}


@dataclass(frozen=True)
class OneStandardErrorRule:
    """What `within_one_standard_error` returns.

    Attributes
    ----------
    by : str
        What is minimized.
    metric : str or None
        Name of the score.
    """

    by: str
    metric: str | None

    def __call__(self, cv_results: Results) -> int:
        """Return the index of the chosen candidate.

        Parameters
        ----------
        cv_results : dict of str to array
            `cv_results_` of the search.

        Returns
        -------
        int
            Its index in the arrays.
        """
        metric = choose_metric(cv_results, self.metric, None, "within_one_standard_error")
        scores = split_scores(cv_results, metric)
        means = mean_scores(scores)
        within = np.flatnonzero(means >= _lowest_score(scores, means))
        sizes = self._sizes(cv_results)[within]
        return int(within[np.lexsort((within, -means[within], sizes))[0]])

    def _sizes(self, cv_results: Results) -> Scores:
        """Return what is minimized, for each candidate; infinity where it has no number."""
        key = TIMES.get(self.by, f"param_{self.by}")
        sizes = np.array([_number(value) for value in cv_results.get(key, ())])
        if not np.isfinite(sizes).any():
            params = [key.removeprefix("param_") for key in cv_results if key.startswith("param_")]
            names = [*TIMES, *params]
            expected = f"one of {', '.join(map(repr, names))}, and have numbers"
            raise ValueError(
                parameter_message("by", "within_one_standard_error", expected, self.by, names)
            )
        return sizes


@validate_params({"by": [str], "metric": [str, None]}, prefer_skip_nested_validation=True)
def within_one_standard_error(
    by: str = "predict_time", *, metric: str | None = None
) -> OneStandardErrorRule:
    """Make a search refit a cheaper candidate that scores about as well as the best one.

    Among the candidates whose mean test score is at most one standard error below the highest, it
    chooses the one with the lowest predict time, fit time or value of a parameter [1]_. Ties are
    resolved by the higher score.

    Parameters
    ----------
    by : str, default="predict_time"
        What to minimize: "predict_time", which includes scoring, "fit_time", or the name of a
        numeric parameter of the search, such as "net__alpha". Candidates whose value is not a
        number, such as ``alpha="auto"``, are chosen only if all that score high enough are like
        that.
    metric : str, default=None
        Name of the score; None for a search with a single one.

    Returns
    -------
    OneStandardErrorRule
        A callable for the parameter `refit` of `GridSearchCV` or `RandomizedSearchCV`. It can be
        cloned and pickled. Called with `cv_results_`, it returns the index of the chosen candidate.

    Raises
    ------
    ValueError
        For an invalid parameter; from the search for an unknown `by` or `metric`, for a single
        split, or if every candidate has scores that are NaN.

    See Also
    --------
    compare_candidates : Determine which candidates differ by more than chance.

    Notes
    -----
    The standard error is that of the best candidate: the standard deviation of its scores over J
    splits (ddof=1), divided by √J. It is too small, as splits share training rows: with the
    correction of Nadeau and Bengio (2003) it would be 1.5 times as large for 5 folds, and 3.5 times
    for 10 folds repeated 10 times. The rule remains a rule of thumb; for a test, use
    `compare_candidates`.

    As with every callable `refit`, scikit-learn sets no `best_score_`. Successive halving ignores
    a callable `refit`. Within `fit_together` times include waiting for other fits.

    References
    ----------
    .. [1] Breiman, Friedman, Olshen and Stone (1984). Classification and regression trees. Section
       3.4.3.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn_deepmlp import DeepMLPClassifier, within_one_standard_error
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((20,), learning_rate_init=0.01, random_state=0)
    >>> fewest_epochs = within_one_standard_error(by="max_iter")
    >>> grid = {"max_iter": [20, 60, 100, 140]}
    >>> GridSearchCV(net, grid, refit=fewest_epochs).fit(X, y).best_params_
    {'max_iter': 60}
    """
    return OneStandardErrorRule(by, metric)


def _lowest_score(scores: Scores, means: Scores) -> float:
    """Return the highest mean score minus its standard error."""
    n_splits = scores.shape[1]
    best = int(np.argmax(means))
    if n_splits < 2 or np.isneginf(means[best]):
        raise ValueError(
            "within_one_standard_error needs at least 2 splits, and a candidate whose scores are "
            f"all finite. Splits: {n_splits}; such candidates: {np.isfinite(means).sum()}."
        )
    return means[best] - scores[best].std(ddof=1) / np.sqrt(n_splits)


def _number(value: Any) -> float:
    """Return a number as it is and infinity for everything else."""
    try:
        number = np.nan if value is np.ma.masked else float(value)
    except (TypeError, ValueError):
        return np.inf
    return np.inf if np.isnan(number) else number
