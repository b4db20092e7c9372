"""The activations of a search: their scores and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from sklearn_deepmlp._comparison.parameter_summary import summarize_parameter
from sklearn_deepmlp._comparison.search_results import Results, choose_metric, results_of
from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._estimators.messages import parameter_message

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes

Style = Mapping[str, Any]  # keyword arguments of artists
OWNER = "ActivationComparisonDisplay.from_search"
NO_SCORES = "no scores to compare"

POINTS: Style = {"color": "C0", "alpha": 0.4, "markeredgewidth": 0}
MEAN: Style = {"color": "black", "markersize": 14, "markeredgewidth": 2}
BARS: Style = {"color": "C0", "alpha": 0.6, "height": 0.6}
CENTERED: Style = {"horizontalalignment": "center", "verticalalignment": "center"}
ERROR_BARS: Style = {"ecolor": "0.3", "error_kw": {"elinewidth": 1}}
ABOVE: Style = {"loc": "lower right", "bbox_to_anchor": (1, 1), "frameon": False, "ncols": 2}


class ActivationComparisonDisplay:
    """Scores of the activations of a search, with their fit and predict times.

    It is recommended to create it by :meth:`from_search`. All parameters are stored as attributes.

    Parameters
    ----------
    activations : sequence of str of length n_activations
        Name of each activation, from the top.
    scores : array-like of shape (n_activations, n_splits)
        Test scores. A row of NaN is drawn as "no scores to compare".
    fit_time_share : array-like of shape (n_activations,)
        Fraction of the fit time of the search.
    predict_time, predict_time_std : array-like of shape (n_activations,)
        Mean and standard deviation over the splits of the time to score a test set, in seconds.
    score_name : str, default="test score"
        Label of the scores.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (3,)
        The axes of scores, shares of the fit time, and predict times.
    figure_ : matplotlib Figure
        The figure.
    points_ : list of matplotlib Line2D
        The scores of each activation.
    means_ : matplotlib Line2D
        The mean scores.
    fit_time_bars_, predict_time_bars_ : matplotlib BarContainer
        One bar per activation.

    See Also
    --------
    compare_candidates : Determine which candidates differ by more than chance.
    ActivationDisplay : Activation functions with their derivatives.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn_deepmlp import ActivationComparisonDisplay, DeepMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> net = DeepMLPClassifier((20,), learning_rate_init=0.01, max_iter=50)
    >>> search = GridSearchCV(net, {"activation": ["relu", "tanh"]}).fit(X, y)
    >>> display = ActivationComparisonDisplay.from_search(search)
    """

    def __init__(
        self,
        *,
        activations: Sequence[str],
        scores: ArrayLike,
        fit_time_share: ArrayLike,
        predict_time: ArrayLike,
        predict_time_std: ArrayLike,
        score_name: str = "test score",
    ) -> None:
        self.activations = activations
        self.scores = scores
        self.fit_time_share = fit_time_share
        self.predict_time = predict_time
        self.predict_time_std = predict_time_std
        self.score_name = score_name

    @classmethod
    def from_search(
        cls,
        search: Any,
        *,
        parameter: str | None = None,
        metric: str | None = None,
        ax: Sequence[Axes] | None = None,
        point_kw: Style | None = None,
        mean_kw: Style | None = None,
        bar_kw: Style | None = None,
    ) -> Self:
        """Draw the activations of a search, best first.

        Of the candidates with the same activation the one with the highest mean score is drawn,
        with its predict time. The share of the fit time is that of all of them.

        Parameters
        ----------
        search : fitted search
            A `GridSearchCV`, `RandomizedSearchCV` or another search with `cv_results_`. Of
            a successive halving the last iteration is drawn.
        parameter : str, default=None
            Name of the activation in the grid; None for the only one that is "activation" or ends
            in "__activation". Any other parameter can be drawn too.
        metric : str, default=None
            Which score to draw; None for the search's only one, or for that of its `refit`.
        ax : sequence of 3 matplotlib Axes, default=None
            Axes of scores, fit times and predict times; None makes a new figure.
        point_kw, mean_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for scores and for their means.
        bar_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.barh` for both times.

        Returns
        -------
        ActivationComparisonDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            For an unknown metric or parameter.
        TypeError
            If `search` is not a search.
        NotFittedError
            If the search is not fitted.
        ImportError
            If matplotlib is not installed.

        Notes
        -----
        Predict times include scoring. Times of single fits and predictions vary. Within
        `fit_together` the fits of a search run at the same time, and their times include waiting
        for each other, so that all activations take about the same share. For times to compare,
        fit the search outside of it, with ``n_jobs=1``.
        """
        results = results_of(search)
        metric = choose_metric(results, metric, search.refit, OWNER)
        parameter = _activation_parameter(results) if parameter is None else parameter
        summary = summarize_parameter(search, parameter, metric, OWNER)
        display = cls(
            activations=summary.names,
            scores=summary.scores,
            fit_time_share=summary.fit_time_share,
            predict_time=summary.predict_time,
            predict_time_std=summary.predict_time_std,
            score_name="test score" if metric == "score" else f"test {metric}",
        )
        return display.plot(ax, point_kw=point_kw, mean_kw=mean_kw, bar_kw=bar_kw)

    def plot(
        self,
        ax: Sequence[Axes] | None = None,
        *,
        point_kw: Style | None = None,
        mean_kw: Style | None = None,
        bar_kw: Style | None = None,
    ) -> Self:
        """Draw scores, shares of the fit time, and predict times.

        Parameters
        ----------
        ax : sequence of 3 matplotlib Axes, default=None
            Axes of scores, fit times and predict times; None makes a new figure.
        point_kw, mean_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.plot` for scores and for their means.
        bar_kw : dict, default=None
            Keyword arguments of `matplotlib.axes.Axes.barh` for both times.

        Returns
        -------
        ActivationComparisonDisplay
            This display.

        Raises
        ------
        ValueError
            If `ax` is not a sequence of 3 axes.
        ImportError
            If matplotlib is not installed.
        """
        self.axes_ = _new_axes(len(self.activations)) if ax is None else _three_axes(ax)
        self.figure_ = self.axes_[0].figure
        self._plot_scores(self.axes_[0], point_kw or {}, mean_kw or {})
        self._plot_fit_times(self.axes_[1], bar_kw or {})
        self._plot_predict_times(self.axes_[2], bar_kw or {})
        for axes in self.axes_:
            _arrange_rows(axes, self.activations)
        return self

    def _plot_scores(self, axes: Axes, point_kw: Style, mean_kw: Style) -> None:
        scores = np.asarray(self.scores, dtype=np.float64)
        self.points_ = [
            axes.plot(row, [position] * len(row), "o", **{**POINTS, **point_kw})[0]
            for position, row in enumerate(scores)
        ]
        (self.means_,) = axes.plot(
            scores.mean(axis=1), range(len(scores)), "|", **{**MEAN, **mean_kw}
        )
        for position in np.flatnonzero(np.isnan(scores).any(axis=1)):
            place: Style = {"transform": axes.get_yaxis_transform(), **CENTERED}
            axes.text(0.5, float(position), NO_SCORES, color="0.4", **place)
        axes.set_xlabel(self.score_name)
        axes.legend([self.points_[0], self.means_], ["one split", "mean"], **ABOVE)

    def _plot_fit_times(self, axes: Axes, bar_kw: Style) -> None:
        percent = 100 * np.asarray(self.fit_time_share)
        self.fit_time_bars_ = axes.barh(range(len(percent)), percent, **{**BARS, **bar_kw})
        axes.set_xlabel("share of fit time (%)")

    def _plot_predict_times(self, axes: Axes, bar_kw: Style) -> None:
        mean, std = 1000 * np.asarray([self.predict_time, self.predict_time_std])
        style: Style = {**BARS, **ERROR_BARS, **bar_kw}
        self.predict_time_bars_ = axes.barh(range(len(mean)), mean, xerr=std, **style)
        axes.set_xlabel("predict time (ms)")
        axes.set_xlim(left=0)


def _activation_parameter(results: Results) -> str:
    searched = {name for params in results["params"] for name in params}
    found = sorted(name for name in searched if f"__{name}".endswith("__activation"))
    if len(found) != 1:
        expected = f"given, as the search varies {len(found)} activations ({found})"
        raise ValueError(parameter_message("parameter", OWNER, expected, None))
    return found[0]


def _new_axes(n_rows: int) -> Any:
    pyplot = import_extra("matplotlib.pyplot", "ActivationComparisonDisplay.plot")
    _, axes = pyplot.subplots(
        1,
        3,
        sharey=True,
        figsize=(9, 0.32 * n_rows + 1.2),
        width_ratios=(3, 1.2, 1.2),
        layout="constrained",
    )
    return axes


def _three_axes(ax: Any) -> Any:
    axes = np.asarray(ax, dtype=object)
    if axes.shape != (3,):
        owner = "ActivationComparisonDisplay.plot"
        raise ValueError(parameter_message("ax", owner, "None or a sequence of 3 axes", ax))
    return axes


def _arrange_rows(axes: Axes, names: Sequence[str]) -> None:
    """Put the first row on top, and leave only the lines that help to read numbers."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.spines[["left", "top", "right"]].set_visible(False)
