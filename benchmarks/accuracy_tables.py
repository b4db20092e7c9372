"""Tables of errors on held-out rows: a summary over data sets, and each data set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from benchmarks.tables import Table

Scores = NDArray[np.float64]
Key = tuple[str, str, int, str]

DEFAULT = "default"
# Headings of the table of data sets, which has many columns.
_SHORT_NAMES = {
    "MLPClassifier": "MLP",
    "MLPRegressor": "MLP",
    "deep, stopped": "stopped",
    "8 networks": "8 nets",
    "random forest": "forest",
    "histogram boosting": "hist. boost.",
    "gradient boosting": "grad. boost.",
}
_TITLES = {"cls": "Classification", "reg": "Regression"}
SUMMARY_NOTE = (
    "± is the standard error over data sets. Rank 1 is the best. Data sets on which several models "
    "are best count for each of them. Times are those of one thread."
)


@dataclass(frozen=True)
class Result:
    """What one model did on the held-out rows of one split.

    Attributes
    ----------
    kind : {"cls", "reg"}
        Classification or regression.
    data : str
        The data set.
    split : int
        Which of its splits.
    recipe : str
        The model.
    score : float
        Accuracy, or root mean squared error divided by the standard deviation of the target.
    seconds : float
        CPU time of the fit.
    n_train, n_test : int
        Numbers of rows.
    """

    kind: str
    data: str
    split: int
    recipe: str
    score: float
    seconds: float
    n_train: int
    n_test: int

    @property
    def key(self) -> Key:
        """What the result is of."""
        return self.kind, self.data, self.split, self.recipe


def tables(kind: str, recipes: Sequence[str], results: Sequence[Result]) -> list[Table]:
    """Return the summary and the table of data sets.

    Parameters
    ----------
    kind : {"cls", "reg"}
        Which results to use.
    recipes : sequence of str
        The models, one of which is the default. Splits that lack one of them are left out.
    results : sequence of Result
        What was measured.
    """
    found = _complete([result for result in results if result.kind == kind], recipes)
    if not found:
        return []
    scores = np.array([_means(found[data], recipes, "score") for data in found])
    seconds = np.array([_means(found[data], recipes, "seconds") for data in found])
    return [_summary(kind, recipes, scores, seconds), _by_data(kind, recipes, found, scores)]


def _complete(
    results: Sequence[Result], recipes: Sequence[str]
) -> Mapping[str, list[dict[str, Result]]]:
    """Return, for each data set, its splits that have results of all recipes."""
    splits: dict[tuple[str, int], dict[str, Result]] = defaultdict(dict)
    for result in sorted(results, key=lambda result: (result.n_train, result.data)):
        splits[result.data, result.split][result.recipe] = result
    found: dict[str, list[dict[str, Result]]] = defaultdict(list)
    for (data, _), of_split in splits.items():
        if set(recipes) <= of_split.keys():
            found[data].append(of_split)
    return found


def _means(splits: list[dict[str, Result]], recipes: Sequence[str], name: str) -> list[float]:
    return [
        float(np.mean([getattr(split[recipe], name) for split in splits])) for recipe in recipes
    ]


def _summary(kind: str, recipes: Sequence[str], scores: Scores, seconds: Scores) -> Table:
    better = scores if kind == "reg" else -scores
    ranks = rankdata(better, axis=1).mean(axis=0)
    wins = (better == better.min(axis=1, keepdims=True)).sum(axis=0)
    rows = [
        [
            recipe,
            *_compared(kind, scores[:, i], scores[:, list(recipes).index(DEFAULT)]),
            f"{ranks[i]:.1f}",
            str(wins[i]),
            f"{seconds[:, i].mean():.1f}",
        ]
        for i, recipe in enumerate(recipes)
    ]
    means = {"cls": ["mean accuracy", "− default"], "reg": ["RMSE, geometric mean", "/ default"]}
    columns = ["Model", *means[kind], "mean rank", "best on", "CPU s per fit"]
    return Table(f"{_TITLES[kind]}, {len(scores)} data sets", columns, rows, SUMMARY_NOTE)


def _compared(kind: str, scores: Scores, of_default: Scores) -> list[str]:
    """Return the mean score, and how it compares with the default's unless it is the default's."""
    if kind == "cls":
        mean = scores.mean()
        differences = scores - of_default
        compared = f"{differences.mean():+.4f}{_error(differences, 4)}"
    else:
        mean = np.exp(np.log(scores).mean())
        logs = np.log(scores / of_default)
        ratio = float(np.exp(logs.mean()))
        compared = f"{ratio:.3f}{_error(ratio * logs, 3)}"
    return [f"{mean:.4f}", "" if np.array_equal(scores, of_default) else compared]


def _error(values: Scores, digits: int) -> str:
    """Return the standard error of a mean, which a single value does not have."""
    if len(values) == 1:
        return ""
    return f" ± {values.std(ddof=1) / np.sqrt(len(values)):.{digits}f}"


def _by_data(
    kind: str,
    recipes: Sequence[str],
    found: Mapping[str, list[dict[str, Result]]],
    scores: Scores,
) -> Table:
    rows = []
    for (data, splits), values in zip(found.items(), scores, strict=True):
        of_default = splits[0][DEFAULT]
        best = values.min() if kind == "reg" else values.max()
        cells = [f"**{_short(v)}**" if v == best else _short(v) for v in values]
        rows.append([data, f"{of_default.n_train:,}", f"{of_default.n_test:,}", *cells])
    columns = ["Data", "rows", "held out", *(_SHORT_NAMES.get(name, name) for name in recipes)]
    note = (
        "Accuracies." if kind == "cls" else "RMSE, divided by the standard deviation of the target."
    )
    return Table(f"{_TITLES[kind]}, each data set", columns, rows, note)


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
