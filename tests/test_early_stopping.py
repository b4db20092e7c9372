"""Early stopping: which rows it holds out, which state it keeps, when it ends training."""

import numpy as np
import pytest
from scikit_learn_mlp import Y_REG, X, Y
from validation_rows import validation_rows

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor


def test_it_keeps_the_best_weights_and_its_scores():
    net = DeepMLPClassifier(
        (20,), early_stopping=True, validation_fraction=0.3, random_state=0, max_iter=100
    ).fit(X, Y)
    assert net.best_validation_score_ == max(net.validation_scores_)
    assert len(net.validation_scores_) == net.n_iter_ == len(net.loss_curve_)
    assert net.best_loss_ is None
    rows = validation_rows(net, Y)
    assert net.score(X[rows], Y[rows]) == net.best_validation_score_


def test_it_stops_when_the_score_no_longer_improves():
    net = DeepMLPClassifier(
        (20,), early_stopping=True, random_state=0, n_iter_no_change=3, max_iter=500
    ).fit(X, Y)
    last = net.validation_scores_[-4:]
    assert max(last) < net.best_validation_score_ + net.tol
    assert net.n_iter_ < 500


def test_a_regressor_is_scored_by_r2():
    net = DeepMLPRegressor((20,), early_stopping=True, random_state=0, max_iter=50)
    net.fit(X, Y_REG)
    rows = validation_rows(net, Y_REG)
    assert net.score(X[rows], Y_REG[rows]) == pytest.approx(net.best_validation_score_)


def test_validation_rows_are_not_trained_on():
    held_out = validation_rows(DeepMLPClassifier(early_stopping=True, random_state=0), Y)
    spoiled = X.copy()
    spoiled[held_out] = 1e3  # would change every weight
    params = {"early_stopping": True, "random_state": 0, "max_iter": 3, "tol": 0.0}
    clean = DeepMLPClassifier((5,), **params).fit(X, Y)
    other = DeepMLPClassifier((5,), **params).fit(spoiled, Y)
    assert clean.loss_curve_ == other.loss_curve_


@pytest.mark.parametrize("y", [Y, Y == 0], ids=["multiclass", "binary"])
def test_classes_are_divided_evenly(y):
    rows = validation_rows(DeepMLPClassifier(early_stopping=True, random_state=0), y)
    counts = np.unique(y[rows], return_counts=True)[1]
    np.testing.assert_array_equal(counts, np.unique(y, return_counts=True)[1] / 10)


def test_weights_count_in_the_score():
    weight = np.where(Y == 2, 1e-6, 1.0)
    net = DeepMLPClassifier((5,), early_stopping=True, random_state=0, max_iter=30)
    net.fit(X, Y, sample_weight=weight)
    rows = validation_rows(net, Y)
    score = net.score(X[rows], Y[rows], sample_weight=weight[rows])
    assert score == pytest.approx(net.best_validation_score_)


def test_too_few_rows_train_without_it():
    net = DeepMLPClassifier((5,), early_stopping=True, max_iter=5)
    with pytest.warns(UserWarning, match="divides 15 rows into 13 to train and 2 to validate"):
        net.fit(X[::10], Y[::10])
    assert net.validation_scores_ is None
    assert net.best_loss_ == min(net.loss_curve_)


def test_a_class_of_one_row_is_scikit_learns_error():
    y = np.r_[np.zeros(49), 1]
    with pytest.raises(ValueError, match=r"least populated class(es)? in y ha(s|ve) only 1"):
        DeepMLPClassifier(early_stopping=True).fit(X[:50], y)


def test_one_row_classes_among_many_are_no_obstacle():
    y = np.r_[np.zeros(25), np.ones(24), 2]
    net = DeepMLPClassifier((5,), early_stopping=True, max_iter=3).fit(X[:50], y)
    assert len(net.validation_scores_) == 3


def test_classes_left_with_one_row_of_weight_are_no_obstacle():
    weight = np.where(Y == 2, 0.0, 1.0)
    weight[149] = 1.0
    net = DeepMLPClassifier((5,), early_stopping=True, max_iter=3)
    assert len(net.fit(X, Y, sample_weight=weight).validation_scores_) == 3


def test_two_rows_are_an_error():
    with pytest.raises(ValueError, match="The validation set is too small"):
        DeepMLPRegressor(early_stopping=True).fit(X[:2], [0.0, 1.0])


def test_multilabel_targets():
    labels = np.column_stack([Y == 0, Y == 1, Y > 0]).astype(int)
    net = DeepMLPClassifier((20,), early_stopping=True, random_state=0)
    net.set_params(learning_rate_init=0.02, max_iter=60)
    assert net.fit(X, labels).best_validation_score_ > 0.7
