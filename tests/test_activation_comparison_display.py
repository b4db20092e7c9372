"""The picture of the activations of a search, by its artists."""

import sys

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import ActivationComparisonDisplay, DeepMLPClassifier, fit_together
from sklearn_deepmlp.activations import Swish

X, Y = load_iris(return_X_y=True)
NET = DeepMLPClassifier((6,), max_iter=10, learning_rate_init=0.05, random_state=0)
PIPELINE = Pipeline([("scale", StandardScaler()), ("net", NET)])
GRID = {"net__activation": ["relu", "tanh", Swish(beta=2.0)], "net__alpha": [0.0, 1.0]}
BY_HAND = {
    "activations": ["tanh", "relu"],
    "scores": [[0.9, 0.8, 1.0], [0.5, 0.6, 0.7]],
    "fit_time_share": [0.25, 0.75],
    "predict_time": [0.002, 0.001],
    "predict_time_std": [0.0002, 0.0001],
}


@pytest.fixture(scope="module")
def search():
    with fit_together():
        return GridSearchCV(PIPELINE, GRID, cv=3).fit(X, Y)


def row_names(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def widths(bars):
    return [bar.get_width() for bar in bars]


class TestDrawing:
    def test_scores_are_points_and_their_means(self):
        display = ActivationComparisonDisplay(**BY_HAND).plot()
        for row, (points, scores) in enumerate(
            zip(display.points_, BY_HAND["scores"], strict=True)
        ):
            np.testing.assert_array_equal(points.get_xdata(), scores)
            assert set(points.get_ydata()) == {row}
        np.testing.assert_allclose(display.means_.get_xdata(), [0.9, 0.6])
        assert [text.get_text() for text in display.axes_[0].get_legend().get_texts()] == [
            "one split",
            "mean",
        ]

    def test_times_have_units(self):
        display = ActivationComparisonDisplay(**BY_HAND).plot()
        assert widths(display.fit_time_bars_) == [25, 75]
        assert widths(display.predict_time_bars_) == [2, 1]
        labels = [axes.get_xlabel() for axes in display.axes_]
        assert labels == ["test score", "share of fit time (%)", "predict time (ms)"]

    def test_the_first_row_is_at_the_top(self):
        display = ActivationComparisonDisplay(**BY_HAND).plot()
        assert row_names(display.axes_[0]) == ["tanh", "relu"]
        bottom, top = display.axes_[0].get_ylim()
        assert top < 0
        assert bottom > 1

    def test_rows_without_scores_say_so(self):
        scores = [BY_HAND["scores"][0], [np.nan] * 3]
        display = ActivationComparisonDisplay(**BY_HAND | {"scores": scores}).plot()
        (text,) = display.axes_[0].texts
        assert text.get_text() == "no scores to compare"
        assert text.get_position()[1] == 1
        display.figure_.canvas.draw()

    def test_axes_can_be_given(self):
        from matplotlib.figure import Figure

        axes = Figure().subplots(1, 3)
        display = ActivationComparisonDisplay(**BY_HAND).plot(axes)
        assert display.axes_.tolist() == axes.tolist()
        assert display.figure_ is axes[0].figure

    def test_keyword_arguments_reach_the_artists(self):
        display = ActivationComparisonDisplay(**BY_HAND).plot(
            point_kw={"color": "red"}, mean_kw={"markersize": 3}, bar_kw={"height": 0.1}
        )
        assert display.points_[0].get_color() == "red"
        assert display.means_.get_markersize() == 3
        assert display.fit_time_bars_[0].get_height() == pytest.approx(0.1)
        assert display.predict_time_bars_[0].get_height() == pytest.approx(0.1)

    def test_one_of_the_axes_is_too_few(self):
        with pytest.raises(
            ValueError, match=r"'ax' parameter of .* must be None or a sequence of 3"
        ):
            ActivationComparisonDisplay(**BY_HAND).plot(object())

    def test_it_needs_matplotlib(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
        with pytest.raises(
            ImportError, match=r"Display\.plot needs matplotlib, .*install matplotlib"
        ):
            ActivationComparisonDisplay(**BY_HAND).plot()


class TestSearch:
    def test_activations_are_in_the_order_of_their_scores(self, search):
        display = ActivationComparisonDisplay.from_search(search)
        assert sorted(display.activations) == ["Swish(beta=2.0)", "relu", "tanh"]
        assert row_names(display.axes_[0]) == display.activations
        assert (np.diff(display.scores.mean(1)) <= 0).all()

    def test_each_activation_has_the_scores_and_predict_time_of_its_best_candidate(self, search):
        display = ActivationComparisonDisplay.from_search(search)
        table = search.cv_results_
        tanh = [params["net__activation"] == "tanh" for params in table["params"]]
        best = max(np.flatnonzero(tanh), key=table["mean_test_score"].__getitem__)
        row = display.activations.index("tanh")
        expected = [table[f"split{split}_test_score"][best] for split in range(3)]
        assert display.points_[row].get_xdata().tolist() == expected
        assert display.predict_time[row] == table["mean_score_time"][best]
        assert display.predict_time_std[row] == table["std_score_time"][best]

    def test_shares_of_the_fit_time_are_those_of_all_candidates(self, search):
        display = ActivationComparisonDisplay.from_search(search)
        seconds = search.cv_results_["mean_fit_time"]
        relu = [params["net__activation"] == "relu" for params in search.cv_results_["params"]]
        share = display.fit_time_share[display.activations.index("relu")]
        assert share == pytest.approx(seconds[relu].sum() / seconds.sum())
        assert sum(widths(display.fit_time_bars_)) == pytest.approx(100)

    def test_another_parameter_and_metric(self):
        scoring = ("accuracy", "f1_macro")
        search = GridSearchCV(NET, {"alpha": [0.0, 1.0]}, scoring=scoring, refit=False, cv=2)
        display = ActivationComparisonDisplay.from_search(
            search.fit(X, Y), parameter="alpha", metric="f1_macro"
        )
        assert sorted(display.activations) == ["0.0", "1.0"]
        assert display.axes_[0].get_xlabel() == "test f1_macro"

    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
    @pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
    def test_activations_whose_fits_fail_come_last(self):
        search = GridSearchCV(NET, {"activation": ["no such", "tanh"]}, cv=2).fit(X, Y)
        display = ActivationComparisonDisplay.from_search(search)
        assert display.activations == ["tanh", "no such"]
        assert [text.get_text() for text in display.axes_[0].texts] == ["no scores to compare"]

    def test_a_search_without_activations(self):
        search = GridSearchCV(NET, {"alpha": [0.0, 1.0]}, cv=2).fit(X, Y)
        with pytest.raises(ValueError, match=r"'parameter' parameter .* varies 0 activations"):
            ActivationComparisonDisplay.from_search(search)
        with pytest.raises(ValueError, match=r"'parameter' parameter .* 'alpha'\. Got 'beta'"):
            ActivationComparisonDisplay.from_search(search, parameter="beta")

    def test_a_search_that_is_not_fitted(self):
        with pytest.raises(NotFittedError, match="not fitted"):
            ActivationComparisonDisplay.from_search(GridSearchCV(NET, {"activation": ["relu"]}))
