"""warm_start has fit resume training from the fitted network."""

import numpy as np
import pytest
from fitted_networks import CLASSES, X, Y, assert_same_network
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier

from sklearn_deepmlp import DeepMLPClassifier


def test_a_warm_start_resumes_training():
    net = DeepMLPClassifier((8,), max_iter=5, warm_start=True, random_state=0).fit(X, Y)
    first = [*net.loss_curve_]
    net.fit(X, Y)
    assert net.loss_curve_[:5] == first
    assert len(net.loss_curve_) == 10
    assert net.loss_curve_[5] < first[4]
    assert (net.n_iter_, net.t_) == (5, 10 * 150)
    assert net.best_loss_ == min(net.loss_curve_)


def test_without_warm_start_every_fit_starts_anew():
    net = DeepMLPClassifier((8,), max_iter=5, random_state=0).fit(X, Y)
    before = [w.copy() for w in net.coefs_]
    np.testing.assert_array_equal(net.fit(X, Y).coefs_[0], before[0])


def test_the_solver_begins_anew_but_order_and_noise_continue():
    params = {"solver": "sgd", "momentum": 0.0, "dropout": 0.2, "random_state": 0}
    twice = DeepMLPClassifier((8,), max_iter=5, warm_start=True, **params).fit(X, Y).fit(X, Y)
    assert_same_network(twice, DeepMLPClassifier((8,), max_iter=10, **params).fit(X, Y))


def test_an_inverse_scaling_rate_keeps_falling():
    params = {"solver": "sgd", "momentum": 0.0, "learning_rate": "invscaling", "random_state": 0}
    twice = DeepMLPClassifier((8,), max_iter=5, warm_start=True, **params).fit(X, Y).fit(X, Y)
    assert_same_network(twice, DeepMLPClassifier((8,), max_iter=10, **params).fit(X, Y))


def test_the_best_weights_survive_a_second_fit_that_finds_no_better():
    net = DeepMLPClassifier((8,), early_stopping=True, warm_start=True, random_state=0)
    net.set_params(learning_rate_init=0.02, max_iter=60).fit(X, Y)
    best, weights = net.best_validation_score_, net.coefs_[0].copy()
    net.set_params(learning_rate_init=1e-12, max_iter=3).fit(X, Y)
    assert net.best_validation_score_ == best
    np.testing.assert_array_equal(net.coefs_[0], weights)
    assert len(net.validation_scores_) == len(net.loss_curve_)


def test_another_scoring_begins_with_no_best():
    net = DeepMLPClassifier((8,), early_stopping=True, warm_start=True, random_state=0)
    net.set_params(max_iter=3).fit(X, Y).set_params(scoring="loss").fit(X, Y)
    assert len(net.validation_scores_) == 3
    assert net.best_validation_score_ == max(net.validation_scores_) < 0


def test_other_classes_are_refused_in_the_words_of_scikit_learn():
    net = DeepMLPClassifier((8,), warm_start=True, max_iter=2).fit(X, Y)
    message = r"can only be used where `y` has the same classes .*got \[0 1 2\], `y` has \[0 1\]"
    with pytest.raises(ValueError, match=message):
        net.fit(X[Y < 2], Y[Y < 2])
    mlp = MLPClassifier((8,), warm_start=True, max_iter=2).fit(X, Y)
    with pytest.raises(ValueError, match=message):
        mlp.fit(X[Y < 2], Y[Y < 2])


def test_a_warm_start_after_partial_fit_begins_the_solver_anew():
    net = DeepMLPClassifier((8,), max_iter=2, random_state=0)
    parts = clone(net).partial_fit(X, Y, classes=CLASSES).partial_fit(X, Y)
    whole = clone(net).fit(X, Y)
    for each in (parts, whole):
        each.set_params(warm_start=True).fit(X, Y)
    assert_same_network(parts, whole)
