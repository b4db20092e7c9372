"""The one-standard-error rule, as the refit of a search."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_deepmlp import DeepMLPClassifier, fit_together, within_one_standard_error

X, Y = load_iris(return_X_y=True)


def results(*scores, metric="score", **columns):
    """Return the cv_results_ of candidates with these scores in each split."""
    scores = np.array(scores, dtype=float)
    splits = {f"split{i}_test_{metric}": column for i, column in enumerate(scores.T)}
    return {**splits, f"mean_test_{metric}": scores.mean(1), **columns}


def times(*seconds):
    return {"mean_score_time": np.array(seconds), "mean_fit_time": np.array(seconds[::-1])}


class TestChoice:
    def test_of_those_within_one_standard_error_the_fastest_is_chosen(self):
        scores = (0.9, 0.8, 1.0), (0.85, 0.85, 0.85), (0.84, 0.84, 0.84)
        assert within_one_standard_error()(results(*scores, **times(3.0, 2.0, 1.0))) == 1

    def test_the_fit_time(self):
        scores = (0.9, 0.8, 1.0), (0.85, 0.85, 0.85), (0.86, 0.86, 0.86)
        rule = within_one_standard_error(by="fit_time")
        assert rule(results(*scores, **times(3.0, 2.0, 1.0))) == 0

    @pytest.mark.parametrize(("score", "chosen"), [(0.8424, 1), (0.8422, 0)])
    def test_the_standard_error_is_that_of_a_mean_over_splits(self, score, chosen):
        """The lowest score is 0.9 - 0.1 / √3 = 0.84226."""
        scores = (0.9, 0.8, 1.0), (score, score, score)
        assert within_one_standard_error()(results(*scores, **times(2.0, 1.0))) == chosen

    def test_among_equals_the_better_one_is_chosen_and_then_the_first(self):
        scores = (0.85, 0.85, 0.85), (0.9, 0.8, 1.0), (0.9, 1.0, 0.8)
        assert within_one_standard_error()(results(*scores, **times(1.0, 1.0, 1.0))) == 1

    def test_without_variance_only_the_best_are_chosen_from(self):
        scores = (0.8, 0.8), (0.9, 0.9), (0.9, 0.9)
        assert within_one_standard_error()(results(*scores, **times(1.0, 3.0, 2.0))) == 2

    @pytest.mark.parametrize("failed", [np.nan, -np.inf, np.inf])
    def test_candidates_with_scores_that_are_not_finite_are_not_chosen(self, failed):
        scores = (failed, 1.0, 1.0), (0.9, 0.8, 1.0), (0.95, 0.95, 0.7)
        assert within_one_standard_error()(results(*scores, **times(1.0, 3.0, 2.0))) == 2

    def test_candidates_without_a_number_come_last(self):
        scores = [(0.9, 0.8, 1.0)] * 4
        sizes = np.ma.MaskedArray(["auto", 5, 3, 0], mask=[0, 0, 0, 1], dtype=object)
        rule = within_one_standard_error(by="alpha")
        assert rule(results(*scores, param_alpha=sizes)) == 2
        scores[1:3] = [(0.1, 0.1, 0.1)] * 2
        assert rule(results(*scores, param_alpha=sizes)) == 0


class TestErrors:
    def test_an_unknown_by(self):
        rule = within_one_standard_error(by="max_iter")
        with pytest.raises(
            ValueError,
            match=r"'by' .* 'predict_time', 'fit_time', 'alpha', and have.* Got 'max_iter'",
        ):
            rule(results((0.9, 0.8), param_alpha=np.array([1.0])))

    def test_a_parameter_without_numbers(self):
        rule = within_one_standard_error(by="activation")
        with pytest.raises(ValueError, match=r"and have numbers\. Got 'activation' instead"):
            rule(results((0.9, 0.8), param_activation=np.array(["relu"], dtype=object)))

    def test_several_metrics_and_none_named(self):
        several = {**results((0.9, 0.8), metric="accuracy"), **results((0.9, 0.8), metric="f1")}
        with pytest.raises(ValueError, match=r"'metric' .* 'accuracy', 'f1'\. Got None instead"):
            within_one_standard_error()(several)

    def test_one_split(self):
        with pytest.raises(ValueError, match=r"at least 2 splits.* Splits: 1; such candidates: 2"):
            within_one_standard_error()(results((0.9,), (0.8,), **times(1.0, 2.0)))

    def test_no_scores(self):
        with pytest.raises(ValueError, match="Splits: 2; such candidates: 0"):
            within_one_standard_error()(results((np.nan, 0.8), **times(1.0)))

    @pytest.mark.parametrize("name", ["by", "metric"])
    def test_parameters(self, name):
        with pytest.raises(
            ValueError, match=f"The '{name}' parameter of within_one_standard_error"
        ):
            within_one_standard_error(**{name: 3})


class TestInASearch:
    def test_a_shallower_tree_is_refitted(self):
        grid = {"max_depth": [1, 2, 3, 4, 5, 10]}
        tree = DecisionTreeClassifier(random_state=0)
        best = GridSearchCV(tree, grid).fit(X, Y)
        search = GridSearchCV(tree, grid, refit=within_one_standard_error("max_depth")).fit(X, Y)
        assert search.best_params_["max_depth"] < best.best_params_["max_depth"]
        assert search.best_estimator_.get_depth() == search.best_params_["max_depth"]

    def test_a_metric_of_several(self):
        rule = within_one_standard_error("max_depth", metric="f1_macro")
        search = RandomizedSearchCV(
            DecisionTreeClassifier(random_state=0),
            {"max_depth": [1, 2, 3, 10]},
            n_iter=4,
            scoring=("accuracy", "f1_macro"),
            refit=rule,
        ).fit(X, Y)
        assert search.best_index_ == rule(search.cv_results_)

    def test_networks_trained_together(self):
        net = DeepMLPClassifier((8,), learning_rate_init=0.05, random_state=0)
        model = make_pipeline(StandardScaler(), net)
        grid = {"deepmlpclassifier__max_iter": [20, 40, 60]}
        rule = within_one_standard_error("deepmlpclassifier__max_iter")
        with fit_together():
            search = GridSearchCV(model, grid, refit=rule, cv=3).fit(X, Y)
        assert search.best_index_ == rule(search.cv_results_)

    def test_it_is_cloned_and_pickled(self):
        rule = within_one_standard_error("max_depth", metric="score")
        search = clone(GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1]}, refit=rule))
        assert search.refit == rule == pickle.loads(pickle.dumps(rule))
        assert repr(rule) == "OneStandardErrorRule(by='max_depth', metric='score')"
