"""What a fitted search recorded about its candidates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from sklearn_deepmlp._estimators.messages import parameter_message

Results = Mapping[str, Any]
Scores = NDArray[np.float64]
MEAN = "mean_test_"


def results_of(search: Any) -> Results:
    """Return `cv_results_` of a search; raise NotFittedError if it has none yet."""
    if not hasattr(search, "refit"):
        raise TypeError(
            f"Candidates are those of a fitted search, such as GridSearchCV. Got {search!r} "
            "instead."
        )
    check_is_fitted(search, "cv_results_")
    return search.cv_results_


def choose_metric(results: Results, metric: str | None, refit: Any, caller: str) -> str:
    """Return the name of a metric of a search.

    Parameters
    ----------
    results : mapping
        `cv_results_` of the search.
    metric : str or None
        The name; None for the search's only metric, or for that of `refit`.
    refit : Any
        The search's parameter, which may be the name of a metric.
    caller : str
        Name of the function that has the parameter `metric`, for the error.
    """
    metrics = [key.removeprefix(MEAN) for key in results if key.startswith(MEAN)]
    default = metrics[0] if len(metrics) == 1 else refit
    chosen = default if metric is None else metric
    if not isinstance(chosen, str) or chosen not in metrics:
        expected = f"one of the search's metrics, {', '.join(map(repr, metrics))}"
        raise ValueError(parameter_message("metric", caller, expected, metric, metrics))
    return chosen


def split_scores(results: Results, metric: str) -> Scores:
    """Return the test scores, of shape (n_candidates, n_splits)."""
    pattern = re.compile(rf"split(\d+)_test_{re.escape(metric)}")
    n_splits = sum(pattern.fullmatch(key) is not None for key in results)
    columns = [results[f"split{split}_test_{metric}"] for split in range(n_splits)]
    return np.column_stack(columns).astype(np.float64)


def mean_scores(scores: Scores) -> Scores:
    """Return the mean over the splits, and -inf for candidates with a score that is not finite."""
    finite = np.isfinite(scores).all(axis=1)
    means = np.full(len(scores), -np.inf)
    means[finite] = scores[finite].mean(axis=1)
    return means


def parameter_values(search: Any, name: str, caller: str, argument: str) -> list[Any]:
    """Return each candidate's value of a parameter; its default where the grid does not set it.

    Parameters
    ----------
    search : fitted search
        The search.
    name : str
        The parameter, as the grid names it, for example "net__activation".
    caller, argument : str
        The function and its parameter that the name comes from, for the error.
    """
    candidates = results_of(search)["params"]
    if not any(name in params for params in candidates):
        searched = sorted({repr(key) for params in candidates for key in params})
        expected = f"one of the parameters that the search varies, {', '.join(searched)}"
        raise ValueError(parameter_message(argument, caller, expected, name))
    default = search.estimator.get_params().get(name)
    return [params.get(name, default) for params in candidates]


def best_of_each_value(values: Sequence[Any], means: Scores) -> dict[str, int]:
    """Return for each value of a parameter the index of the candidate with the best mean score.

    Values are compared by what `as_text` writes.
    """
    groups: dict[str, list[int]] = {}
    for index, value in enumerate(values):
        groups.setdefault(as_text(value), []).append(index)
    return {text: max(group, key=means.__getitem__) for text, group in groups.items()}


def as_text(value: Any) -> str:
    """Return a parameter's value as code in one line."""
    plain = value.item() if isinstance(value, np.generic) else value
    return " ".join(repr(plain).split())


def candidate_labels(candidates: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a text for each candidate: the parameters in which the candidates differ.

    Steps of a pipeline that all of these parameters belong to are not named.

    Examples
    --------
    >>> from sklearn.model_selection import ParameterGrid
    >>> grid = {"net__alpha": [0.1, 1.0], "net__solver": ["adam"]}
    >>> candidate_labels(ParameterGrid(grid))
    ['alpha=0.1', 'alpha=1.0']
    """
    texts = [{name: as_text(value) for name, value in params.items()} for params in candidates]
    names = dict.fromkeys(name for params in texts for name in params)
    differing = [name for name in names if len({params.get(name) for params in texts}) > 1]
    shown = _without_common_steps(differing or list(names))
    return [
        _label({shown[name]: params[name] for name in shown if name in params}) for params in texts
    ]


def _label(params: Mapping[str, str]) -> str:
    text = ", ".join(f"{name}={value}" for name, value in params.items()) or "defaults"
    return f"({text})" if len(params) > 1 else text


def _without_common_steps(names: Sequence[str]) -> dict[str, str]:
    """Return each name without the steps that it has in common with all others."""
    paths = [name.split("__") for name in names]
    levels = zip(*(path[:-1] for path in paths), strict=False)
    n_common = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, levels))
    return {"__".join(path): "__".join(path[n_common:]) for path in paths}
